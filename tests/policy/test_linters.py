"""What linters say of the template, of what SAM makes of it, and of the state machine."""

import json
import subprocess
import sys
from pathlib import Path

from deployment import EVERYTHING, translated
from source import ROOT, read


def lint(template: Path):
    command = [Path(sys.executable).with_name("cfn-lint"), "--non-zero-exit-code", "informational", template]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_cfn_lint_finds_nothing_in_the_template():
    lint(ROOT / "template.yaml")


def test_cfn_lint_finds_nothing_in_what_sam_makes_of_the_template(tmp_path):
    """Of SAM's own resources it knows little more than their form."""
    template = read().template
    for name, value in EVERYTHING.items():
        template["Parameters"][name]["Default"] = value
    plain = tmp_path / "template.json"
    plain.write_text(json.dumps(translated(template, EVERYTHING)))
    lint(plain)


def test_asl_validator_finds_nothing_in_the_state_machine(tmp_path):
    text = (ROOT / "statemachines" / "menu-week-forecast.asl.json").read_text()
    # As CloudFormation hands it on: the only substitution that is not a function's ARN is a number.
    substituted = tmp_path / "machine.json"
    substituted.write_text(text.replace("${MaxConcurrency}", "40"))
    json.loads(substituted.read_text())
    validator = ROOT / ".tools" / "node" / "node_modules" / ".bin" / "asl-validator"
    run = subprocess.run([validator, "--json-path", substituted], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
