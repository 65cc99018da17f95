"""GitHub's workflows: what they run is pinned, what they may is little, and what they call exists."""

import re
import sys

import pytest
import yaml
from graph import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from release_notes import notes

PLACES = sorted((ROOT / ".github/workflows").glob("*.yml"))
TEXTS = {place.name: place.read_text() for place in PLACES}
WORKFLOWS = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
JOBS = {f"{name}: {job}": body for name, workflow in WORKFLOWS.items() for job, body in workflow["jobs"].items()}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("name", TEXTS)
def test_every_action_is_pinned_to_a_commit_and_says_which_version_that_is(name):
    uses = re.findall(r"uses: (.+)", TEXTS[name])
    assert uses
    for action in uses:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_read_and_a_job_says_what_more_it_may(name):
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("job", JOBS)
def test_no_checkout_leaves_a_key_behind(job):
    checkouts = [step for step in JOBS[job]["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize("job", JOBS)
def test_what_a_job_makes_is_a_target_and_what_it_installs_is_pinned(job):
    for command in commands(JOBS[job]):
        for made in re.findall(r"^make (.+)$", command, re.MULTILINE):
            assert {word for word in made.split() if "=" not in word} <= TARGETS, made
        for installed in re.findall(r"cargo install (.+)$", command, re.MULTILINE):
            assert re.fullmatch(r"--locked [a-z-]+@\d+\.\d+\.\d+", installed), installed


@pytest.mark.parametrize("job", JOBS)
def test_no_command_holds_what_others_may_name(job):
    # A branch's or a tag's name becomes part of a script where it is written into it.
    for command in commands(JOBS[job]):
        inserted = re.findall(r"\$\{\{(.+?)\}\}", command)
        assert all(one.strip().startswith("matrix.") for one in inserted), command


def test_every_test_that_make_test_has_is_run():
    [made] = re.findall(r"^test: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    run = " ".join(command for job in WORKFLOWS["ci.yml"]["jobs"].values() for command in commands(job))
    assert set(made.split()) <= set(run.split())


def test_rust_is_one_version_everywhere_and_no_older_than_the_workspace_wants():
    versions = {workflow["env"]["RUST"] for workflow in WORKFLOWS.values()}
    [version] = versions
    [wanted] = re.findall(r'^rust-version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    number = lambda text: [int(part) for part in text.split(".")]
    assert number(version) >= number(wanted)


CHANGELOG = "# Changelog\n\n## Unreleased\n\n- more\n\n## 1.2.0 (2026-11-22)\n\n- new\n\n## 1.1.0\n\n- old\n\n## 1.0.0\n\n"


def test_the_notes_of_a_release_are_the_changelogs_words_about_it():
    assert notes("v1.2.0", "1.2.0", CHANGELOG) == "- new\n"
    assert notes("v1.1.0", "1.1.0", CHANGELOG) == "- old\n"


@pytest.mark.parametrize(("tag", "version"), [("v1.2.0", "1.3.0"), ("v1.3.0", "1.3.0"), ("v1.0.0", "1.0.0"), ("1.2.0", "1.2.0")])
def test_a_version_that_nobody_wrote_about_is_no_release(tag, version):
    with pytest.raises(ValueError):
        notes(tag, version, CHANGELOG)
