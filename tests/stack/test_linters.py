"""What linters say of the template and the state machine."""

import json
import subprocess
import sys
from pathlib import Path

from cloud import ROOT


def test_cfn_lint_finds_nothing_in_the_template():
    lint = [Path(sys.executable).with_name("cfn-lint"), "--non-zero-exit-code", "informational", "template.yaml"]
    run = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_asl_validator_finds_nothing_in_the_state_machine(tmp_path):
    text = (ROOT / "statemachines" / "menu-week-forecast.asl.json").read_text()
    # As CloudFormation hands it on: the only substitution that is not a function's ARN is a number.
    substituted = tmp_path / "machine.json"
    substituted.write_text(text.replace("${MaxConcurrency}", "40"))
    json.loads(substituted.read_text())
    validator = ROOT / ".tools" / "node" / "node_modules" / ".bin" / "asl-validator"
    run = subprocess.run([validator, "--json-path", substituted], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
