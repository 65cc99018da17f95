"""The warehouse's files on the cloud, and what operators see of a day on which much went wrong."""

import json
import time
from datetime import UTC, datetime

from conftest import MEASURED
from test_sync import adjusted, event, publish, sync, table, until

AN_HOUR = 100_000
SECONDS = 5


def confirmed(number: int) -> dict:
    data = {
        "reference": f"SO-{number}",
        "site": "NORTH",
        "packing_date": "2026-11-23",
        "delivery_date": "2026-11-24",
        "lines": [{"line_no": 1, "recipe": "R001", "portion_size": 2, "quantity": 1}],
    }
    told = event("larder.sales-order.confirmed.v1", "/platform/orders", f"sales-order/SO-{number}", 1, data)
    return told | {"time": datetime.now(UTC).isoformat()}


def test_each_confirmed_order_has_its_file_and_how_soon_is_printed(cloud):
    stack = cloud.deploy("packing", Warehouse="on")
    topic = cloud.client("sns")
    told, began = {}, time.monotonic()
    for number in range(AN_HOUR * SECONDS // 3_600):
        time.sleep(max(0.0, began + number * 3_600 / AN_HOUR - time.monotonic()))
        order = confirmed(number)
        kind = {"type": {"DataType": "String", "StringValue": order["type"]}}
        topic.publish(TopicArn=stack.outputs["EventTopic"], Message=json.dumps(order), MessageAttributes=kind)
        told[order["data"]["reference"]] = order["time"]
    rate = len(told) / (time.monotonic() - began)
    folder = "outbound/outbound-orders/"
    files = until(lambda: len(held := stack.objects("Warehouse", folder)) >= len(told) and held)
    took = []
    for reference, at in told.items():
        [written] = [file for key, file in files.items() if key.startswith(f"{reference}-v")]
        took.append((written["LastModified"] - datetime.fromisoformat(at)).total_seconds())
    took.sort()
    p50, p99 = (took[len(took) * percent // 100] for percent in (50, 99))
    MEASURED.append(
        f"order confirmed to warehouse file on the emulator, {rate:.1f} a second: p50 {p50:.2f} s, p99 {p99:.2f} s"
    )


def test_the_status_explains_a_day_on_which_much_went_wrong(cloud, demo, tmp_path):
    # Nobody listens there.
    url = "https://127.0.0.1:9/larder/rest/"
    secret = cloud.client("secretsmanager").create_secret(Name="bad-day/erp", SecretString="key")["ARN"]
    given = {"ErpUrl": url, "ErpSecret": secret, "ErpSettings": '{"company": 1}', "ErpOnLoopback": "true"}
    stack = cloud.deploy("bad-day", Warehouse="on", **given)
    stack.upload(demo)
    now = {"time": datetime.now(UTC).isoformat()}

    product = {"product": "P-NEW", "name": "Okra", "uom": "KGM"}
    products = [
        event("larder.product.upserted.v1", "/platform/products", f"product/P-NEW-{at}", 1, product) | now
        for at in range(6)
    ]
    for at, told in enumerate(products):
        told["data"] = product | {"product": f"P-NEW-{at}"}
    lot = table((demo / "inv_level.csv").read_bytes())[0]
    units = {row["product_id"]: row["uom"] for row in table((demo / "product.csv").read_bytes())}
    nothing = adjusted(lot | {"uom": units[lot["product_id"]]}, "0") | now
    publish(stack, [*products, nothing])
    rows = "receipt,line,site,product,quantity,uom,received_at"
    good, bad = (f"G-1,{line},{lot['site_id']},{lot['product_id']},{amount},{units[lot['product_id']]},2026-11-15T10:00:00Z"
                 for line, amount in ((1, "5"), (2, "five")))
    stack.write("Warehouse", "inbound/goods-in/a.csv", f"{rows}\n{good}\n{bad}\n".encode())
    cloud.client("sqs").send_message(QueueUrl=stack.outputs["WmsExportDeadLetters"], MessageBody="{}")

    wanted = {
        "erp-inject: stuck": ["The breaker is open since", "see whether the other system is up"],
        "planning-sync: stuck": ["1 parked event", "larder sync parked list planning-sync"],
        "wms-export: stuck": ["1 dead letter", "larder sync redrive wms-export"],
        "wms-import: flows": ["2 received: 1 applied", "1 row not taken today", "/taken/"],
    }

    def explained() -> str:
        told = sync(stack, "status", status=1)
        flows = {flow.splitlines()[0]: flow for flow in told.split("\n\n")[1:]}
        held = all(word in flows.get(flow, "") for flow, words in wanted.items() for word in words)
        return told if held else ""

    until(explained, 120)
    page = tmp_path / "status.html"
    sync(stack, "status", "--html", str(page), status=1)
    written = page.read_text()
    told = [word for words in wanted.values() for word in words if "received" not in word]
    assert [word for word in told if word not in written] == []
