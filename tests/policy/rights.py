"""What roles may do: each function its own, by name, and no more of what is stored than it must."""

import re
from collections.abc import Iterator

from access import Right, beneath, may, places
from deployment import Deployment, Resource, many
from rules import Breaches, broken_by, rule
from source import Source

# SAM gives them to a role; AWS keeps them. One writes logs, the other traces; both are about the whole account, and
# neither reads what is stored.
MANAGED = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
}

# Rights over every resource, as AWS knows no narrower one: by these Step Functions sets up the delivery of its log. In its
# sandbox SES asks for the right to each reader's identity; a rule of its own binds the sender.
ACCOUNT_WIDE = {
    "PublisherRole": {"ses:SendEmail"},
    "MenuWeekForecastRole": {
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    }
}


def roles(deployment: Deployment) -> list[Resource]:
    return deployment.of("AWS::IAM::Role")


def rights(role: Resource) -> Iterator[Right]:
    """What a role's own policies allow, action by action and resource by resource."""
    for policy in role.get("Policies", []):
        for statement in many(policy["PolicyDocument"]["Statement"]):
            for action in many(statement["Action"]):
                for resource in many(statement["Resource"]):
                    yield Right(action, resource)


def of_functions(deployment: Deployment) -> dict[str, list[Right]]:
    """Each function's rights, by the folder that it is made of."""
    return {function.folder: list(rights(deployment.at(function["Role"]))) for function in deployment.functions}


def holders(deployment: Deployment) -> dict[str, tuple[str, str]]:
    """Whoever holds a role, with the role and the service that takes it."""
    found = {function.name: (function["Role"], "lambda.amazonaws.com") for function in deployment.functions}
    for machine in deployment.of("AWS::StepFunctions::StateMachine"):
        found[machine.name] = (machine["RoleArn"], "states.amazonaws.com")
    for schedule in deployment.of("AWS::Scheduler::Schedule"):
        found[schedule.name] = (schedule["Target"]["RoleArn"], "scheduler.amazonaws.com")
    return found


def grant(source: Source, function: str, action: str, on: str = "") -> dict:
    """The statement of the template that gives a function an action on something."""
    statements = source.properties(function)["Policies"][0]["Statement"]
    return next(one for one in statements if action in many(one["Action"]) and on in str(one["Resource"]))


@rule
@broken_by(
    "TwiceADayRole",
    lambda s: s.properties("ErpExtractSchedule")["Target"].update(RoleArn={"Fn::GetAtt": ["TwiceADayRole", "Arn"]}),
)
def a_role_is_given_to_one_alone(deployment: Deployment) -> Breaches:
    for role in roles(deployment):
        given = [name for name, (held, _) in holders(deployment).items() if held == role.arn]
        if len(given) > 1:
            yield role.name, f"is shared by {given}"


@rule
@broken_by("OrderApproverRole", lambda s: grant(s, "OrderApprover", "sns:Publish").update(Action="sns:*"))
def a_right_names_one_action(deployment: Deployment) -> Breaches:
    for role in roles(deployment):
        for right in rights(role):
            if "*" in right.action:
                yield role.name, f"may {right.action}"


@rule
@broken_by("PublisherRole", lambda s: grant(s, "Publisher", "sns:Publish").update(Resource="*"))
@broken_by(
    "MenuWeekForecastRole",
    lambda s: s.properties("MenuWeekForecast")["Policies"].append(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}
    ),
)
def a_right_names_its_resource(deployment: Deployment) -> Breaches:
    """An asterisk may stand for what lies below a bucket, and for a function's version."""
    for role in roles(deployment):
        for right in rights(role):
            named = re.split(r"(?<=\.Arn\})[/:]", right.resource)[0]
            if "*" in named and right.action not in ACCOUNT_WIDE.get(role.name, ()):
                yield role.name, f"may {right.action} on {right.resource}"


@rule
@broken_by("PublisherRole", lambda s: grant(s, "Publisher", "ses:SendEmail").pop("Condition"))
def an_email_comes_from_the_sender_alone(deployment: Deployment) -> Breaches:
    bound = {"StringEqualsIfExists": {"ses:FromAddress": deployment.parameters["MailFrom"]}}
    for role in roles(deployment):
        for policy in role.get("Policies", []):
            for statement in many(policy["PolicyDocument"]["Statement"]):
                if "ses:SendEmail" in many(statement["Action"]) and statement.get("Condition") != bound:
                    yield role.name, "may send e-mail from whomever"


@rule
@broken_by("ConfiguratorRole", lambda s: s.properties("Configurator")["Policies"].append("AmazonS3ReadOnlyAccess"))
def a_role_has_no_policy_of_others_but_for_logs_and_traces(deployment: Deployment) -> Breaches:
    for role in roles(deployment):
        for policy in role.get("ManagedPolicyArns", []):
            if policy not in MANAGED:
                yield role.name, f"has {policy}"


@rule
@broken_by(
    "DataExtractorRole",
    lambda s: grant(s, "DataExtractor", "s3:PutObject").update(Action=["s3:PutObject", "s3:DeleteObject"]),
)
@broken_by(
    "ErpInjectRole",
    lambda s: grant(s, "ErpInject", "dynamodb:GetItem").update(
        Action=["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    ),
)
def nothing_that_is_stored_is_deleted(deployment: Deployment) -> Breaches:
    for role in roles(deployment):
        for right in rights(role):
            if right.action.startswith(("s3:Delete", "dynamodb:Delete")):
                yield role.name, f"may {right.action}"


@rule
@broken_by(
    "data-extractor",
    lambda s: grant(s, "DataExtractor", "s3:PutObject").update(
        Resource={"Fn::Sub": "${RunsBucket.Arn}/runs/*/site-forecast/*"}
    ),
)
@broken_by(
    "publisher",
    lambda s: grant(s, "Publisher", "s3:PutObject", "RunsBucket").update(
        Resource={"Fn::Sub": "${RunsBucket.Arn}/runs/*"}
    ),
)
@broken_by(
    "wms-import",
    lambda s: grant(s, "WmsImport", "s3:GetObject", "inbound").update(Action=["s3:GetObject", "s3:PutObject"]),
)
def an_object_has_the_one_writer_that_it_should(deployment: Deployment) -> Breaches:
    functions = of_functions(deployment)
    for key, place in places(deployment).items():
        for function, held in functions.items():
            writes = may(held, "s3:PutObject", key)
            if writes != (function in place.writers):
                yield function, f"may {'' if writes else 'not '}write {key}"


@rule
@broken_by(
    "order-approver",
    lambda s: grant(s, "OrderApprover", "s3:GetObject")["Resource"].append({"Fn::Sub": "${RunsBucket.Arn}/runs/*"}),
)
@broken_by("order-proposer", lambda s: grant(s, "OrderProposer", "s3:GetObject")["Resource"].pop())
@broken_by(
    "planning-sync",
    lambda s: grant(s, "PlanningSync", "s3:GetObject", "DataBucket").update(
        Resource={"Fn::Sub": "${DataBucket.Arn}/*"}
    ),
)
def an_object_is_read_by_those_alone_that_need_it(deployment: Deployment) -> Breaches:
    functions = of_functions(deployment)
    for key, place in places(deployment).items():
        for function, held in functions.items():
            reads = may(held, "s3:GetObject", key)
            if reads != (function in place.readers):
                yield function, f"may {'' if reads else 'not '}read {key}"


@rule
@broken_by(
    "site-forecast",
    lambda s: grant(s, "SiteForecast", "s3:GetObject").update(
        Resource=[{"Fn::Sub": "${RunsBucket.Arn}/runs/*"}, {"Fn::Sub": "${RunsBucket.Arn}/drafts/*"}]
    ),
)
def a_right_over_objects_is_over_a_place_that_is_known(deployment: Deployment) -> Breaches:
    known = places(deployment)
    for function, held in of_functions(deployment).items():
        for right in held:
            if right.action in ("s3:GetObject", "s3:PutObject") and not any(
                beneath(right.resource, key) for key in known
            ):
                yield function, f"may {right.action} on {right.resource}, which is no place of ours"


@rule
@broken_by(
    "TwiceADayRole",
    lambda s: s.properties("TwiceADayRole")["AssumeRolePolicyDocument"]["Statement"][0].pop("Condition"),
)
@broken_by(
    "ErpExtractScheduleRole",
    lambda s: s.properties("ErpExtractScheduleRole")["AssumeRolePolicyDocument"]["Statement"][0]["Principal"].update(
        Service="events.amazonaws.com"
    ),
)
def a_role_is_taken_by_its_own_service_alone(deployment: Deployment) -> Breaches:
    """The scheduler serves many accounts by one name, so it is asked on whose behalf it comes."""
    services = dict(holders(deployment).values())
    for role in roles(deployment):
        service = services.get(role.arn)
        for trusted in many(role["AssumeRolePolicyDocument"]["Statement"]):
            if service and many(trusted["Principal"].get("Service")) != [service]:
                yield role.name, f"may be taken by {trusted['Principal']}"
            elif service == "scheduler.amazonaws.com" and "Condition" not in trusted:
                yield role.name, "may be taken by the scheduler of any account"


@rule
@broken_by("ErpExtractScheduleRole", lambda s: s.properties("ErpExtractScheduleRole").pop("PermissionsBoundary"))
@broken_by("MenuWeekForecastRole", lambda s: s.properties("MenuWeekForecast").pop("PermissionsBoundary"))
def a_role_stays_within_the_boundary_where_there_is_one(deployment: Deployment) -> Breaches:
    boundary = deployment.parameters["PermissionsBoundary"] or None
    for role in roles(deployment):
        if role.get("PermissionsBoundary") != boundary:
            yield role.name, "is not bounded"
