#!/usr/bin/env python3
"""Computes what a run and 100,000 events cost on AWS, and prints the tables of docs/cost.md.

    larder runs ID --json > run.json
    python3 scripts/cost.py run.json [--cpu SECONDS] [--architecture arm64] [--erp-ms 500]

A step's time and requests come from the run's telemetry, memory and batch sizes from template.yaml, transitions from the
state machine. No free tier is counted.
"""

import argparse
import json
import math
import pathlib
import re

ROOT = pathlib.Path(__file__).parents[1]

# US dollars, list prices of us-east-1 in the first tier, from the pricing page of each service on aws.amazon.com in 2026.
GB_SECOND = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
REQUEST = {
    "Lambda call": 0.20e-6,
    "state transition": 25e-6,
    "S3 write or listing": 5e-6,
    "S3 read": 0.4e-6,
    "SNS publish": 0.50e-6,
    "SQS request": 0.40e-6,
    "DynamoDB write": 0.625e-6,
}
METRIC_A_MONTH = 0.30
ALARM_A_MONTH = 0.10
STORED_GB_A_MONTH = 0.023

# A whole processor comes with so many MB; a function with less is slower by as much.
PROCESSOR_MB = 1769
# Assumed of S3 from within a function, one after the other; a folder answers at once.
S3_SECONDS = 0.03
S3_BYTES_A_SECOND = 60e6
# The slowest environment starts in less, the functions being small binaries.
COLD_SECONDS = 0.1

EVENTS = 100_000


def functions():
    """Memory of each function by its folder, in MB."""
    template = (ROOT / "template.yaml").read_text()
    defaults = dict(re.findall(r"^  (\w+):\n(?:    .*\n)*?    Default: (\S+)$", template, re.MULTILINE))
    found = re.findall(r"CodeUri: functions/(\S+)\n +MemorySize: (?:!Ref )?(\S+)", template)
    return {folder: int(defaults.get(size, size)) for folder, size in found}


def batches():
    """The batch size of each function that a queue calls."""
    template = (ROOT / "template.yaml").read_text()
    found = re.findall(r"^  (\w+)Mapping:\n(?:    .*\n)*?      BatchSize: (\d+)$", template, re.MULTILINE)
    return {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower(): int(size) for name, size in found}


def transitions(weeks):
    """States that a run enters which succeeds."""
    machine = json.loads((ROOT / "statemachines" / "menu-week-forecast.asl.json").read_text())

    def walk(states, name):
        count = 0
        while name:
            state, count = states[name], count + 1
            if state["Type"] == "Map":
                items = weeks if "weeks" in state["Items"] else 0
                inner = state["ItemProcessor"]
                count += items * walk(inner["States"], inner["StartAt"]) if items else 0
            if state["Type"] == "Choice":
                [name] = [way["Next"] for way in state["Choices"] if way["Next"] == "Succeeded"]
            else:
                name = state.get("Next")
        return count

    return walk(machine["States"], machine["StartAt"])


class Bill:
    def __init__(self, architecture):
        self.gb_second = GB_SECOND[architecture]
        self.rows = []

    def add(self, what, amount, unit, usd):
        self.rows.append((what, amount, unit, usd))

    def time(self, what, memory, seconds):
        gb_seconds = memory / 1024 * seconds
        self.add(what, gb_seconds, f"GB-s, {seconds:,.1f} s of {memory} MB", gb_seconds * self.gb_second)

    def requests(self, kind, count):
        self.add(kind, count, "", count * REQUEST[kind])

    @property
    def usd(self):
        return sum(usd for *_, usd in self.rows)

    def show(self, title):
        print(f"\n### {title}\n\n| what | amount | US dollars |\n| --- | --- | --- |")
        for what, amount, unit, usd in self.rows:
            number = f"{amount:,.2f}" if unit else f"{math.ceil(amount):,}"
            print(f"| {what} | {number} {unit}".rstrip() + f" | {usd:.6f} |")
        print(f"| **together** | | **{self.usd:.4f}** |")


def a_run(run, architecture, cpu):
    memory, bill = functions(), Bill(architecture)
    # On one thread a step works as long as it takes, unless others use the processor as well.
    whole = sum(seconds(step["telemetry"]) for step in run["steps"])
    share = min(1, cpu / whole) if cpu else 1
    reads = writes = written = 0
    by_step = {}
    for step in run["steps"]:
        telemetry = step["telemetry"]
        storage, size = telemetry["storage"], memory[step["step"]]
        asked = storage["reads"] + storage["writes"] + storage["lists"]
        moved = storage["read_bytes"] + storage["written_bytes"]
        # A step on Lambda reads its own result once more, for its figures.
        worked = seconds(telemetry) * share * max(1, PROCESSOR_MB / size)
        waited = (asked + 1) * S3_SECONDS + moved / S3_BYTES_A_SECOND
        took = math.ceil((worked + waited + COLD_SECONDS) * 1000) / 1000
        by_step.setdefault(step["step"], []).append(took)
        reads += storage["reads"] + 1
        writes += storage["writes"] + storage["lists"]
        written += storage["written_bytes"]
    for step, took in by_step.items():
        bill.time(f"`{step}`, {len(took)} {'call' if len(took) == 1 else 'calls'}", memory[step], sum(took))
    bill.requests("Lambda call", len(run["steps"]))
    bill.requests("state transition", transitions(len(run["weeks"])))
    bill.requests("S3 write or listing", writes)
    bill.requests("S3 read", reads)
    bill.show(f"A run of {len(run['weeks'])} weeks, {architecture}")
    print(f"\nIt stores {written / 1e6:,.0f} MB.")
    return bill.usd, written / 1e9


def seconds(telemetry):
    begin, end = (at(telemetry[name]) for name in ("started", "ended"))
    return end - begin


def at(time):
    """Seconds of the day: a step that runs over midnight is not one to measure."""
    hours, minutes, rest = time.removesuffix("Z").split("T")[1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def events(architecture, erp_ms):
    """100,000 purchase orders that are told once, ordered in the ERP, written for the warehouse and counted by planning."""
    memory, size = functions(), batches()
    bill = Bill(architecture)
    # Events are published by tens; a batch of a queue is received and deleted by tens.
    bill.requests("SNS publish", EVENTS / 10)
    calls = tables = 0
    # Milliseconds of each event by its consumer, of the processor or waiting, and writes to the ledger of each.
    flows = {
        "planning-sync": (0.1, 0),
        "erp-inject": (erp_ms, 2),
        "wms-export": (3 * S3_SECONDS * 1000, 0),
    }
    for name, (each_ms, ledger) in flows.items():
        batch = size[name]
        count = math.ceil(EVENTS / batch)
        worked = count * S3_SECONDS + EVENTS * each_ms / 1000
        bill.time(f"`{name}`, batches of {batch}", memory[name], worked)
        # Counts of the day, and the longest lag where it is one.
        calls, tables = calls + count, tables + EVENTS * ledger + 2 * count
    bill.requests("Lambda call", calls)
    bill.requests("SQS request", len(flows) * EVENTS * 2 / 10)
    bill.requests("DynamoDB write", tables)
    bill.requests("S3 write or listing", math.ceil(EVENTS / size["planning-sync"]) + 2 * EVENTS)
    bill.requests("S3 read", EVENTS)
    bill.show(f"{EVENTS:,} purchase orders through all three consumers, {architecture}")
    return bill.usd


def month(run_usd, run_gb, events_usd, runs):
    template = (ROOT / "template.yaml").read_text()
    alarms = template.count("Type: AWS::CloudWatch::Alarm")
    # Of six steps three metrics each, rows of four, boxes, gap, coverage; of three consumers at most ten.
    metrics = 6 * 3 + 4 + 3 + 3 * 10
    fixed = metrics * METRIC_A_MONTH + alarms * ALARM_A_MONTH
    print("\n### A month\n\n| what | US dollars |\n| --- | --- |")
    print(f"| {runs} runs | {run_usd * runs:.2f} |")
    # Runs and publications are kept for 400 days.
    print(f"| the runs of 13 months, kept | {13 * runs * run_gb * STORED_GB_A_MONTH:.2f} |")
    print(f"| {EVENTS:,} purchase orders | {events_usd:.2f} |")
    print(f"| {metrics} metrics of our own and {alarms} alarms, with ERP and warehouse | {fixed:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=pathlib.Path, help="what `larder runs ID --json` printed")
    parser.add_argument("--cpu", type=float, help="seconds of processor that the run used, where the machine was busy")
    parser.add_argument("--architecture", choices=GB_SECOND, default="arm64")
    parser.add_argument("--erp-ms", type=float, default=500, help="what the ERP takes for an order, waited for and paid")
    given = parser.parse_args()
    run_usd, run_gb = a_run(json.loads(given.run.read_text()), given.architecture, given.cpu)
    events_usd = events(given.architecture, given.erp_ms)
    month(run_usd, run_gb, events_usd, runs=2 * 30)


if __name__ == "__main__":
    main()
