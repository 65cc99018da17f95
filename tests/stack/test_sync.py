"""Canonical events on the cloud: from the topic through the queue and the function into the change log and the next run."""

import csv
import io
import json
import subprocess
import time
import uuid
from datetime import UTC, datetime

import pytest
from cloud import Stack, binary
from conftest import MEASURED, larder
from test_pipeline import ends
from test_telling import Queue

SMALL = {"horizon_weeks": 1, "replicates": 10}


@pytest.fixture
def syncing(stack, demo) -> Stack:
    stack.upload(demo)
    return stack


def event(kind: str, source: str, subject: str, version: int, data: dict) -> dict:
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": source,
        "type": kind,
        "subject": subject,
        "time": "2026-11-15T10:00:00Z",
        "datacontenttype": "application/json",
        "entityversion": version,
        "data": data,
    }


def adjusted(lot: dict, quantity: str) -> dict:
    data = {
        "site": lot["site_id"],
        "product": lot["product_id"],
        "lot": lot["lot"],
        "adjusted_at": lot["snapshot_at"].replace("T06", "T07"),
        "quantity": quantity,
        "uom": lot["uom"],
        "reason": "damaged",
    }
    subject = f"stock/{lot['site_id']}/{lot['product_id']}/{lot['lot']}"
    return event("larder.stock.adjusted.v1", "/warehouse/north", subject, 1, data)


def publish(stack: Stack, events: list[dict | tuple[str, str]]):
    """Sends events, or bodies under a type, ten at a time."""
    sns = stack.cloud.client("sns")
    for start in range(0, len(events), 10):
        entries = []
        for at, told in enumerate(events[start : start + 10]):
            kind, body = told if isinstance(told, tuple) else (told["type"], json.dumps(told))
            attributes = {"type": {"DataType": "String", "StringValue": kind}}
            entries.append({"Id": str(at), "Message": body, "MessageAttributes": attributes})
        answer = sns.publish_batch(TopicArn=stack.outputs["EventTopic"], PublishBatchRequestEntries=entries)
        assert not answer.get("Failed"), answer


def table(text: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


def changes(stack: Stack, name: str) -> list[dict]:
    """The rows of a table in the change log."""
    return [row for body in stack.files("Data", f"changes/{name}/").values() for row in table(body)]


def until(found, seconds: float = 60):
    """Waits until something is there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := found():
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


def dead_letters(stack: Stack) -> int:
    asked = stack.cloud.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs["PlanningSyncDeadLetters"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(asked["Attributes"]["ApproximateNumberOfMessages"])


def proposals(stack: Stack, name: str) -> dict[tuple, dict]:
    execution = stack.run(SMALL, name=name)
    ends(execution)
    rows = table(stack.read("Output", f"{execution.output['folder']}/proposals.csv"))
    return {tuple(row[key] for key in ("vendor_id", "site_id", "delivery_date", "product_id")): row for row in rows}


def stocked(lines: dict[tuple, dict], demo) -> list[dict]:
    """The lots, with their product's unit, of the product and site of which proposals count on most stock."""
    units = {row["product_id"]: row["uom"] for row in table((demo / "product.csv").read_bytes())}
    most = max(lines.values(), key=lambda row: float(row["stock_used"]))
    lots = table((demo / "inv_level.csv").read_bytes())
    place = (most["site_id"], most["product_id"])
    held = [lot for lot in lots if (lot["site_id"], lot["product_id"]) == place]
    return [lot | {"uom": units[lot["product_id"]]} for lot in held]


def test_a_stock_correction_changes_the_next_runs_netting_and_nothing_else(syncing, demo):
    proposals(syncing, "first")
    before = proposals(syncing, "before")
    lots = stocked(before, demo)
    corrections = [adjusted(lot, f"-{lot['on_hand']}") for lot in lots]
    # The same events three times count once.
    publish(syncing, corrections * 3)
    until(lambda: len({row["event_id"] for row in changes(syncing, "inv_change")}) == len(lots))

    after = proposals(syncing, "after")
    place = (lots[0]["site_id"], lots[0]["product_id"])
    # A vendor's least order value ties the product to what else its order holds; all other orders stay as they are.
    orders = {key[:2] for lines in (before, after) for key in lines if (key[1], key[3]) == place}

    def others(lines: dict[tuple, dict]) -> dict[tuple, dict]:
        return {key: row for key, row in lines.items() if key[:2] not in orders}

    def stock(lines: dict[tuple, dict]) -> float:
        return sum(float(row["stock_used"]) for key, row in lines.items() if (key[1], key[3]) == place)

    assert len(others(before)) > 100 and others(after) == others(before)
    assert stock(before) > 0 and stock(after) == 0
    assert dead_letters(syncing) == 0


def test_what_can_never_be_applied_is_parked_with_a_reason_and_its_neighbours_are_applied(syncing, demo):
    told = Queue(syncing, "larder.sync.rejected.v1")
    lot = table((demo / "inv_level.csv").read_bytes())[0]
    units = {row["product_id"]: row["uom"] for row in table((demo / "product.csv").read_bytes())}
    good = adjusted(lot | {"uom": units[lot["product_id"]]}, "-1")
    kind = good["type"]
    wrong_owner = good | {"id": "foreign", "source": "/erp"}
    wrong_version = good | {"id": "of-tomorrow", "type": "larder.stock.adjusted.v9"}
    nothing = good | {"id": "nothing", "data": good["data"] | {"quantity": "0"}}
    bad = [(kind, "{"), wrong_owner, (kind, json.dumps(wrong_version)), nothing]
    publish(syncing, [bad[0], good, *bad[1:]])
    parked = until(lambda: len(held := syncing.files("Runs", "parked/planning-sync/")) >= len(bad) and held)
    assert len(parked) == len(bad)
    rejections = [json.loads(record) for record in parked.values()]
    reasons = sorted(rejection["reason"] for rejection in rejections)
    assert len(set(reasons)) == len(bad), reasons
    assert all(rejection["message"] and rejection["remedy"] for rejection in rejections), rejections
    events = []

    def all_told() -> bool:
        events.extend(told.events())
        return len(events) >= len(bad)

    until(all_told)
    [row] = until(lambda: changes(syncing, "inv_change"))
    assert row["quantity"] == "-1"
    assert dead_letters(syncing) == 0


def test_what_the_erp_and_the_warehouse_can_never_be_told_is_parked_for_each(connected):
    publish(connected, [("larder.sales-order.confirmed.v1", "{")])
    for consumer in ("erp-inject", "wms-export"):
        [record] = until(lambda: connected.files("Runs", f"parked/{consumer}/"))
        rejection = json.loads(connected.read("Runs", f"parked/{consumer}/{record}"))
        assert rejection["message"] and rejection["remedy"], rejection


def test_how_fast_events_pass_is_printed(syncing, demo):
    lots = table((demo / "inv_level.csv").read_bytes())
    units = {row["product_id"]: row["uom"] for row in table((demo / "product.csv").read_bytes())}
    events = [adjusted(lot | {"uom": units[lot["product_id"]]}, "-1") for lot in (lots * 200)[:500]]
    began = time.monotonic()
    publish(syncing, events)
    until(lambda: len({row["event_id"] for row in changes(syncing, "inv_change")}) == len(events), 120)
    seconds = time.monotonic() - began
    MEASURED.append(f"planning sync on the emulator: {len(events)} events in {seconds:.1f} s")
    assert dead_letters(syncing) == 0


def sync(stack: Stack, *words: str, status: int = 0) -> str:
    """Runs `larder sync` on the stack, by what its output says."""
    settings = stack.cloud.environment | {"LARDER_SYNC": stack.outputs["Sync"]}
    run = subprocess.run([str(binary("larder")), "sync", *words], env=settings, capture_output=True, text=True)
    assert run.returncode == status, f"{words}\n{run.stdout}\n{run.stderr}"
    return run.stdout


def test_what_operators_see_is_what_happened_and_what_they_decide_holds(syncing, demo):
    lot = table((demo / "inv_level.csv").read_bytes())[0]
    units = {row["product_id"]: row["uom"] for row in table((demo / "product.csv").read_bytes())}
    now = datetime.now(UTC).isoformat()
    good = adjusted(lot | {"uom": units[lot["product_id"]]}, "-1") | {"time": now}
    nothing = good | {"id": "nothing", "data": good["data"] | {"quantity": "0"}}
    assert "planning-sync: flows" in sync(syncing, "status")
    publish(syncing, [good, nothing])
    until(lambda: syncing.files("Runs", "parked/planning-sync/"))
    told = until(lambda: "2 received: 1 applied" in (told := sync(syncing, "status", status=1)) and told)
    assert "planning-sync: stuck" in told and "1 parked event" in told, told
    [line] = sync(syncing, "parked", "list").splitlines()
    name = line.split()[1]
    assert "warehouse-north-nothing" in name

    assert "sent again" in sync(syncing, "parked", "retry", name, "--by", "operator")
    again = until(lambda: (held := sync(syncing, "parked", "list").split()) and held[1].endswith(".2") and held[1])
    dropped = ("parked", "drop", again, "--by", "operator", "--reason", "a test of the warehouse's")
    assert "dropped" in sync(syncing, *dropped)
    assert "nothing waits" in sync(syncing, "parked", "list")
    assert "planning-sync: flows" in sync(syncing, "status")


def test_merging_the_change_log_leaves_the_next_plan_as_it_was(syncing, demo):
    lot = table((demo / "inv_level.csv").read_bytes())[0]
    units = {row["product_id"]: row["uom"] for row in table((demo / "product.csv").read_bytes())}
    place = lot | {"uom": units[lot["product_id"]]}
    for number in range(1, 4):
        publish(syncing, [adjusted(place, f"-{number}")])
        until(lambda: len(changes(syncing, "inv_change")) == number)
    # Written days ago: the objects move to a day that is old enough.
    for key, content in syncing.files("Data", "changes/").items():
        name, day, file = key.split("/")
        syncing.remove("Data", f"changes/{key}")
        syncing.write("Data", f"changes/{name}/2026-11-10/{file}", content)
    before = proposals(syncing, "before")
    merge = ("compact", "--data", syncing.outputs["Data"])
    told = larder(*merge, environment=syncing.cloud.environment)
    assert "inv_change: 3 change objects became one" in told
    assert len(syncing.objects("Data", "changes/inv_change/")) == 1
    assert "nothing to merge" in larder(*merge, environment=syncing.cloud.environment)
    assert proposals(syncing, "after") == before


def menu(version: int) -> dict:
    data = {"week": "2026-W52", "start_date": "2026-12-21", "end_date": "2026-12-27", "recipes": [{"recipe": "R001"}]}
    return event("larder.menu.published.v1", "/platform/menus", "menu/2026-W52", version, data)


def test_a_menu_starts_one_plan_however_often_it_is_told_and_little_stock_none(cloud, demo):
    stack = cloud.deploy("replanning", Replanning="on", ReplanMinutes="1440")
    stack.upload(demo)
    lot = table((demo / "inv_level.csv").read_bytes())[0]
    units = {row["product_id"]: row["uom"] for row in table((demo / "product.csv").read_bytes())}
    publish(stack, [adjusted(lot | {"uom": units[lot["product_id"]]}, "-0.001")])
    until(lambda: changes(stack, "inv_change"))

    def plans() -> list[dict]:
        return cloud.steps.list_executions(stateMachineArn=stack.outputs["StateMachine"])["executions"]

    assert plans() == []
    for version in (1, 2, 2):
        publish(stack, [menu(version)])
        until(lambda: any(row["entity_version"] == str(version) for row in changes(stack, "menu_week")))
    [plan] = plans()
    assert plan["name"].startswith("replan-")


def test_an_approval_is_told_to_whoever_subscribes(stack, demo):
    stack.upload(demo)
    told = Queue(stack, "larder.purchase-order.approved.v1")
    ends(stack.run(SMALL, name="first"))
    [proposed] = [json.loads(held) for key, held in stack.files("Output", "first/").items() if key.endswith("/proposals.json")]
    vendor = proposed["vendors"][0]
    order = vendor["orders"][0]
    at = json.loads(stack.read("Runs", "runs/first/plan.json"))["as_of"]
    asked = {"run": "first", "vendor": vendor["vendor"], "approved_at": at}
    asked |= {key: order[key] for key in ("site", "delivery_date")}
    for _ in range(2):
        answer = stack.invoke("OrderApprover", asked)
    reference = answer["orders"][0]["reference"]
    first, again = told.events()
    assert first == again
    assert (first["id"], first["source"], first["entityversion"]) == (reference, "/planning/order-approver", 1)
    lines = {(line["product"], line["price"], line["order_uom"]) for line in first["data"]["lines"]}
    assert lines == {(line["product"], line["price"], line["order_uom"]) for line in order["lines"]}
