"""Who may touch what is stored: a key for each kind of object, with its writers and readers."""

import re
from dataclasses import dataclass

from deployment import Deployment
from times import called, tasks

RUNS = "${RunsBucket.Arn}"
OUTPUT = "${OutputBucket.Arn}"
WAREHOUSE = "${WarehouseBucket.Arn}"


@dataclass(frozen=True)
class Right:
    """An action on a resource."""

    action: str
    resource: str


@dataclass(frozen=True)
class Place:
    """Who writes and who reads objects of a kind, by their folders."""

    writers: set[str]
    readers: set[str]


def places(deployment: Deployment) -> dict[str, Place]:
    """A key of each kind, as it is stored. What a step may write follows from its name and from the state machine."""
    machine = list(tasks(deployment.source.machine["States"]))
    steps = {called(deployment, task).folder for _, task in machine}
    shadows = {called(deployment, task).folder for _, task in machine if "&" in task["Arguments"]["FunctionName"]}
    deciding = called(deployment, deployment.source.machine["States"]["Configure"]).folder
    there = {function.folder for function in deployment.functions}
    data = f"${{DataBucket.Arn}}/{deployment.parameters['DataPrefix']}"
    planned = {"configurator", "data-extractor", "planning-sync"}

    found = {
        f"{RUNS}/runs/R/plan.json": Place({deciding}, steps | {"order-approver"}),
        f"{RUNS}/runs/R/all/{deciding}/telemetry.json": Place({deciding}, steps),
        f"{RUNS}/runs/R/mail/claim.json": Place({"publisher"}, steps),
        f"{RUNS}/latest.json": Place({"publisher"}, {"configurator", "order-approver", "publisher"}),
        f"{RUNS}/orders/V/S/D/1.json": Place({"order-approver"}, {"configurator", "order-approver", "order-proposer"}),
        f"{RUNS}/sync/erp-extract/cursor.json": Place({"erp-extract"}, {"erp-extract"}),
        f"{OUTPUT}/R/P/report.html": Place({"publisher"}, {"publisher"}),
        f"{data}/product.csv": Place(set(), planned),
        f"{data}/changes/inv_change/E.csv": Place({"planning-sync"}, planned),
        "${DataBucket.Arn}/beside/product.csv": Place(set(), set()),
        f"{WAREHOUSE}/inbound/F.csv": Place(set(), {"wms-import"}),
        f"{WAREHOUSE}/taken/F.json": Place({"wms-import"}, {"wms-import"}),
        f"{WAREHOUSE}/outbound/F.csv": Place({"wms-export"}, {"wms-export"}),
    }
    for step in steps - {deciding}:
        readers = steps | ({"order-approver"} if step == "order-proposer" else set())
        for week in ("2026-W48", "all"):
            found[f"{RUNS}/runs/R/{week}/{step}/D/result.json"] = Place({step}, readers)
            if step in shadows:
                found[f"{RUNS}/runs/R/{week}/shadow-other-{step}/D/result.json"] = Place({step}, steps)
    for function in deployment.functions:
        # Consumers park what cannot be applied.
        if {"LARDER_QUEUE", "LARDER_RUNS"} <= function.environment.keys():
            found[f"{RUNS}/parked/{function.folder}/E.json"] = Place({function.folder}, {function.folder})
    return {key: Place(place.writers & there, place.readers & there) for key, place in found.items()}


def beneath(pattern: str, key: str) -> bool:
    """Whether IAM takes a key for one of a resource's: an asterisk stands for anything, slashes included."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), key) is not None


def may(rights: list[Right], action: str, key: str) -> bool:
    return any(right.action == action and beneath(right.resource, key) for right in rights)
