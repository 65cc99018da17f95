"""What the rules are held over: the checked-in files, in one place, so that a mutant changes one of them."""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]


@dataclass
class Source:
    """The files that a deployment is made of, and those that must agree with it."""

    template: dict
    machine: dict
    runbook: str
    # After how many seconds whom a function asks is given up: AWS by every function, the ERP by those that speak to it.
    patience: dict[str, int]
    # The names that the functions give their metrics.
    metrics: set[str]

    @property
    def resources(self) -> dict[str, dict]:
        return self.template["Resources"]

    def properties(self, name: str) -> dict:
        return self.resources[name]["Properties"]

    def changed(self, change) -> "Source":
        """A copy in which one place is changed."""
        mutant = copy.deepcopy(self)
        change(mutant)
        return mutant


def read() -> Source:
    rust = {path: path.read_text() for path in sorted((ROOT / "shared" / "lambda" / "src").rglob("*.rs"))}
    return Source(
        template=packaged(yaml_parse((ROOT / "template.yaml").read_text())),
        machine=json.loads((ROOT / "statemachines" / "menu-week-forecast.asl.json").read_text()),
        runbook=(ROOT / "docs" / "runbook.md").read_text(),
        patience={"aws": aws_patience(), "erp": erp_patience()},
        metrics={name for text in rust.values() for name in re.findall(r'"([A-Z][A-Za-z]+)"', text)},
    )


def packaged(template: dict) -> dict:
    """The template as `sam package` leaves it: code and definition lie in S3."""
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = f"s3://packages/{Path(properties['CodeUri']).name}.zip"
        if resource["Type"] == "AWS::Serverless::StateMachine":
            properties["DefinitionUri"] = f"s3://packages/{Path(properties['DefinitionUri']).name}"
    return template


def aws_patience() -> int:
    text = (ROOT / "shared" / "artifacts" / "src" / "aws.rs").read_text()
    [seconds] = re.findall(r"read_timeout\(Duration::from_secs\((\d+)\)\)", text)
    return int(seconds)


def erp_patience() -> int:
    """The longest of all descriptions that come with Larder."""
    profiles = (ROOT / "shared" / "erp-rest" / "profiles").glob("*.yaml")
    return max(yaml.safe_load(profile.read_text())["limits"]["client_timeout_seconds"] for profile in profiles)
