"""Least privilege: a right that is taken away is missed by name and loses nothing; over the whole session no call was
refused, and no right lay idle without a reason."""

import json
from fnmatch import fnmatchcase

import pytest
from cloud import Stack
from conftest import MEASURED
from rights import rights, without
from test_carrots import goods_in
from test_pipeline import event
from test_sync import SMALL, adjusted, publish, table, until

# A right that is taken from a function, and the name of the fault that the run then ends by.
ROBBERIES = [
    ("Configurator", "s3:GetObject", "/planning/*", "Config.Invalid"),
    ("Configurator", "s3:PutObject", "/runs/*/plan.json", "Config.Invalid"),
    ("DataExtractor", "s3:PutObject", "/runs/*/data-extractor/*", "Config.Invalid"),
    ("OrderSimulator", "s3:GetObject", "/runs/*", "Config.Invalid"),
    ("SiteForecast", "s3:PutObject", "/runs/*/site-forecast/*", "WeeksFailed"),
    ("OrderProposer", "s3:PutObject", "/runs/*/order-proposer/*", "ProposalsFailed"),
    ("Publisher", "s3:PutObject", "/*", "Config.Invalid"),
]

# The same of a function that a queue calls.
CONSUMERS = [
    ("PlanningSync", "s3:PutObject", "/changes/*"),
    ("ErpInject", "dynamodb:UpdateItem", ""),
    ("WmsExport", "s3:PutObject", "/outbound/*"),
    ("WmsImport", "s3:PutObject", "/taken/*"),
]

# Rights that are granted and that no test can see used, by function, action and resource, and why.
IDLE = [
    ("*", "AWSLambdaBasicExecutionRole", "*", "Lambda writes a function's log by it; the emulator keeps logs by itself"),
    ("*", "AWSXrayWriteOnlyAccess", "*", "Lambda writes a function's traces by it; the emulator keeps none"),
    ("*", "sqs:ReceiveMessage", "*Queue}", "a mapping polls by the function's role; the emulator's polls by none"),
    ("*", "sqs:DeleteMessage", "*Queue}", "as above"),
    ("*", "sqs:GetQueueAttributes", "*Queue}", "as above"),
]


@pytest.fixture(scope="module")
def robbed(cloud, demo) -> Stack:
    stack = cloud.deploy("robbed")
    stack.upload(demo)
    return stack


@pytest.mark.parametrize(("function", "action", "end", "error"), ROBBERIES)
def test_a_run_without_a_right_ends_by_name_and_says_where_it_was_refused(robbed, function, action, end, error):
    with without(robbed, function, action, end):
        execution = robbed.run(SMALL)
    assert execution.error == error, execution.why
    assert f"cannot be used: S3 answered 403 AccessDenied: {action} " in execution.cause, execution.cause


def prompt(stack: Stack, function: str, demo):
    """Has a queue call the function."""
    [lot] = table((demo / "inv_level.csv").read_bytes())[:1]
    [unit] = [row["uom"] for row in table((demo / "product.csv").read_bytes()) if row["product_id"] == lot["product_id"]]
    match function:
        case "PlanningSync":
            publish(stack, [adjusted(lot | {"uom": unit}, "-1")])
        case "WmsImport":
            came = {"receipt": "GRN-1", "site": lot["site_id"], "received_at": "2026-11-15T10:00:00Z", "order": "", "line": 1}
            came |= {"order_line": "", "product": lot["product_id"], "quantity": 5, "uom": unit}
            stack.write("Warehouse", "inbound/goods-in/robbed.csv", goods_in([came]))
        case _:
            [record] = event({"ErpInject": "erp-inject", "WmsExport": "wms-export"}[function])["Records"]
            publish(stack, [json.loads(record["body"])])


@pytest.mark.parametrize(("function", "action", "end"), CONSUMERS)
def test_what_a_consumer_has_no_right_for_is_put_off_and_not_lost(connected, demo, function, action, end):
    with without(connected, function, action, end):
        prompt(connected, function, demo)
        wanted = {(function, action), (function, "sqs:ChangeMessageVisibility")}

        def put_off() -> bool:
            found = rights(connected.cloud, [connected])
            return wanted <= {(who, what) for who, what, _ in found.refused | found.used}

        until(put_off)
    [queue] = [url for url in urls(connected) if f"-{function}Queue-" in url]
    asked = ["ApproximateNumberOfMessagesNotVisible"]
    held = connected.cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=asked)
    assert int(held["Attributes"][asked[0]]) >= 1


def urls(stack: Stack) -> list[str]:
    queues = [entry for entry in stack.resources if entry["ResourceType"] == "AWS::SQS::Queue"]
    return [queue["PhysicalResourceId"] for queue in queues]


@pytest.mark.whole_session
def test_no_function_asked_for_what_it_is_not_granted(cloud):
    assert rights(cloud, [stack for stack in cloud.stacks if not stack.robbed]).refused == set()


@pytest.mark.whole_session
def test_every_right_that_is_granted_is_used_or_has_a_reason(cloud):
    found = rights(cloud, cloud.stacks)
    idle = [right for right in sorted(found.unused) if not any(excused(right, entry) for entry in IDLE)]
    assert idle == []
    outdated = [entry for entry in IDLE if not any(excused(right, entry) for right in found.unused)]
    assert outdated == [], "excuses that nothing needs"
    MEASURED.append(f"least privilege: {len(found.granted)} rights of {len({one for one, *_ in found.granted})} functions,"
                    f" {len(found.used)} seen used, {len(found.unused)} idle for a reason")


def excused(right: tuple[str, str, str], entry: tuple[str, str, str, str]) -> bool:
    return all(fnmatchcase(given, pattern) for given, pattern in zip(right, entry))
