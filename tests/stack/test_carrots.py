"""The closed loop on the cloud: a proposal is approved, ordered in a live ERP, told to the warehouse, received with less
than was ordered, booked in the ERP, and counted by the next run."""

import csv
import io
import json

import pytest
from cloud import Stack
from erp import Erp
from test_pipeline import ends
from test_sync import SMALL, changes, event, publish, table, until

APPROVED_AT = "2026-11-15T13:30:00Z"
RECEIVED_AT = "2026-11-15T10:00:00Z"


def rows(demo, name: str) -> list[dict]:
    return table((demo / f"{name}.csv").read_bytes())


@pytest.fixture
def erp(demo):
    vendors = [row["vendor_id"] for row in rows(demo, "vendor")]
    sites = [row["site_id"] for row in rows(demo, "site")]
    with Erp(vendors, sites) as erp:
        yield erp


@pytest.fixture
def looped(cloud, demo, erp) -> Stack:
    secret = cloud.client("secretsmanager").create_secret(Name="larder/erp", SecretString=erp.key)
    settings = json.dumps(erp.settings)
    stack = cloud.deploy("carrots", Warehouse="on", ErpUrl=erp.url, ErpSettings=settings, ErpSecret=secret["ARN"], ErpOnLoopback="true")
    stack.upload(demo)
    return stack


class Plan:
    """A run's proposals."""

    def __init__(self, stack: Stack, name: str):
        execution = stack.run(SMALL, name=name)
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
    data = {
        "product": product["product_id"],
        "name": product["name"],
        "uom": product["uom"],
        "unit_cost": product["unit_cost"],
        "shelf_life_days": int(product["shelf_life_days"]),
    }
    subject = f"product/{product['product_id']}"
    return event("larder.product.upserted.v1", "/platform/products", subject, 1, data)


def approve(stack: Stack, plan: Plan, order: tuple) -> dict:
    vendor, site, day = order
    request = {"run": plan.run, "vendor": vendor, "site": site, "delivery_date": day, "mode": "first"}
    answer = stack.invoke("OrderApprover", request | {"approved_by": "buying", "approved_at": APPROVED_AT})
    [outcome] = answer["orders"]
    return outcome


def goods_in(lines: list[dict]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return written.getvalue().encode()


def test_what_a_planner_approves_is_ordered_received_and_counted_by_the_next_run(looped, erp, demo):
    plan = Plan(looped, "planned")
    # The smallest order of more than one line: one line is delivered short, one is written down badly.
    key, ordered = min(plan.orders().items(), key=lambda order: (len(order[1]) < 2, len(order[1])))
    vendor, site, _ = key
    wanted = {line["product_id"] for line in ordered}
    publish(looped, [upserted(row) for row in rows(demo, "product") if row["product_id"] in wanted])
    codes = ["code", "in", sorted(wanted)]
    until(lambda: len(erp.find("product.product", [codes], "code")) == len(wanted))

    placed = approve(looped, plan, key)
    assert placed["outcome"] == "placed", placed
    reference = placed["reference"]
    # A planner who asks again changes nothing.
    assert approve(looped, plan, key)["outcome"] == "already_approved"
    of_ours = [["reference", "=", reference]]

    def confirmed() -> list[dict]:
        nothing_is_parked(looped)
        found = erp.find("purchase.purchase", of_ours, "state", "reference", "party.code")
        return [purchase for purchase in found if purchase["state"] in ("confirmed", "processing")]

    [purchase] = until(confirmed)
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
