use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;

/// AWS Secrets Manager.
pub(crate) struct Manager {
    client: Client,
}

impl Manager {
    pub(crate) async fn connect() -> Self {
        Self {
            client: Client::new(&artifacts::aws_config().await),
        }
    }

    pub(crate) async fn read(&self, name: &str) -> Result<String, String> {
        let request = self.client.get_secret_value().secret_id(name);
        let answer = artifacts::boxed(request.send())
            .await
            .map_err(|error| DisplayErrorContext(&error).to_string())?;
        let text = answer.secret_string();
        text.map(ToOwned::to_owned)
            .ok_or_else(|| "it holds bytes, not text".to_owned())
    }
}
