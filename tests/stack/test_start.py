"""Runs of a deployed stack, started, continued and followed by the command, and what they tell of themselves."""

import json
import subprocess
from dataclasses import dataclass

import pytest
from cloud import Cloud, Stack, binary
from test_pipeline import break_week, planned_weeks

QUICK = ("--replicates", "10")


@dataclass
class Ended:
    """The command, ended."""

    status: int
    told: str
    said: str

    @property
    def run(self) -> str:
        """The run that the table's last line names."""
        return self.told.splitlines()[-1].split()[1]


def command(cloud: Cloud, *arguments: str, **settings: str) -> Ended:
    """Runs the command as an operator would, with credentials of the environment."""
    environment = {name: value for name, value in (cloud.environment | settings).items() if value}
    run = subprocess.run([str(binary("larder")), *arguments], env=environment, capture_output=True, text=True)
    return Ended(run.returncode, run.stdout, run.stderr)


def finished(said: str) -> list[tuple[str, str]]:
    """The scopes and steps that were told as done, in their order."""
    lines = [line for line in said.splitlines() if "  done  " in line]
    return [(line[:9].strip(), line[9:].split()[0]) for line in lines]


@dataclass
class Started:
    """A run that the command started."""

    name: str
    stack: Stack
    ended: Ended


@pytest.fixture(scope="module")
def started(cloud, demo) -> Started:
    name = "started"
    stack = cloud.deploy(name, ReportBaseUrl="https://reports.example.org/")
    stack.upload(demo)
    return Started(name, stack, command(cloud, "start", "--stack", name, "--horizon", "2", *QUICK))


def test_a_run_is_started_followed_to_its_end_and_told_like_one_on_a_laptop(started):
    ended = started.ended
    assert ended.status == 0, ended.said
    assert ended.told.startswith("2 of 2 weeks planned"), ended.told
    weeks = planned_weeks(started.stack, ended.run)
    of_week = [(week, step) for week in weeks for step in ("data-extractor", "order-simulator", "site-forecast")]
    once = [("all weeks", step) for step in ("data-extractor", "order-simulator", "order-proposer", "publisher")]
    steps = finished(ended.said)
    assert sorted(steps) == sorted(of_week + once), ended.said
    assert steps[:2] == once[:2] and steps[-2:] == once[-2:]
    assert f"Report   https://reports.example.org/{ended.run}/" in ended.told
    assert "larder follow --stack started " in ended.said


def test_an_execution_is_followed_again_by_its_name(started, cloud):
    again = command(cloud, "follow", "--stack", started.name, started.ended.run)
    assert (again.status, again.told) == (0, started.ended.told), again.said
    assert sorted(finished(again.said)) == sorted(finished(started.ended.said))


def test_every_step_tells_when_and_on_what_it_ran(started, cloud):
    listed = command(cloud, "runs", started.ended.run, "--json", "--store", started.stack.outputs["Runs"])
    assert listed.status == 0, listed.said
    run = json.loads(listed.told)
    assert run["state"] == {"state": "published"}
    assert len(run["steps"]) == 5 + 3 * 2
    for step in run["steps"]:
        host = step["telemetry"]["host"]
        assert host["memory_mb"] >= 512 and 0 < host["peak_mb"] < host["memory_mb"], step
    assert 0 <= run["idle_ms"] < run["took_ms"]


def test_each_call_is_a_line_in_the_log_that_cloudwatch_reads_metrics_from(started, cloud):
    group = started.stack.physical("OrderSimulatorLog")
    logged = cloud.client("logs").filter_log_events(logGroupName=group)["events"]
    lines = [json.loads(event["message"]) for event in logged if '"Larder/Steps"' in event["message"]]
    of_run = [line for line in lines if line.get("run") == started.ended.run and line["outcome"] == "done"]
    assert sorted(line.get("week", "all") for line in of_run) == [*planned_weeks(started.stack, started.ended.run), "all"]
    for line in of_run:
        [directive] = line["_aws"]["CloudWatchMetrics"]
        named = {metric["Name"] for metric in directive["Metrics"]}
        assert {"Duration", "ColdStart", "Cost"} <= named <= line.keys() and line["Step"] == "order-simulator"
        assert ("Boxes" in named) == ("week" in line) == ("Coverage" not in named), line


def test_a_run_that_lacks_results_is_continued_and_what_is_finished_is_not_told_again(started, cloud):
    run = started.ended.run
    week = planned_weeks(started.stack, run)[1]
    for below in (f"{week}/site-forecast/", "all/order-proposer/", "all/publisher/"):
        started.stack.remove("Runs", f"runs/{run}/{below}")
    again = command(cloud, "continue", "--stack", started.name, "--run", run)
    assert (again.status, again.told) == (0, started.ended.told), again.said
    assert finished(again.said) == [
        (week, "site-forecast"),
        ("all weeks", "order-proposer"),
        ("all weeks", "publisher"),
    ]


def test_a_run_whose_week_fails_ends_with_status_1_and_its_report(cloud, own_demo, started):
    week = planned_weeks(started.stack, started.ended.run)[0]
    break_week(own_demo, week)
    cloud.deploy("broken").upload(own_demo)
    ended = command(cloud, "start", "--stack", "broken", "--horizon", "2", *QUICK)
    assert ended.status == 1, ended.said
    assert ended.told.startswith("1 of 2 weeks planned"), ended.told
    assert "nobody-knows-it" in ended.told and "Report   s3://" in ended.told


def test_an_execution_that_fails_in_its_first_state_says_why(started, cloud, tmp_path):
    asked = tmp_path / "input.json"
    asked.write_text(json.dumps({"weeks": ["2031-W01"]}))
    ended = command(cloud, "start", "--stack", started.name, "--input", str(asked))
    assert ended.status == 1 and not ended.told, ended.told
    assert "failed: " in ended.said and "2031-W01" in ended.said, ended.said


def test_a_stack_that_is_not_there_and_missing_credentials_are_said(started, cloud):
    missing = command(cloud, "start", "--stack", "nobody")
    assert missing.status == 2, missing.said
    assert "there is no stack nobody" in missing.said and "started" in missing.said
    nowhere = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}
    refused = command(cloud, "start", "--stack", started.name, **nowhere)
    assert refused.status == 1 and "credentials" in refused.said, refused.said
    unknown = command(cloud, "follow", "--stack", started.name, "nobody-started-it")
    assert unknown.status == 2 and "has no execution nobody-started-it" in unknown.said, unknown.said


def test_following_ends_in_time_and_the_run_goes_on(cloud, demo):
    stack = cloud.deploy("impatient")
    ended = command(cloud, "start", "--stack", "impatient", "--wait", "0", "--horizon", "1", *QUICK)
    assert ended.status == 1 and "The run goes on" in ended.said, ended.said
    execution = ended.said.split("larder follow --stack impatient ")[1].split("`")[0]
    stack.upload(demo)
    again = command(cloud, "follow", "--stack", "impatient", execution)
    assert again.status == 0 and again.told.startswith("1 of 1 week"), again.said
