"""The sample events, filled in from a run, so that each can be given to its function."""

import json
from collections.abc import Callable

from cloud import ROOT, Stack

# In the order of a run: the sample, its function, and what its answer is called in the samples after it.
SAMPLES = [
    ("configurator", "Configurator", ""),
    ("data-extractor.history", "DataExtractor", "history"),
    ("order-simulator.history", "OrderSimulator", "model"),
    ("data-extractor", "DataExtractor", "snapshot"),
    ("order-simulator", "OrderSimulator", "orders"),
    ("site-forecast", "SiteForecast", "forecast"),
    ("order-proposer", "OrderProposer", "proposals"),
    ("order-simulator.shadow", "OrderSimulator", "difference"),
    ("order-proposer.shadow", "OrderProposer", ""),
    ("publisher", "Publisher", ""),
    ("order-approver", "OrderApprover", ""),
    ("planning-sync", "PlanningSync", ""),
    ("erp-inject", "ErpInject", ""),
    ("erp-extract", "ErpExtract", ""),
    ("wms-export", "WmsExport", ""),
    ("wms-import", "WmsImport", ""),
]


def sample(name: str):
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def each(stack: Stack, invoke: Callable[[str, str, dict], dict]) -> dict[str, dict]:
    """Gives every function its samples, filled in from what the functions before it answered; what each answered."""
    known, answers = {}, {}
    for name, function, called in SAMPLES:
        event = filled(sample(name), known)
        if name == "configurator":
            weeks = [week["week"] for week in sample("order-proposer")["weeks"]]
            event["input"] = {"weeks": weeks, "replicates": 50, "shadow": sample("execution.shadow")["shadow"]}
        if name == "order-approver":
            event |= {"run": known["run"]} | proposed(stack, known["run"])
        if name == "wms-import":
            event = dropped(stack, event)
        answer = invoke(name, function, event)
        answers[name] = answer
        if name == "configurator":
            known |= {"run": answer["run"], "plan": answer["plan"]}
        if called:
            known[called] = answer
    return answers


def filled(value, known: dict):
    """A sample with the references that are known in place of its own."""
    if isinstance(value, list):
        return [filled(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: known[name] if name in known and isinstance(held, dict) and "sha256" in held else filled(held, known)
        for name, held in value.items()
    }


def proposed(stack: Stack, run: str) -> dict:
    """The first order that the run proposes."""
    [key] = [key for key in stack.objects("Output", f"{run}/") if key.endswith("/proposals.json")]
    vendor = json.loads(stack.read("Output", f"{run}/{key}"))["vendors"][0]
    order = vendor["orders"][0]
    return {"vendor": vendor["vendor"], "site": order["site"], "delivery_date": order["delivery_date"]}


def dropped(stack: Stack, event: dict) -> dict:
    """The notice of a file, with the file put where it says."""
    [record] = event["Records"]
    told = json.loads(record["body"])
    [file] = told["Records"]
    file["s3"]["bucket"]["name"] = stack.outputs["Warehouse"].removeprefix("s3://")
    rows = "receipt,line,site,received_at,order,order_line,product,quantity,uom\n"
    rows += "GRN-20261120,1,NORTH,2026-11-20T08:00:00Z,,,P0010,5,KGM\n"
    stack.write("Warehouse", file["s3"]["object"]["key"], rows.encode())
    return {"Records": [record | {"body": json.dumps(told)}]}
