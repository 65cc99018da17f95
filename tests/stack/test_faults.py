"""Seeded faults while the real binaries plan: whatever is killed, cut, lost, refused or held up, the run ends by name or is
continued, what it makes is the same bytes in the end, and the pointer never names what is not published whole."""

import csv
import hashlib
import json
import os
import random
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from cloud import Execution, Stack
from conftest import MEASURED, larder
from rights import without
from test_pipeline import comparable, manifest, planned_weeks, work

# How many faults, and which: a longer soak asks for more, another seed for others.
FAULTS = int(os.environ.get("LARDER_FAULTS", "20"))
SEED = int(os.environ.get("LARDER_FAULTS_SEED", "1"))

SMALL = {"as_of": "2026-11-15T12:00:00Z", "horizon_weeks": 1, "replicates": 10}
FUNCTIONS = ("Configurator", "DataExtractor", "OrderSimulator", "SiteForecast", "OrderProposer", "Publisher")
# In the order of a run; the publisher's own result names the run, and is no part of what is compared.
STEPS = ("data-extractor", "order-simulator", "site-forecast", "order-proposer")

# By which name a run may end, other than well.
NAMES = {
    "Config.Invalid",
    "Data.Rejected",
    "Dependency.Unavailable",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "ProposalsFailed",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "WeeksFailed",
}
# What is wrong with an object, and what to do, as a fault tells it.
REMEDY = re.compile(r"s3://\S+ is (?:damaged|missing).*; delete (\S+/) and continue the run")


@dataclass
class Whole:
    """A run that nothing disturbed."""

    stack: Stack
    run: str
    seconds: float
    work: dict[str, bytes]
    # The sha256 of what is published, by name.
    published: dict[str, str]


@pytest.fixture(scope="module")
def whole(cloud, tmp_path_factory) -> Whole:
    folder = tmp_path_factory.mktemp("tiny")
    larder("demo", "--out", folder)
    shorten(folder / "order_line.csv", 200)
    stack = cloud.deploy("faults")
    stack.upload(folder)
    # Twice, so that the time is that of warm functions.
    stack.run(SMALL, name="cold")
    stack.remove("Runs", "latest.json")
    execution = stack.run(SMALL, name="whole")
    published = sums(manifest(stack, execution.output["folder"]))
    return Whole(stack, "whole", execution.seconds, work(stack, "whole"), published)


def sums(told: dict) -> dict[str, str]:
    return comparable({name: file["sha256"] for name, file in told["files"].items()})


def shorten(file: Path, rows: int):
    with file.open(newline="") as opened:
        kept = list(csv.reader(opened))[: rows + 1]
    with file.open("w", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(kept)


class Point:
    """One fault: its own chance decides what it hits, and when."""

    def __init__(self, whole: Whole, number: int):
        self.whole, self.stack = whole, whole.stack
        self.chance = random.Random(f"{SEED}/{number}")
        self.run = f"fault-{SEED}-{number}"
        # Each run plans as if it were the first.
        self.stack.remove("Runs", "latest.json")

    def killed(self) -> Execution:
        """Processes are killed while they work, up to three times: once is healed by a retry, thrice is not."""
        execution = self.stack.start(SMALL, name=self.run)
        for _ in range(self.chance.randint(1, 3)):
            time.sleep(self.chance.uniform(0, self.whole.seconds / 2))
            for process in processes(self.stack):
                kill(process, signal.SIGKILL)
        return execution.ended()

    def cut(self) -> Execution:
        """An object of a step is cut short before the next step reads it."""
        return self._between(lambda key, held: self.stack.write("Runs", key, held[: self.chance.randrange(len(held))]))

    def lost(self) -> Execution:
        """An object of a step is deleted before the next step reads it."""
        return self._between(lambda key, held: self.stack.remove("Runs", key))

    def _between(self, harm) -> Execution:
        """Takes a finished run back to where a step had just ended, harms one of its objects, and goes on."""
        self.run = self.whole.run
        step = self.chance.randrange(len(STEPS))
        stored = self.stack.objects("Runs", f"runs/{self.run}/")
        own = sorted(key for key in stored if f"/{STEPS[step]}/" in key and key in self.whole.work)
        later = [key for key in stored if any(f"/{name}/" in key for name in (*STEPS[step + 1 :], "publisher"))]
        for key in later:
            self.stack.remove("Runs", f"runs/{self.run}/{key}")
        self.stack.remove("Output", f"{self.run}/")
        key = f"runs/{self.run}/{self.chance.choice(own)}"
        harm(key, self.stack.read("Runs", key))
        return self.stack.run({"run": self.run})

    def refused(self) -> Execution:
        """A function has no right to write."""
        with without(self.stack, self.chance.choice(FUNCTIONS), "s3:PutObject", ""):
            return self.stack.run(SMALL, name=self.run)

    def throttled(self) -> Execution:
        """Lambda takes no calls of a function for a while."""
        functions, name = self.stack.cloud.functions, self.stack.physical(self.chance.choice(FUNCTIONS))
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        execution = self.stack.start(SMALL, name=self.run)
        time.sleep(self.chance.uniform(0, 2 * self.whole.seconds))
        functions.delete_function_concurrency(FunctionName=name)
        return execution.ended()

    def held(self) -> Execution:
        """A function hangs until its time is over."""
        functions, name = self.stack.cloud.functions, self.stack.physical(self.chance.choice(FUNCTIONS))
        patience = functions.get_function_configuration(FunctionName=name)["Timeout"]
        functions.update_function_configuration(FunctionName=name, Timeout=1)
        execution = self.stack.start(SMALL, name=self.run)
        deadline = time.monotonic() + 2 * self.whole.seconds
        while time.monotonic() < deadline:
            for process in processes(self.stack, name):
                kill(process, signal.SIGSTOP)
        execution.ended()
        functions.update_function_configuration(FunctionName=name, Timeout=patience)
        return execution

    def withheld(self) -> Execution:
        """A file that the plan pinned is not there when the history is read, and comes back later."""
        self.run = self.whole.run
        for folder in ("all/", *(f"{week}/" for week in planned_weeks(self.stack, self.run))):
            self.stack.remove("Runs", f"runs/{self.run}/{folder}")
        self.stack.remove("Output", f"{self.run}/")
        key = self.chance.choice(["box_history.csv", "demand_history.csv", "product.csv"])
        held = self.stack.read("Data", key)
        self.stack.remove("Data", key)
        execution = self.stack.run({"run": self.run})
        self.stack.write("Data", key, held)
        return execution


KINDS = ["killed", "cut", "killed", "lost", "killed", "cut", "refused", "killed", "lost", "throttled"]
KINDS += ["killed", "cut", "killed", "lost", "held", "killed", "cut", "withheld", "killed", "lost"]


@pytest.mark.parametrize("number", range(FAULTS), ids=lambda number: f"{number}-{KINDS[number % len(KINDS)]}")
def test_a_fault_is_named_and_healed_and_the_bytes_are_the_same(whole, number):
    stack, point = whole.stack, Point(whole, number)
    execution = getattr(point, KINDS[number % len(KINDS)])()
    for _ in range(5):
        nothing_is_half_published(stack, point.run)
        if execution.status == "SUCCEEDED":
            break
        told = f"seed {SEED}, fault {number}: {execution.why}"
        assert execution.error in NAMES and execution.cause, told
        if remedy := REMEDY.search(execution.cause):
            stack.remove("Runs", f"runs/{point.run}/{remedy[1]}")
        # Without a plan there is nothing to continue yet.
        planned = stack.objects("Runs", f"runs/{point.run}/plan.json")
        execution = stack.run({"run": point.run} if planned else SMALL, name=None if planned else f"{point.run}-again")
        point.run = point.run if planned else f"{point.run}-again"
    assert execution.status == "SUCCEEDED", f"seed {SEED}, fault {number}: {execution.why}"
    made = work(stack, point.run)
    assert [key for key, content in whole.work.items() if made.get(key) != content] == []
    assert sums(manifest(stack, execution.output["folder"])) == whole.published


def nothing_is_half_published(stack: Stack, run: str):
    """Where a run has a manifest, it has all its files, and the pointer names what has one alone."""
    planned = set()
    for key in [key for key in stack.objects("Output", f"{run}/") if key.endswith("/manifest.json")]:
        folder = f"{run}/{key.removesuffix('/manifest.json')}"
        told = manifest(stack, folder)
        for name, file in told["files"].items():
            assert hashlib.sha256(stack.read("Output", f"{folder}/{name}")).hexdigest() == file["sha256"]
        planned |= {(run, week["week"]) for week in told["weeks"] if "fault" not in week}
    if stack.objects("Runs", "latest.json"):
        latest = json.loads(stack.read("Runs", "latest.json"))
        assert {(entry["run"], week) for week, entry in latest["weeks"].items()} <= planned


def processes(stack: Stack, function: str = "") -> list[int]:
    """The processes of the stack's functions, or of one of them."""
    names = [function] if function else [stack.physical(name) for name in FUNCTIONS]
    found = []
    for process in Path("/proc").iterdir():
        try:
            named = (process / "comm").read_text().strip() == "bootstrap"
            environment = (process / "environ").read_bytes().split(b"\0") if named else []
        except OSError:
            continue
        if any(f"AWS_LAMBDA_FUNCTION_NAME={name}".encode() in environment for name in names):
            found.append(int(process.name))
    return found


def kill(process: int, how: signal.Signals):
    try:
        os.kill(process, how)
    except ProcessLookupError:
        return


def test_what_is_asked_of_the_faults_is_told(whole):
    MEASURED.append(f"faults: {FAULTS} with seed {SEED}, in runs of {whole.seconds:.1f} s")
