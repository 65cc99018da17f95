"""The pipeline on the cloud: the same bytes as on a laptop, one bad week, damage, continuing, restarting."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

from cloud import ROOT, STEPS, Execution, Stack
from conftest import MEASURED, larder

# Hold what differs between two runs of one plan: ids, times, costs.
OF_THE_RUN = {"manifest.json", "telemetry.json"}


def comparable(files: dict[str, bytes]) -> dict[str, bytes]:
    return {key: content for key, content in files.items() if key.rsplit("/", 1)[-1] not in OF_THE_RUN}


def work(stack: Stack, run: str) -> dict[str, bytes]:
    """What a run's steps have stored, but for the last one, which names the run."""
    stored = comparable(stack.files("Runs", f"runs/{run}/"))
    return {key: content for key, content in stored.items() if key != "plan.json" and "/publisher/" not in key}


def same(left: dict[str, bytes], right: dict[str, bytes]):
    """Byte for byte; says which objects differ rather than how."""
    assert sorted(left) == sorted(right)
    assert [key for key in left if left[key] != right[key]] == []


def event(name: str) -> dict:
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def manifest(stack: Stack, folder: str) -> dict:
    return json.loads(stack.read("Output", f"{folder}/manifest.json"))


def outcomes(stack: Stack, folder: str) -> dict[str, str]:
    return {week["week"]: week.get("fault", "planned") for week in manifest(stack, folder)["weeks"]}


def publications(stack: Stack, run: str) -> set[str]:
    return {f"{run}/{key.split('/')[0]}" for key in stack.objects("Output", f"{run}/")}


def planned_weeks(stack: Stack, run: str) -> list[str]:
    return [week["week"] for week in json.loads(stack.read("Runs", f"runs/{run}/plan.json"))["weeks"]]


def break_week(data: Path, week: str):
    """Puts a recipe that nobody knows on the week's menu."""
    file = data / "menu_recipe.csv"
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    row = next(row for row in rows if row["week_id"] == week)
    with file.open("a", newline="") as opened:
        csv.DictWriter(opened, rows[0].keys(), lineterminator="\n").writerow(row | {"recipe_id": "nobody-knows-it"})


def ends(execution: Execution, error: str = ""):
    assert execution.error == error, execution.why
    assert execution.status == ("FAILED" if error else "SUCCEEDED"), execution.why


def test_a_run_on_the_cloud_and_one_on_a_laptop_give_the_same_bytes(shared, laptop):
    same(comparable(shared.artifacts()), comparable(laptop.artifacts()))
    same(comparable(shared.publication()), comparable(laptop.publication()))


def test_every_published_file_is_in_the_manifest(shared):
    published = shared.publication()
    listed = json.loads(published.pop("manifest.json"))["files"]
    assert {name: file["bytes"] for name, file in listed.items()} == {
        name: len(content) for name, content in published.items()
    }


def test_an_empty_input_plans_the_configured_horizon_and_moves_the_pointer(shared):
    weeks = planned_weeks(shared.stack, shared.run)
    assert len(weeks) == 4
    latest = json.loads(shared.stack.read("Runs", "latest.json"))
    assert {week: entry["run"] for week, entry in latest["weeks"].items()} == dict.fromkeys(weeks, shared.run)
    assert latest["proposals"]["run"] == shared.run


def test_purchase_orders_are_published_for_every_vendor(shared):
    published = shared.publication()
    proposals = json.loads(published["proposals.json"])
    assert proposals["schema"] == "larder.proposals/1"
    vendors = [vendor["vendor"] for vendor in proposals["vendors"]]
    assert vendors
    rows = list(csv.DictReader(published["proposals.csv"].decode().splitlines()))
    assert len(rows) == sum(len(order["lines"]) for vendor in proposals["vendors"] for order in vendor["orders"])
    assert {f"proposals/{vendor}.json" for vendor in vendors} <= set(published)


def test_without_proposals_the_forecasts_are_published_and_the_run_fails(stack, demo):
    stack.upload(demo)
    ends(stack.run({}, name="whole"))
    stack.remove("Runs", "runs/whole/all/publisher/")
    below = "runs/whole/all/order-proposer/"
    [result] = [key for key in stack.objects("Runs", below) if key.endswith("/result.json")]
    stack.write("Runs", below + result, b"damage")
    execution = stack.run({"run": "whole"})
    ends(execution, "ProposalsFailed")
    assert "no purchase orders are proposed: Data.Rejected" in execution.cause, execution.cause
    folders = publications(stack, "whole")
    without = [f for f in folders if "proposals.csv" not in stack.objects("Output", f"{f}/")]
    [folder] = without
    assert set(outcomes(stack, folder).values()) == {"planned"}


def test_one_broken_week_fails_alone_and_is_named(stack, own_demo, shared):
    weeks = planned_weeks(shared.stack, shared.run)
    break_week(own_demo, weeks[2])
    stack.upload(own_demo)
    execution = stack.run({}, name="one-broken")
    ends(execution, "WeeksFailed")
    assert weeks[2] in execution.cause and "nobody-knows-it" in execution.cause, execution.cause
    [folder] = publications(stack, "one-broken")
    expected = dict.fromkeys(weeks, "planned") | {weeks[2]: "Data.Rejected"}
    assert outcomes(stack, folder) == expected
    healthy = set(weeks) - {weeks[2]}
    folders = {key.split("/")[0] for key in stack.objects("Output", f"{folder}/") if "/" in key}
    assert folders - {"proposals", "explanations"} == healthy


def test_a_data_set_that_has_not_landed_is_waited_for(stack, demo):
    execution = stack.start({}, name="early")
    execution.failed_once_by("Data.NotReady")
    stack.upload(demo)
    ends(execution.ended())


def test_twelve_weeks_are_planned_like_four(stack, demo):
    stack.upload(demo)
    execution = stack.run({"horizon_weeks": 12}, name="twelve")
    ends(execution)
    weeks = planned_weeks(stack, "twelve")
    assert len(weeks) == 12
    assert outcomes(stack, execution.output["folder"]) == dict.fromkeys(weeks, "planned")


def test_a_run_is_continued_after_a_failed_week_and_touches_nothing_that_was_finished(stack, demo):
    stack.upload(demo)
    first = stack.run({}, name="first")
    ends(first)
    whole = stack.files("Runs", "runs/first/")
    week = planned_weeks(stack, "first")[1]
    stack.remove("Runs", f"runs/first/{week}/site-forecast/")
    stack.remove("Runs", "runs/first/all/publisher/")
    kept = stack.objects("Runs", "runs/first/")
    again = stack.run({"run": "first"}, name="second")
    ends(again)
    assert again.output["run"] == "first"
    same(comparable(stack.files("Runs", "runs/first/")), comparable(whole))
    touched = stack.objects("Runs", "runs/first/")
    changed = [key for key, entry in kept.items() if entry["LastModified"] != touched[key]["LastModified"]]
    assert changed == []
    assert not stack.objects("Runs", "runs/second/")


def test_a_damaged_artifact_fails_its_week_by_name_and_is_healed_by_removing_its_folder(stack, demo):
    stack.upload(demo)
    ends(stack.run({}, name="run"))
    whole = stack.files("Runs", "runs/run/")
    published = outcomes(stack, next(iter(publications(stack, "run"))))
    week = planned_weeks(stack, "run")[0]
    below = f"runs/run/{week}/order-simulator/"
    [damaged] = [key for key in stack.objects("Runs", below) if key.endswith("/draws.planes")]
    stack.write("Runs", below + damaged, b"damage")
    stack.remove("Runs", f"runs/run/{week}/site-forecast/")
    stack.remove("Runs", "runs/run/all/publisher/")

    failed = stack.run({"run": "run"})
    ends(failed, "WeeksFailed")
    assert "Data.Rejected" in failed.cause and below + damaged in failed.cause, failed.cause
    assert published | {week: "Data.Rejected"} in [outcomes(stack, f) for f in publications(stack, "run")]

    stack.remove("Runs", below)
    stack.remove("Runs", "runs/run/all/order-proposer/")
    stack.remove("Runs", "runs/run/all/publisher/")
    ends(stack.run({"run": "run"}))
    same(comparable(stack.files("Runs", "runs/run/")), comparable(whole))


def test_a_restart_from_a_step_is_a_new_run_of_the_same_plan(stack, demo):
    stack.upload(demo)
    ends(stack.run({}, name="old"))
    restarted = stack.run({"run": "old", "from": "order-simulator"}, name="new")
    ends(restarted)
    assert restarted.output["run"] == "new"
    same(work(stack, "old"), work(stack, "new"))


def test_two_runs_at_the_same_time_leave_the_pointer_at_the_later_as_of(stack, demo, shared):
    stack.upload(demo)
    as_of = json.loads(shared.stack.read("Runs", f"runs/{shared.run}/plan.json"))["as_of"]
    weeks = planned_weeks(shared.stack, shared.run)[1:3]
    earlier = (datetime.fromisoformat(as_of) - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    both = [
        stack.start({"as_of": as_of, "weeks": weeks}, name="later"),
        stack.start({"as_of": earlier, "weeks": weeks}, name="earlier"),
    ]
    for execution in both:
        ends(execution.ended())
    latest = json.loads(stack.read("Runs", "latest.json"))
    assert {entry["run"] for entry in latest["weeks"].values()} == {"later"}


def test_a_scenario_never_moves_the_pointer(stack, demo):
    stack.upload(demo)
    ends(stack.run({"scenario": "what-if", "horizon_weeks": 1}))
    assert "latest.json" not in stack.objects("Runs")


def test_what_an_invocation_costs_is_told(shared):
    again = shared.stack.run({"run": shared.run})
    ends(again)
    weeks = len(planned_weeks(shared.stack, shared.run))
    invocations, in_a_row = 5 + 3 * weeks, 8
    MEASURED.append(
        f"Continuing a finished run: {again.seconds:.2f} s for {invocations} invocations, {in_a_row} of them in a row:"
        f" {again.seconds / in_a_row * 1000:.0f} ms each on this emulator"
    )


def test_the_command_works_on_the_cloud_s_stores_as_on_folders(shared):
    environment = shared.stack.cloud.environment
    data, runs = shared.stack.outputs["Data"], shared.stack.outputs["Runs"]
    # Endpoint and credentials come from the environment, as for every AWS tool.
    larder("validate", "--data", data, environment=environment)
    again = ("run", "--run", shared.run, "--data", data, "--store", runs, "--out", shared.stack.outputs["Output"])
    assert f"Run      {shared.run}" in larder(*again, environment=environment)


def test_every_step_of_a_run_on_the_cloud_is_replayed_to_the_byte_and_nothing_is_written(shared):
    outputs = shared.stack.outputs
    places = ("--data", outputs["Data"], "--store", outputs["Runs"], "--out", outputs["Output"])
    before = {output: shared.stack.objects(output) for output in ("Runs", "Output")}
    for step in STEPS:
        told = larder(
            "replay", "--run", shared.run, "--step", step, *places, environment=shared.stack.cloud.environment
        )
        assert told.endswith(" artifacts are the same.\n"), told
    assert {output: shared.stack.objects(output) for output in before} == before


def test_a_shadow_differs_is_told_and_is_not_published(stack, demo):
    stack.upload(demo)
    shadow = {"name": "one-size", "step": "order-simulator", "settings": {"portion_sizes": [2]}}
    execution = stack.run({"horizon_weeks": 1, "replicates": 10, "shadow": [shadow]}, name="run")
    ends(execution)
    stored = stack.files("Runs", "runs/run/all/shadow-one-size-order-simulator/")
    [difference] = [json.loads(content) for key, content in stored.items() if key.endswith("/difference.json")]
    assert difference["weeks"][0]["kits_at_sites"]["differing"] > 0
    published = stack.files("Output", f"{execution.output['folder']}/")
    assert not [name for name in published if "shadow" in name]
    [line] = json.loads(published["summary.json"])["shadows"]
    assert line["text"] == difference["headline"]
    latest = json.loads(stack.read("Runs", "latest.json"))
    assert "shadow" not in json.dumps(latest)


def test_a_shadow_by_a_version_that_is_not_there_leaves_the_run_succeeded(stack, demo):
    stack.upload(demo)
    steps = {"order-simulator": {"replicates": 20}, "order-proposer": {"waste_per_mille": 0}}
    shadows = [{"name": f"next-{step}", "step": step, "version": "nobody-published-it"} for step in steps]
    shadows += [{"name": f"other-{step}", "step": step, "settings": settings} for step, settings in steps.items()]
    execution = stack.run({"horizon_weeks": 1, "replicates": 10, "shadow": shadows}, name="run")
    ends(execution)
    published = stack.files("Output", f"{execution.output['folder']}/")
    assert "proposals.csv" in published
    *failed, simulated, proposed = json.loads(published["summary.json"])["shadows"]
    assert len(failed) == 2
    for shadow in failed:
        assert shadow["text"].startswith("failed: Lambda.ResourceNotFoundException"), shadow
    assert "differ by" in simulated["text"], simulated
    assert "by a step or more" in proposed["text"], proposed


def test_a_shadow_of_proposals_is_stored_apart_and_what_is_active_stays_the_same(stack, demo):
    stack.upload(demo)
    [shadow] = [asked for asked in event("execution.shadow")["shadow"] if asked["step"] == "order-proposer"]
    planned = {"horizon_weeks": 2, "replicates": 10}
    alone = stack.run(planned, name="alone")
    ends(alone)
    # Beside a publication the next one tells what changed since: each plans as if it were the first.
    stack.remove("Runs", "latest.json")
    execution = stack.run(planned | {"shadow": [shadow]}, name="run")
    ends(execution)

    without, stored = work(stack, "alone"), work(stack, "run")
    apart = {key: content for key, content in stored.items() if "/shadow-" in key}
    same({key: content for key, content in stored.items() if key not in apart}, without)
    [folder] = {key.rsplit("/", 1)[0] for key in apart}
    assert folder.startswith("all/shadow-no-waste-order-proposer/")
    difference = json.loads(apart[f"{folder}/difference.json"])
    assert difference["changed"], difference["headline"]
    [proposals] = [content for key, content in without.items() if key.endswith("/proposals.csv")]
    assert apart[f"{folder}/proposals.csv"] != proposals

    published = stack.files("Output", f"{execution.output['folder']}/")
    assert not [name for name in published if "shadow" in name]
    assert published["proposals.csv"] == proposals
    [line] = json.loads(published["summary.json"])["shadows"]
    assert line["text"] == difference["headline"]
    assert "shadow" not in json.dumps(json.loads(stack.read("Runs", "latest.json")))


def test_an_approved_proposal_is_one_order_and_is_not_proposed_again(stack, demo):
    stack.upload(demo)
    planned = {"horizon_weeks": 1, "replicates": 10}
    first = stack.run(planned, name="first")
    ends(first)
    proposals = json.loads(stack.read("Output", f"{first.output['folder']}/proposals.json"))
    vendor = proposals["vendors"][0]
    order = vendor["orders"][0]
    of_order = {key: order[key] for key in ("site", "delivery_date")}
    at = json.loads(stack.read("Runs", "runs/first/plan.json"))["as_of"]
    asked = {"run": "first", "vendor": vendor["vendor"], "approved_at": at} | of_order
    approval = event("order-approver") | asked

    placed, again = (stack.invoke("OrderApprover", approval) for _ in range(2))
    [new], [known] = placed["orders"], again["orders"]
    assert (new["outcome"], known["outcome"]) == ("placed", "already_approved"), (placed, again)
    assert new["reference"] == known["reference"]
    assert (again["approved"], again["proposed"]) == (1, sum(len(v["orders"]) for v in proposals["vendors"]))
    [stored] = [json.loads(content) for content in stack.files("Runs", "orders/").values()]
    assert stored["reference"] == new["reference"]
    assert stored["approved_by"] == approval["approved_by"]
    assert len(stored["lines"]) == len(order["lines"])

    following = stack.run(planned, name="next")
    ends(following)
    anew = json.loads(stack.read("Output", f"{following.output['folder']}/proposals.json"))
    orders = [(v["vendor"], o["site"], o["delivery_date"]) for v in anew["vendors"] for o in v["orders"]]
    assert orders
    assert (vendor["vendor"], *of_order.values()) not in orders


def test_an_approval_of_what_is_not_proposed_says_so_and_writes_nothing(shared):
    answer = shared.stack.invoke("OrderApprover", event("order-approver") | {"run": shared.run, "vendor": "nobody"})
    assert answer["errorType"] == "Contract.Violation", answer
    assert "proposes to order nothing from nobody" in answer["errorMessage"]
    assert not shared.stack.objects("Runs", "orders/")
