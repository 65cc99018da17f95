"""Canonical events on the cloud: from the topic through the queue and the function into the change log and the next run."""

import csv
import io
import json
import time
import uuid

import pytest
from cloud import Stack
from conftest import MEASURED
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
