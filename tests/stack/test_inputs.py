"""What the state machine is started with: every sample is understood, and a wrong input ends in the first state by a cause that
names the field and what it holds, and says what to give instead."""

import json

import pytest
from cloud import ROOT
from test_pipeline import ends, event, planned_weeks

# An input, and what its cause says.
WRONG = [
    ({"horizon": 4}, ["input.horizon", "unknown field", "`horizon_weeks`"]),
    ({"caps": [{"site": "NORTH", "date": "2026-11-24", "boxes": 5}]}, ["input.caps[0].boxes", "`boxes_max`"]),
    ({"weeks": ["2026-W48", "2025-W53"]}, ["input.weeks[1]", "`2025-W53`", "an ISO week such as 2026-W48"]),
    ({"weeks": ["2031-W48"]}, ["weeks: 2031-W48 is not in menu_week", "add it there or leave it out"]),
    ({"horizon_weeks": "four"}, ["input.horizon_weeks", '"four"', "expected u32"]),
    ({"horizon_weeks": 0}, ["horizon_weeks: 0 is not 1 to 53"]),
    ({"replicates": 0}, ["replicates: 0 is not 1 to 10000"]),
    ({"recipes_per_box": "2:x"}, ["recipes_per_box: `2:x` cannot be read; give"]),
    ({"run": "nobody"}, ["there is no run nobody", "start one without `run`"]),
    ({"from": "publisher"}, ["`from` (publisher) needs the `run` to restart"]),
    ({"run": "shared", "from": "publish"}, ["input.from", "`publish`", "`publisher`"]),
    ({"run": "shared", "seed": 3}, ["keeps its plan", "give `run` and `from` alone"]),
    ({"weeks": ["2026-W48"], "horizon_weeks": 2}, ["named by `weeks`", "give one of the two"]),
    ([], ["input", "invalid type: sequence", "expected an object such as {}"]),
    ({"as_of": "yesterday"}, ["input.as_of", "`yesterday` is not a time such as 2026-11-15T12:00:00Z"]),
    ({"caps": [{"site": "NORHT", "date": "2026-11-24", "boxes_max": 5}]}, ["caps[0].site: NORHT is not in site", "NORTH"]),
    (
        {"weeks": ["2026-W48"], "caps": [{"site": "NORTH", "date": "2027-11-24"}]},
        ["caps[0].date: 2027-11-24 is not a day on which a planned week packs", "there are 2026-11-2"],
    ),
    ({"max_boxes": {"R9999": 5}}, ["max_boxes: R9999 is not in recipe", "R001", "more"]),
    ({"incompatible": [["R001", "R9999"]]}, ["incompatible[0]: R9999 is not in recipe"]),
    (
        {"shadow": [{"name": "x", "step": "order-simulator", "settings": {"max_boxes": {"R9999": 5}}}]},
        ["shadow[0].settings.max_boxes: R9999 is not in recipe"],
    ),
    ({"shadow": [{"name": "x", "step": "publisher"}]}, ["shadow `x`", "only order-simulator and order-proposer"]),
]


@pytest.mark.parametrize(("given", "told"), WRONG, ids=lambda value: json.dumps(value)[:40])
def test_a_wrong_input_ends_in_the_first_state_and_says_what_to_give(shared, given, told):
    execution = shared.stack.run(given)
    ends(execution, "Contract.Violation")
    message = json.loads(execution.cause)["errorMessage"]
    assert [words for words in told if words not in message] == [], message
    history = shared.stack.cloud.steps.get_execution_history(executionArn=execution.arn)["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    assert entered == ["Configure"]


def test_every_sample_starts_a_run(cloud, demo):
    stack = cloud.deploy("samples", HorizonWeeks="1")
    stack.upload(demo)
    name = event("execution.continue")["run"]
    ends(stack.run(event("execution"), name=name))
    assert len(planned_weeks(stack, name)) == 1
    samples = [file.stem for file in sorted((ROOT / "events").glob("execution.*.json"))]
    for sample in samples:
        given = event(sample)
        execution = stack.run(given, name=sample.replace(".", "-"))
        ends(execution)
        if weeks := given.get("weeks"):
            assert planned_weeks(stack, execution.output["run"]) == weeks
        assert (execution.output["run"] == name) == (sample == "execution.continue")
    latest = json.loads(stack.read("Runs", "latest.json"))
    assert "execution-scenario" not in {entry["run"] for entry in latest["weeks"].values()}


def test_the_name_of_another_run_ends_by_conflict_and_names_it(shared, connected):
    plan = shared.stack.read("Runs", f"runs/{shared.run}/plan.json")
    connected.write("Runs", "runs/taken/plan.json", plan)
    execution = connected.run({"seed": 7}, name="taken")
    ends(execution, "Run.Conflict")
    message = json.loads(execution.cause)["errorMessage"]
    assert "taken" in message and "another" in message, message
    assert connected.read("Runs", "runs/taken/plan.json") == plan
