//! The template: functions and folders, environment names, and what each role may touch.

use std::collections::BTreeSet;

use contracts::StepName;
use serde_yaml_ng::Value;

use crate::{files, text};

/// Functions that the state machine does not call.
const BESIDE: [&str; 6] = [
    "erp-extract",
    "erp-inject",
    "order-approver",
    "planning-sync",
    "wms-export",
    "wms-import",
];

/// The template without CloudFormation's tags: `!Ref X` is `X`.
pub(crate) struct Template(serde_json::Value);

/// A function's entry.
pub(crate) struct Function {
    /// How long it may take, in seconds.
    pub(crate) timeout: u64,
    folder: String,
    variables: BTreeSet<String>,
}

pub(crate) fn load() -> Template {
    Template(plain(
        serde_yaml_ng::from_str(&text("template.yaml")).unwrap(),
    ))
}

fn plain(value: Value) -> serde_json::Value {
    match value {
        Value::Tagged(tagged) => plain(tagged.value),
        Value::Sequence(values) => values.into_iter().map(plain).collect(),
        Value::Mapping(fields) => fields
            .into_iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), plain(value)))
            .collect(),
        scalar => serde_json::to_value(scalar).unwrap(),
    }
}

impl Template {
    fn of_type(&self, kind: &str) -> impl Iterator<Item = (&String, &serde_json::Value)> {
        let resources = self.0["Resources"].as_object().unwrap();
        resources
            .iter()
            .filter(move |(_, resource)| resource["Type"] == kind)
    }

    /// The names of all resources of a type.
    pub(crate) fn ids(&self, kind: &str) -> impl Iterator<Item = &String> {
        self.of_type(kind).map(|(id, _)| id)
    }

    pub(crate) fn properties(&self, kind: &str, id: &str) -> &serde_json::Value {
        let (_, found) = self
            .of_type(kind)
            .find(|(name, _)| *name == id)
            .unwrap_or_else(|| panic!("the template has no {kind} {id}"));
        &found["Properties"]
    }

    pub(crate) fn function(&self, logical_id: &str) -> Function {
        let (_, found) = self
            .of_type("AWS::Serverless::Function")
            .find(|(id, _)| *id == logical_id)
            .unwrap_or_else(|| panic!("the template has no function {logical_id}"));
        let properties = &found["Properties"];
        let variables = properties["Environment"]["Variables"].as_object().unwrap();
        Function {
            timeout: properties["Timeout"].as_u64().unwrap(),
            folder: properties["CodeUri"].as_str().unwrap().to_owned(),
            variables: variables.keys().cloned().collect(),
        }
    }

    pub(crate) fn substitutions(&self) -> BTreeSet<String> {
        let (_, machine) = self
            .of_type("AWS::Serverless::StateMachine")
            .next()
            .unwrap();
        machine["Properties"]["DefinitionSubstitutions"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    }
}

/// `order-simulator` as the template calls it: `OrderSimulator`.
pub(crate) fn logical_id(function: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    function.split('-').map(word).collect()
}

#[test]
fn every_step_and_what_stands_beside_is_a_folder_and_in_the_template() {
    let mut names: Vec<_> = StepName::ALL
        .iter()
        .map(|step| step.as_str().to_owned())
        .collect();
    names.extend(BESIDE.map(str::to_owned));
    names.sort();
    assert_eq!(files("functions"), names);
    let template = load();
    for name in &names {
        assert_eq!(
            template.function(&logical_id(name)).folder,
            format!("functions/{name}")
        );
    }
    assert_eq!(
        template.of_type("AWS::Serverless::Function").count(),
        names.len()
    );
}

#[test]
fn a_function_reads_the_variables_that_the_template_sets() {
    let template = load();
    for name in files("functions") {
        let main = text(&format!("functions/{name}/src/main.rs"));
        let read: BTreeSet<_> = main
            .split('"')
            .filter(|part| part.starts_with("LARDER_"))
            .map(str::to_owned)
            .collect();
        assert_eq!(
            read,
            template.function(&logical_id(&name)).variables,
            "{name}"
        );
    }
}

/// What a function writes that is no step.
fn beside(id: &str) -> Vec<String> {
    let places: &[&str] = match id {
        "OrderApprover" => &["${RunsBucket.Arn}/orders/*"],
        "PlanningSync" => &[
            "${DataBucket.Arn}/${DataPrefix}/changes/*",
            "${RunsBucket.Arn}/parked/planning-sync/*",
        ],
        "ErpInject" => &["${RunsBucket.Arn}/parked/erp-inject/*"],
        "ErpExtract" => &["${RunsBucket.Arn}/sync/erp-extract/*"],
        "WmsExport" => &[
            "${RunsBucket.Arn}/parked/wms-export/*",
            "${WarehouseBucket.Arn}/outbound/*",
        ],
        "WmsImport" => &["${WarehouseBucket.Arn}/taken/*"],
        id => panic!("{id} is in no list of what a function writes"),
    };
    places.iter().map(|place| (*place).to_owned()).collect()
}

/// Whether a statement lets a function tell people and other systems, take messages or keep the ledger, and that in no
/// wider sense than it must: by one sender, to one topic, from its own queue, with the one secret.
fn talks(id: &str, statement: &serde_json::Value) -> bool {
    if statement["Action"].to_string().contains("sqs:") {
        assert_eq!(statement["Resource"], format!("{id}Queue.Arn"));
        return true;
    }
    if statement["Action"].to_string().contains("dynamodb:") {
        // Who makes no effect elsewhere only counts.
        let allowed = match id {
            "ErpInject" => serde_json::json!(["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            _ => "dynamodb:UpdateItem".into(),
        };
        assert_eq!(statement["Action"], allowed);
        assert_eq!(statement["Resource"], "SyncLedger.Arn");
        return true;
    }
    match statement["Action"].as_str() {
        Some("secretsmanager:GetSecretValue") => {
            assert_eq!(statement["Resource"], "ErpSecret");
            true
        }
        Some("ses:SendEmail") => {
            let sender = &statement["Condition"]["StringEqualsIfExists"]["ses:FromAddress"];
            assert_eq!(*sender, "MailFrom");
            true
        }
        Some("sns:Publish") => {
            assert_eq!(statement["Resource"], "EventTopic");
            true
        }
        _ => false,
    }
}

#[test]
fn whoever_is_given_the_topic_may_publish_on_it() {
    let template = load();
    for (id, function) in template.of_type("AWS::Serverless::Function") {
        let properties = &function["Properties"];
        let given = properties["Environment"]["Variables"]["LARDER_TOPIC"].is_string();
        let statements = properties["Policies"][0]["Statement"].as_array().unwrap();
        let may = statements.iter().any(|one| one["Action"] == "sns:Publish");
        assert_eq!(given, may, "{id}");
    }
}

#[test]
fn the_topic_of_events_is_encrypted_and_speaks_tls_alone() {
    let template = load();
    let topics: Vec<_> = template.of_type("AWS::SNS::Topic").collect();
    let [(id, topic)] = topics.as_slice() else {
        panic!("{topics:?}")
    };
    assert!(topic["Properties"]["KmsMasterKeyId"].is_string());
    let (_, policy) = template.of_type("AWS::SNS::TopicPolicy").next().unwrap();
    assert_eq!(
        policy["Properties"]["Topics"][0].as_str(),
        Some(id.as_str())
    );
    let statement = &policy["Properties"]["PolicyDocument"]["Statement"][0];
    assert_eq!(
        (&statement["Effect"], &statement["Action"]),
        (&"Deny".into(), &"sns:Publish".into())
    );
    assert_eq!(
        statement["Condition"]["Bool"]["aws:SecureTransport"],
        "false"
    );
}

#[test]
fn a_function_writes_its_own_steps_folder_alone() {
    let template = load();
    for (id, function) in template.of_type("AWS::Serverless::Function") {
        let step = StepName::ALL
            .into_iter()
            .find(|step| logical_id(step.as_str()) == *id);
        let own = step.map_or_else(
            || beside(id),
            |step| match step {
                StepName::Configurator => vec![
                    "${RunsBucket.Arn}/runs/*/plan.json".to_owned(),
                    "${RunsBucket.Arn}/runs/*/all/configurator/telemetry.json".to_owned(),
                ],
                StepName::Publisher => vec![
                    "${RunsBucket.Arn}/runs/*/publisher/*".to_owned(),
                    "${RunsBucket.Arn}/runs/*/mail/*".to_owned(),
                    "${RunsBucket.Arn}/latest.json".to_owned(),
                    "${OutputBucket.Arn}/*".to_owned(),
                ],
                StepName::OrderSimulator | StepName::OrderProposer => vec![
                    format!("${{RunsBucket.Arn}}/runs/*/{step}/*"),
                    format!("${{RunsBucket.Arn}}/runs/*/shadow-*-{step}/*"),
                ],
                step => vec![format!("${{RunsBucket.Arn}}/runs/*/{step}/*")],
            },
        );
        let list = |value: &serde_json::Value| -> Vec<String> {
            match value {
                serde_json::Value::Array(values) => values
                    .iter()
                    .map(|v| v.as_str().unwrap().to_owned())
                    .collect(),
                one => vec![one.as_str().unwrap().to_owned()],
            }
        };
        let mut writes = Vec::new();
        for statement in function["Properties"]["Policies"][0]["Statement"]
            .as_array()
            .unwrap()
        {
            let actions = list(&statement["Action"]);
            if talks(id, statement) {
                continue;
            }
            let known = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"];
            assert!(
                actions
                    .iter()
                    .all(|action| known.contains(&action.as_str())),
                "{id}: {actions:?}"
            );
            if actions.iter().any(|action| action == "s3:PutObject") {
                writes.extend(list(&statement["Resource"]));
            }
        }
        assert_eq!(writes, own, "{id}");
    }
}

#[test]
fn every_bucket_is_kept_closed_and_versioned_and_speaks_tls_alone() {
    let template = load();
    let policies: Vec<_> = template
        .of_type("AWS::S3::BucketPolicy")
        .map(|(_, policy)| policy)
        .collect();
    for (id, bucket) in template.of_type("AWS::S3::Bucket") {
        assert_eq!(
            (&bucket["DeletionPolicy"], &bucket["UpdateReplacePolicy"]),
            (&"RetainExceptOnCreate".into(), &"Retain".into())
        );
        let properties = &bucket["Properties"];
        let closed = properties["PublicAccessBlockConfiguration"]
            .as_object()
            .unwrap();
        assert!(
            closed.len() == 4 && closed.values().all(|on| on == true),
            "{id}"
        );
        assert_eq!(
            properties["VersioningConfiguration"]["Status"], "Enabled",
            "{id}"
        );
        assert!(properties["BucketEncryption"].is_object(), "{id}");
        let policy = policies
            .iter()
            .find(|policy| policy["Properties"]["Bucket"] == *id);
        let policy = policy.unwrap_or_else(|| panic!("{id} has no policy"));
        let statement = &policy["Properties"]["PolicyDocument"]["Statement"][0];
        assert_eq!(
            (&statement["Effect"], &statement["Action"]),
            (&"Deny".into(), &"s3:*".into()),
            "{id}"
        );
        assert_eq!(
            statement["Condition"]["Bool"]["aws:SecureTransport"], "false",
            "{id}"
        );
    }
}
