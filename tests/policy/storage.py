"""What is stored: closed to others, encrypted, reached over TLS alone, and there when it is needed again."""

from deployment import Deployment, many
from rules import Breaches, broken_by, rule

CLOSED = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}

# What holds data, how it is encrypted, and what a statement must deny to who comes without TLS. A topic's policy knows
# no `sns:*`: publishing is what brings data to it.
HOLDERS = {
    "AWS::S3::Bucket": ("BucketEncryption", "s3:*"),
    "AWS::SQS::Queue": ("SqsManagedSseEnabled", "sqs:*"),
    "AWS::SNS::Topic": ("KmsMasterKeyId", "sns:Publish"),
    "AWS::DynamoDB::Table": ("SSESpecification", "dynamodb:*"),
}
POLICIES = {"AWS::S3::BucketPolicy": "Bucket", "AWS::SQS::QueuePolicy": "Queues", "AWS::SNS::TopicPolicy": "Topics"}


def holders(deployment: Deployment):
    return [resource for resource in deployment.resources.values() if resource.kind in HOLDERS]


def statements(deployment: Deployment, holder) -> list[dict]:
    """What the policies of a resource say."""
    found = []
    for policy in deployment.resources.values():
        if policy.kind in POLICIES and holder.ref in many(policy[POLICIES[policy.kind]]):
            found += many(policy["PolicyDocument"]["Statement"])
    own = holder.get("ResourcePolicy", {}).get("PolicyDocument", {})
    return found + many(own.get("Statement", []))


@rule
@broken_by(
    "OutputBucket", lambda s: s.properties("OutputBucket")["PublicAccessBlockConfiguration"].pop("IgnorePublicAcls")
)
def a_bucket_is_closed_to_the_public(deployment: Deployment) -> Breaches:
    for bucket in deployment.of("AWS::S3::Bucket"):
        closed = bucket.get("PublicAccessBlockConfiguration", {})
        if {name for name, on in closed.items() if on is True} != CLOSED:
            yield bucket.name, "can be opened to the public"


@rule
@broken_by("WarehouseBucket", lambda s: s.properties("WarehouseBucket").pop("OwnershipControls"))
def a_bucket_owns_what_is_put_into_it(deployment: Deployment) -> Breaches:
    for bucket in deployment.of("AWS::S3::Bucket"):
        if bucket.get("OwnershipControls", {}).get("Rules") != [{"ObjectOwnership": "BucketOwnerEnforced"}]:
            yield bucket.name, "may hold objects of others, with access lists of their own"


@rule
@broken_by("DataBucket", lambda s: s.properties("DataBucket").pop("BucketEncryption"))
@broken_by("WmsImportQueue", lambda s: s.properties("WmsImportQueue").update(SqsManagedSseEnabled=False))
@broken_by("EventTopic", lambda s: s.properties("EventTopic").pop("KmsMasterKeyId"))
@broken_by("SyncLedger", lambda s: s.properties("SyncLedger")["SSESpecification"].update(SSEEnabled=False))
def what_holds_data_is_encrypted(deployment: Deployment) -> Breaches:
    for holder in holders(deployment):
        encryption = holder.get(HOLDERS[holder.kind][0])
        if not encryption or encryption == {"SSEEnabled": False}:
            yield holder.name, "is not encrypted"


@rule
@broken_by("RunsBucket", lambda s: s.resources.pop("RunsBucketPolicy"))
@broken_by("ErpInjectDeadLetters", lambda s: s.resources.pop("ErpInjectDeadLettersPolicy"))
@broken_by("EventTopic", lambda s: s.resources.pop("EventTopicPolicy"))
@broken_by("SyncLedger", lambda s: s.properties("SyncLedger").pop("ResourcePolicy"))
@broken_by(
    "DataBucket",
    lambda s: s.properties("DataBucketPolicy")["PolicyDocument"]["Statement"][0]["Resource"].pop(),
)
def what_holds_data_is_reached_over_tls_alone(deployment: Deployment) -> Breaches:
    for holder in holders(deployment):
        denied = {
            resource
            for statement in statements(deployment, holder)
            if statement["Effect"] == "Deny"
            and statement["Principal"] == "*"
            and statement["Action"] == HOLDERS[holder.kind][1]
            and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            for resource in many(statement["Resource"])
        }
        match holder.kind:
            case "AWS::S3::Bucket":
                whole = {holder.arn, f"{holder.arn}/*"}
            case "AWS::SNS::Topic":
                whole = {holder.ref}
            # A table's own policy is about that table.
            case "AWS::DynamoDB::Table":
                whole = {"*"}
            case _:
                whole = {holder.arn}
        if not whole <= denied:
            yield holder.name, "answers who comes without TLS"


@rule
@broken_by(
    "PlanningSyncQueue",
    lambda s: s.properties("PlanningSyncQueuePolicy")["PolicyDocument"]["Statement"][1].pop("Condition"),
)
@broken_by(
    "ErpInjectQueue",
    lambda s: s.properties("ErpInjectQueuePolicy")["PolicyDocument"]["Statement"][1].update(Principal="*"),
)
def only_a_service_on_behalf_of_this_stack_is_let_in(deployment: Deployment) -> Breaches:
    for holder in holders(deployment):
        for statement in statements(deployment, holder):
            conditions = str(statement.get("Condition", ""))
            if statement["Effect"] == "Allow" and (
                set(statement["Principal"]) != {"Service"} or "aws:Source" not in conditions
            ):
                yield holder.name, "lets in others than its own topic or bucket"


@rule
@broken_by("WarehouseBucket", lambda s: s.resources["WarehouseBucket"].pop("DeletionPolicy"))
@broken_by("SyncLedger", lambda s: s.resources["SyncLedger"].update(UpdateReplacePolicy="Delete"))
def what_is_stored_outlives_the_stack(deployment: Deployment) -> Breaches:
    """Queues do not: what waits in them is written in the systems that it came from."""
    for holder in holders(deployment):
        if holder.kind in ("AWS::S3::Bucket", "AWS::DynamoDB::Table") and not holder.retained:
            yield holder.name, "is deleted with the stack, or when it is replaced"


@rule
@broken_by("DataBucket", lambda s: s.properties("DataBucket")["VersioningConfiguration"].update(Status="Suspended"))
def a_bucket_keeps_what_was_replaced(deployment: Deployment) -> Breaches:
    for bucket in deployment.of("AWS::S3::Bucket"):
        if bucket.get("VersioningConfiguration") != {"Status": "Enabled"}:
            yield bucket.name, "cannot bring back what was replaced or deleted"


@rule
@broken_by("RunsBucket", lambda s: s.properties("RunsBucket")["LifecycleConfiguration"]["Rules"].pop(0))
def a_bucket_does_not_keep_what_was_replaced_for_ever(deployment: Deployment) -> Breaches:
    for bucket in deployment.of("AWS::S3::Bucket"):
        lifecycle = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
        if not any("NoncurrentVersionExpiration" in one and one["Status"] == "Enabled" for one in lifecycle):
            yield bucket.name, "grows for ever"


@rule
@broken_by("SyncLedger", lambda s: s.properties("SyncLedger").pop("PointInTimeRecoverySpecification"))
def a_table_can_be_brought_back(deployment: Deployment) -> Breaches:
    for table in deployment.of("AWS::DynamoDB::Table"):
        if not table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            yield table.name, "cannot be brought back to a point in time"
