//! The `publisher` Lambda: wiring only.

use publisher::{Addresses, Outbox, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::init();
    let runs = lambda::store("LARDER_RUNS").await?;
    let output = lambda::store("LARDER_OUTPUT").await?;
    let addresses = Addresses {
        from: lambda::var("LARDER_MAIL_FROM")?,
        to: lambda::var("LARDER_MAIL_TO")?,
        reports: lambda::var("LARDER_REPORT_URL")?,
    };
    let post: String = lambda::var("LARDER_POST")?;
    let topic: String = lambda::var("LARDER_TOPIC")?;
    let outbox = Outbox::connect(&post, &topic, addresses, lambda::now).await?;
    lambda::run_step(async |request| handle(request, &runs, &output, &outbox).await).await
}
