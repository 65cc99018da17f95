"""The closed loop on the cloud: a proposal is approved, ordered in a live ERP, told to the warehouse, received with less
than was ordered, booked in the ERP, and counted by the next run."""

import csv
import io
import json
import os
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cloud import ROOT, Stack, binary
from erp import Erp
from test_pipeline import ends
from conftest import MEASURED
from test_sync import SMALL, changes, event, publish, table, until

APPROVED_AT = "2026-11-15T13:30:00Z"
RECEIVED_AT = "2026-11-15T10:00:00Z"


def rows(demo, name: str) -> list[dict]:
    return table((demo / f"{name}.csv").read_bytes())


@pytest.fixture
def erp(cloud, demo):
    vendors = [row["vendor_id"] for row in rows(demo, "vendor")]
    sites = [row["site_id"] for row in rows(demo, "site")]
    with Erp(cloud, vendors, sites) as erp:
        yield erp


def deployed(cloud, demo, erp: Erp, name: str, profile: str = "tryton-rest") -> Stack:
    """A stack with the ERP and a warehouse."""
    secret = cloud.client("secretsmanager").create_secret(Name=f"{name}/erp", SecretString=erp.key)
    stack = cloud.deploy(
        name,
        Warehouse="on",
        ErpUrl=erp.url,
        ErpProfile=profile,
        ErpSettings=json.dumps(erp.settings),
        ErpSecret=secret["ARN"],
        ErpOnLoopback="true",
    )
    stack.upload(demo)
    return stack


class Plan:
    """A run's proposals."""

    def __init__(self, stack: Stack, name: str, weeks: int = 1):
        execution = stack.run(SMALL | {"horizon_weeks": weeks}, name=name)
        ends(execution)
        self.run = execution.output["run"]
        self.lines = table(stack.read("Output", f"{execution.output['folder']}/proposals.csv"))

    def orders(self) -> dict[tuple, list[dict]]:
        orders = {}
        for line in self.lines:
            orders.setdefault((line["vendor_id"], line["site_id"], line["delivery_date"]), []).append(line)
        return orders

    def used(self, column: str, site: str, product: str) -> float:
        fits = (line for line in self.lines if (line["site_id"], line["product_id"]) == (site, product))
        return sum(float(line[column]) for line in fits)


def upserted(product: dict) -> dict:
    data = {"product": product["product_id"]} | {key: product[key] for key in ("name", "uom", "unit_cost")}
    if days := product["shelf_life_days"]:
        data["shelf_life_days"] = int(days)
    subject = f"product/{product['product_id']}"
    return event("larder.product.upserted.v1", "/platform/products", subject, 1, data)


def approve(stack: Stack, plan: Plan, order: tuple) -> dict:
    vendor, site, day = order
    request = {"run": plan.run, "vendor": vendor, "site": site, "delivery_date": day, "mode": "first"}
    answer = stack.invoke("OrderApprover", request | {"approved_by": "buying", "approved_at": APPROVED_AT})
    [outcome] = answer["orders"]
    return outcome


def approved(stack: Stack, plan: Plan, order: tuple) -> str:
    """The reference of an order that is approved for the first time."""
    placed = approve(stack, plan, order)
    assert placed["outcome"] == "placed", placed
    return placed["reference"]


def tell_products(stack: Stack, erp: Erp, demo, lines: list[dict]):
    """Has the ERP know the products of these lines."""
    wanted = {line["product_id"] for line in lines}
    publish(stack, [upserted(row) for row in rows(demo, "product") if row["product_id"] in wanted])
    until(lambda: len(erp.find("product.product", [["code", "in", sorted(wanted)]], "code")) == len(wanted))


def confirmed(stack: Stack, erp: Erp, reference: str) -> list[dict]:
    """The purchases of a reference, once they are placed with the vendor."""
    nothing_is_parked(stack)
    found = erp.find("purchase.purchase", [["reference", "=", reference]], "state", "reference", "party.code")
    return [purchase for purchase in found if purchase["state"] in ("confirmed", "processing")]


def goods_in(lines: list[dict]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return written.getvalue().encode()


def test_what_a_planner_approves_is_ordered_received_and_counted_by_the_next_run(cloud, erp, demo):
    looped = deployed(cloud, demo, erp, "carrots")
    plan = Plan(looped, "planned")
    # The smallest order of more than one line: one line is delivered short, one is written down badly.
    key, ordered = min(plan.orders().items(), key=lambda order: (len(order[1]) < 2, len(order[1])))
    vendor, site, _ = key
    tell_products(looped, erp, demo, ordered)
    reference = approved(looped, plan, key)
    # A planner who asks again changes nothing.
    assert approve(looped, plan, key)["outcome"] == "already_approved"
    [purchase] = until(lambda: confirmed(looped, erp, reference))
    assert purchase["party"]["code"] == vendor

    def told_to_the_warehouse() -> list[dict]:
        looped.invoke("ErpExtract", {})
        return [row for body in looped.files("Warehouse", "outbound/inbound-orders/").values() for row in table(body)]

    coming = until(told_to_the_warehouse)
    quantities = {row["product"]: float(row["quantity"]) for row in coming}
    assert quantities == {line["product_id"]: float(line["quantity"]) for line in ordered}
    until(lambda: changes(looped, "inbound_order_line"))
    on_the_way = Plan(looped, "on-the-way")

    short, bad, *_ = coming
    came = float(short["quantity"]) - 1
    receipt = {"receipt": "GRN-1", "site": site, "received_at": RECEIVED_AT, "order": reference}
    looped.write("Warehouse", "inbound/goods-in/2026-11-15.csv", goods_in([
        receipt | line(short, 1) | {"quantity": f"{came:g}"},
        receipt | line(bad, 2) | {"quantity": "-5"},
    ]))
    [rejected] = until(lambda: [row for body in rejects(looped) for row in table(body)])
    assert rejected["line"] == "3" and "-5" in rejected["reason"], rejected

    def stored() -> float:
        [product] = erp.find("product.product", [["code", "=", short["product"]]], "code")
        [storage] = erp.find("stock.location", [["code", "=", f"{site}-storage"]], "quantity", product=product["id"])
        return storage["quantity"]

    until(lambda: stored() == came)
    [booked] = until(lambda: changes(looped, "inv_change"))
    assert float(booked["quantity"]) == came and booked["product_id"] == short["product"]
    counted = Plan(looped, "counted")
    place = (site, short["product"])
    assert counted.used("stock_used", *place) > on_the_way.used("stock_used", *place)
    assert counted.used("inbound_used", *place) < on_the_way.used("inbound_used", *place)


def nothing_is_parked(stack: Stack):
    parked = [json.loads(record) for record in stack.files("Runs", "parked/").values()]
    assert not parked, [(record["message"], record["remedy"]) for record in parked]


def line(coming: dict, number: int) -> dict:
    copied = {name: coming[name] for name in ("product", "quantity", "uom")}
    return copied | {"line": number, "order_line": coming["line"]}


def rejects(stack: Stack) -> list[bytes]:
    return [body for key, body in stack.files("Warehouse", "taken/").items() if key.endswith(".rejects.csv")]


def test_reconciling_finds_what_was_deleted_and_what_was_doubled_by_hand(cloud, erp, demo, tmp_path):
    looped = deployed(cloud, demo, erp, "reconciled")
    plan = Plan(looped, "planned")
    (deleted, some), (doubled, more) = sorted(plan.orders().items(), key=lambda order: len(order[1]))[:2]
    tell_products(looped, erp, demo, some + more)
    lost, twice = approved(looped, plan, deleted), approved(looped, plan, doubled)
    [first] = until(lambda: confirmed(looped, erp, lost))
    until(lambda: confirmed(looped, erp, twice))
    key = tmp_path / "key"
    key.write_text(erp.key)
    place = {"url": erp.url, "profile": "tryton-rest", "secret": f"file:{key}", "injectors": 2, "loopback": True}
    settings = looped.cloud.environment | {
        "LARDER_SYNC": looped.outputs["Sync"],
        "LARDER_ERP": json.dumps(place | {"settings": erp.settings}),
    }

    def reconcile(status: int) -> str:
        run = subprocess.run([binary("larder"), "sync", "reconcile"], env=settings, capture_output=True, text=True)
        assert run.returncode == status, run.stdout + run.stderr
        return run.stdout

    assert "nothing differs" in reconcile(0)
    erp.does("purchase.purchase", first["id"], "draft", "cancel")
    erp.delete("purchase.purchase", first["id"])
    erp.make("purchase.purchase", {"party": 1, "reference": twice})
    told = reconcile(1)
    assert f"{lost}  lost" in told and f"{twice}  doubled: 2 documents" in told and "2 differences" in told, told


# How often ERP inject is killed; a long soak asks for more.
ROUNDS = int(os.environ.get("LARDER_KILLS", "5"))


def patient(folder: Path) -> str:
    """Tryton's profile with limits so short that a killed attempt's lease is soon over."""
    profile = (ROOT / "shared/erp-rest/profiles/tryton-rest.yaml").read_text()
    for limit, seconds in (("client_timeout", 5), ("system_limit", 5), ("margin", 2)):
        profile, found = re.subn(rf"{limit}_seconds: \d+", f"{limit}_seconds: {seconds}", profile)
        assert found == 1, limit
    path = folder / "profile.yaml"
    path.write_text(profile)
    return f"file:{path}"


def injectors(stack: Stack) -> list[int]:
    """The processes of ERP inject."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            name = (process / "comm").read_text().strip()
            environment = (process / "environ").read_bytes() if name == "bootstrap" else b""
        except OSError:
            continue
        if b"LARDER_ERP=" in environment and stack.outputs["ErpInject"].encode() in environment:
            found.append(int(process.name))
    return found


def test_an_injector_that_is_killed_at_any_moment_leaves_one_document_for_each_order(cloud, erp, demo, tmp_path):
    stack = deployed(cloud, demo, erp, "killed", patient(tmp_path))
    queue = cloud.client("sqs")
    attributes = {"VisibilityTimeout": "5"}
    queue.set_queue_attributes(QueueUrl=stack.outputs["ErpInjectQueue"], Attributes=attributes)
    # A week has orders for some thirty kills.
    plan = Plan(stack, "planned", weeks=1 + ROUNDS // 30)
    orders = sorted(plan.orders().items(), key=lambda order: len(order[1]))[:ROUNDS]
    assert len(orders) == ROUNDS
    tell_products(stack, erp, demo, [line for _, lines in orders for line in lines])
    chance = random.Random(1)
    killed, references = 0, []
    for order, _ in orders:
        references.append(approved(stack, plan, order))
        processes = until(lambda: injectors(stack))
        time.sleep(chance.uniform(0, 0.8))
        for process in set(processes) | set(injectors(stack)):
            try:
                os.kill(process, signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                continue
    assert killed >= ROUNDS
    for reference in references:
        [_] = until(lambda: confirmed(stack, erp, reference), 240)
    for reference in references:
        assert len(erp.find("purchase.purchase", [["reference", "=", reference]])) == 1, reference
    MEASURED.append(f"ERP inject killed {killed} times over {ROUNDS} orders: one document each")
