"""A deployment as CloudFormation sees it: the template after SAM's translation, for given parameters."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from source import Source

REGION = "eu-central-1"
NOTHING = object()

# With and without the parts that parameters bring in.
ERP = {
    "ErpUrl": "https://erp.example.org/larder/",
    "ErpSecret": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:erp",
}
WAREHOUSE = {"Warehouse": "on"}
EVERYTHING = (
    ERP
    | WAREHOUSE
    | {
        "AlarmTopic": "arn:aws:sns:eu-central-1:123456789012:alarms",
        "MailFrom": "larder@example.org",
        "MailTo": "planners@example.org",
        "PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundary",
        "Replanning": "on",
    }
)
PARAMETERS = {"bare": {"ScheduleState": "DISABLED"}, "erp": ERP, "warehouse": WAREHOUSE, "everything": EVERYTHING}


@dataclass
class Resource:
    """A resource that is there, its references reduced to text: `!Ref X` is `${X}`, `!GetAtt X.Arn` is `${X.Arn}`."""

    name: str
    kind: str
    properties: dict
    retained: bool

    def __getitem__(self, key: str):
        return self.properties[key]

    def get(self, key: str, otherwise=None):
        return self.properties.get(key, otherwise)

    @property
    def arn(self) -> str:
        return f"${{{self.name}.Arn}}"

    @property
    def ref(self) -> str:
        return f"${{{self.name}}}"

    @property
    def folder(self) -> str:
        """The folder of a function's package."""
        return self["Code"]["S3Key"].removesuffix(".zip")

    @property
    def environment(self) -> dict:
        return self.get("Environment", {}).get("Variables", {})


class Deployment:
    """What is created of a source with given parameters."""

    def __init__(self, source: Source, parameters: dict):
        self.source = source
        defaults = {name: parameter.get("Default") for name, parameter in source.template["Parameters"].items()}
        self.parameters = defaults | parameters
        self.translated = translated(source.template, self.parameters)
        self.resources = dict(self._resources())

    def _resources(self) -> Iterator[tuple[str, Resource]]:
        for name, resource in self.translated["Resources"].items():
            if "Condition" in resource and not self._holds(resource["Condition"]):
                continue
            retained = [resource.get(key) for key in ("DeletionPolicy", "UpdateReplacePolicy")] == ["RetainExceptOnCreate", "Retain"]
            yield name, Resource(name, resource["Type"], self._reduced(resource.get("Properties", {})), retained)

    def of(self, kind: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.kind == kind]

    def at(self, reference) -> Resource | None:
        """The resource that a reference means."""
        found = re.fullmatch(r"\$\{(\w+)(\.\w+)?\}", str(reference))
        return self.resources.get(found[1]) if found else None

    @property
    def functions(self) -> list[Resource]:
        return self.of("AWS::Lambda::Function")

    def _holds(self, condition) -> bool:
        if isinstance(condition, str):
            return self._holds(self.translated["Conditions"][condition])
        [(operator, values)] = condition.items()
        match operator:
            case "Condition":
                return self._holds(values)
            case "Fn::Equals":
                left, right = map(self._reduced, values)
                return left == right
            case "Fn::Not":
                return not self._holds(values[0])
            case "Fn::And":
                return all(map(self._holds, values))
            case "Fn::Or":
                return any(map(self._holds, values))
        raise AssertionError(f"no condition that is known: {condition}")

    def _reduced(self, value):
        if isinstance(value, list):
            return [one for one in map(self._reduced, value) if one is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, of)] = value.items()
            if name == "Ref":
                return self._named(of)
            if name.startswith("Fn::"):
                return self._called(name, of)
        fields = {key: self._reduced(field) for key, field in value.items()}
        return {key: field for key, field in fields.items() if field is not NOTHING}

    def _named(self, name: str):
        if name == "AWS::NoValue":
            return NOTHING
        return self.parameters.get(name, f"${{{name}}}")

    def _called(self, name: str, of):
        match name:
            case "Fn::GetAtt":
                return "${" + (of if isinstance(of, str) else ".".join(of)) + "}"
            case "Fn::If":
                return self._reduced(of[1] if self._holds(of[0]) else of[2])
            case "Fn::Sub":
                text, given = (of, {}) if isinstance(of, str) else of
                given = {key: self._reduced(value) for key, value in given.items()}
                named = re.sub(r"\$\{([\w:.]+)\}", lambda found: str(given.get(found[1], self._named(found[1]))), text)
                return named.replace("${!", "${")
            case "Fn::Join":
                return of[0].join(map(str, self._reduced(of[1])))
            case "Fn::Split":
                return self._reduced(of[1]).split(of[0])
            case "Fn::Select":
                return self._reduced(of[1])[int(of[0])]
        raise AssertionError(f"no function that is known: {name}")


def translated(template: dict, parameters: dict) -> dict:
    """What SAM's macro makes of a packaged template."""
    session = boto3.Session(region_name=REGION)
    return Translator({}, Parser(), boto_session=session).translate(copy.deepcopy(template), dict(parameters))


def many(value) -> list:
    """CloudFormation and IAM take one where they take many."""
    return value if isinstance(value, list) else [value]
