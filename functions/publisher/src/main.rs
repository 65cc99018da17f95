//! The `publisher` Lambda: wiring only.

use publisher::{Addresses, Outbox, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let runs = lambda::counted("LARDER_RUNS").await?;
    let output = lambda::counted("LARDER_OUTPUT").await?;
    let addresses = Addresses {
        from: lambda::var("LARDER_MAIL_FROM")?,
        to: lambda::var("LARDER_MAIL_TO")?,
        reports: lambda::var("LARDER_REPORT_URL")?,
    };
    let post: String = lambda::var("LARDER_POST")?;
    let topic: String = lambda::var("LARDER_TOPIC")?;
    let outbox = Outbox::connect(&post, &topic, addresses, lambda::now).await?;
    lambda::run_step(&runs, &[&output], async |request| {
        handle(request, &runs, &output, &outbox).await
    })
    .await
}
