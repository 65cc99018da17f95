//! The state machine of a stack.

use std::collections::BTreeMap;

use artifacts::{Location, boxed};
use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::types::ExecutionStatus;
use contracts::{ExecutionInput, RunId};

use crate::error::Error;

/// How the template names the state machine, after the stack.
const SUFFIX: &str = "-menu-week-forecast";

/// The state machine's tags that say where its runs are, where its publications are, and where a browser finds them.
const TAGS: [&str; 3] = ["larder:runs", "larder:output", "larder:reports"];

/// A deployed state machine.
#[derive(Debug)]
pub(super) struct Machine {
    client: Client,
    arn: String,
    name: String,
}

/// Where a state machine's runs and publications are.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) runs: Location,
    pub(super) output: Location,
    /// Where a browser finds publications; none where nobody serves them.
    pub(super) reports: Option<String>,
}

/// An execution as it stands.
#[derive(Debug)]
pub(super) struct Execution {
    pub(super) running: bool,
    pub(super) succeeded: bool,
    /// Such as `TIMED_OUT`.
    pub(super) status: String,
    pub(super) input: String,
    pub(super) output: String,
    pub(super) error: String,
    pub(super) cause: String,
}

impl Execution {
    /// The run that it does: the one that it continues, else the one that is named like it.
    pub(super) fn run(&self, name: &RunId) -> RunId {
        let input = serde_json::from_str::<ExecutionInput>(&self.input).ok();
        let continued = input.as_ref().and_then(ExecutionInput::continued);
        continued.unwrap_or(name).clone()
    }
}

impl Machine {
    /// Finds the state machine of a stack, by its name.
    pub(super) async fn of_stack(stack: &str) -> Result<Self, Error> {
        let client = Client::new(&artifacts::aws_config().await);
        let name = format!("{stack}{SUFFIX}");
        let mut others = Vec::new();
        let mut next = None;
        loop {
            let list = client.list_state_machines().set_next_token(next);
            let listed = boxed(list.send()).await.map_err(|error| failure(&error))?;
            for machine in listed.state_machines() {
                if machine.name() == name {
                    let arn = machine.state_machine_arn().to_owned();
                    return Ok(Self { client, arn, name });
                }
                others.extend(machine.name().strip_suffix(SUFFIX).map(str::to_owned));
            }
            next = listed.next_token().map(str::to_owned);
            if next.is_none() {
                break;
            }
        }
        let region = client
            .config()
            .region()
            .map_or("this region", |region| region.as_ref());
        let found = if others.is_empty() {
            "no stack of Larder".to_owned()
        } else {
            others.join(", ")
        };
        Err(Error::Usage(format!(
            "there is no stack {stack} with a state machine {name} in {region}, but {found}; the region is AWS_REGION's or \
             the profile's"
        )))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where its runs and publications are, as the template tags it.
    pub(super) async fn places(&self) -> Result<Places, Error> {
        let list = self.client.list_tags_for_resource().resource_arn(&self.arn);
        let listed = boxed(list.send()).await.map_err(|error| failure(&error))?;
        let tags: BTreeMap<&str, &str> = listed
            .tags()
            .iter()
            .filter_map(|tag| Some((tag.key()?, tag.value()?)))
            .collect();
        let place = |tag: &str| -> Result<Location, Error> {
            let Some(place) = tags.get(tag) else {
                return Err(Error::Cloud(format!(
                    "{} has no tag {tag}; deploy the template of this version again",
                    self.name
                )));
            };
            Ok(place.parse()?)
        };
        let [runs, output, reports] = TAGS;
        let reports = tags.get(reports).map(|url| url.trim_end_matches('/'));
        Ok(Places {
            runs: place(runs)?,
            output: place(output)?,
            reports: reports.filter(|url| !url.is_empty()).map(str::to_owned),
        })
    }

    /// Starts an execution.
    pub(super) async fn start(&self, name: &RunId, input: &ExecutionInput) -> Result<(), Error> {
        let input =
            serde_json::to_string(input).map_err(|error| Error::Cloud(error.to_string()))?;
        let start = self
            .client
            .start_execution()
            .state_machine_arn(&self.arn)
            .name(name.to_string())
            .input(input);
        let started = boxed(start.send()).await;
        started.map(drop).map_err(|error| failure(&error))
    }

    /// How an execution stands.
    pub(super) async fn execution(&self, name: &RunId) -> Result<Execution, Error> {
        let arn = self.arn.replace(":stateMachine:", ":execution:");
        let describe = self
            .client
            .describe_execution()
            .execution_arn(format!("{arn}:{name}"));
        let told = match boxed(describe.send()).await {
            Ok(told) => told,
            Err(error) => {
                return Err(match error.as_service_error() {
                    Some(said) if said.is_execution_does_not_exist() => Error::Usage(format!(
                        "{} has no execution {name}; a run that was continued is followed by its execution's name",
                        self.name
                    )),
                    _ => failure(&error),
                });
            }
        };
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Ok(Execution {
            running: matches!(
                told.status(),
                ExecutionStatus::Running | ExecutionStatus::PendingRedrive
            ),
            succeeded: *told.status() == ExecutionStatus::Succeeded,
            status: told.status().as_str().to_owned(),
            input: text(told.input()),
            output: text(told.output()),
            error: text(told.error()),
            cause: text(told.cause()),
        })
    }
}

/// Why Step Functions did not do what it was asked, and what to look at.
fn failure<E>(error: &SdkError<E>) -> Error
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    if let SdkError::ServiceError(answer) = error {
        let code = answer.err().code().unwrap_or("an error without a name");
        let said = answer.err().message().unwrap_or_default();
        return Error::Cloud(format!("Step Functions answered {code}: {said}"));
    }
    Error::Cloud(format!(
        "Step Functions cannot be asked: {}; region and credentials come from AWS_REGION, AWS_PROFILE and wherever else \
         AWS tools take them",
        DisplayErrorContext(error)
    ))
}
