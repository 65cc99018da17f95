"""What the functions' roles may do, as deployed, beside what was asked of them."""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from cloud import Cloud, Stack

# A right: a function by its name in the template, an action, and the resources, with the stack's own names in braces.
Right = tuple[str, str, str]


@dataclass
class Rights:
    """What was granted in some stacks, and what of it was used."""

    granted: set[Right] = field(default_factory=set)
    used: set[Right] = field(default_factory=set)
    # Calls that were refused, by function, action and resource.
    refused: set[Right] = field(default_factory=set)

    @property
    def unused(self) -> set[Right]:
        return self.granted - self.used


def rights(cloud: Cloud, stacks: list[Stack]) -> Rights:
    """Holds every call that a function made against its role's grants."""
    calls = {}
    for line in cloud.asked.read_text().splitlines():
        call = json.loads(line)
        # arn:aws:sts::…:assumed-role/ROLE/FUNCTION
        if ":assumed-role/" in call["principal"]:
            calls.setdefault(call["principal"].split("/")[1], []).append(call)
    found = Rights()
    for stack in stacks:
        names = named(stack)
        for role, function in roles(stack):
            granted = grants(cloud, role)
            found.granted |= {(function, action, readable(on, names)) for action, on in granted}
            for call in calls.get(role, []):
                if not call["allowed"]:
                    found.refused.add((function, call["action"], readable(call["resource"], names)))
                    continue
                for action, on in granted:
                    if action == call["action"] and fnmatchcase(call["resource"], on):
                        found.used.add((function, action, readable(on, names)))
    return found


def grants(cloud: Cloud, role: str) -> list[tuple[str, str]]:
    """The actions that a role may do, each with the resources it may do it on; of AWS's own policies the name."""
    iam = cloud.client("iam")
    found = []
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        found += pairs(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        found.append((policy["PolicyName"], "*"))
    return found


def pairs(policy: dict) -> list[tuple[str, str]]:
    """What a policy allows, action by action and resource by resource."""
    allowed = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]
    return [(act, on) for one in allowed for act in listed(one["Action"]) for on in listed(one["Resource"])]


def listed(value) -> list[str]:
    return [value] if isinstance(value, str) else value


def roles(stack: Stack) -> list[tuple[str, str]]:
    """The functions' roles, each with the function's name in the template; SAM adds `Role` to it."""
    functions = {entry["LogicalResourceId"] for entry in stack.resources if entry["ResourceType"] == "AWS::Lambda::Function"}
    return [
        (entry["PhysicalResourceId"], function)
        for entry in stack.resources
        if entry["ResourceType"] == "AWS::IAM::Role"
        and (function := entry["LogicalResourceId"].removesuffix("Role")) in functions
    ]


def named(stack: Stack) -> dict[str, str]:
    """The names in the template by those that the cloud or the parameters gave, without what stands before in an ARN."""
    given = {entry["PhysicalResourceId"]: entry["LogicalResourceId"] for entry in stack.resources}
    given |= {stack.parameters.get(name, ""): name for name in ("ErpSecret", "MailFrom")}
    names = {re.split("[:/]", held, maxsplit=6)[-1]: name for held, name in given.items()}
    return {held: name for held, name in names.items() if len(held) > len(stack.name)}


def readable(resource: str, names: dict[str, str]) -> str:
    """A resource without account and region, and with the template's names."""
    for given in sorted(names, key=len, reverse=True):
        resource = resource.replace(given, f"{{{names[given]}}}")
    return re.sub("^arn:aws:[^:]*:[^:]*:[^:]*:", "", resource)


@contextmanager
def without(stack: Stack, function: str, action: str, end: str):
    """Takes an action from a function's role, on the resources that end so."""
    stack.robbed = True
    iam = stack.cloud.client("iam")
    [role] = [role for role, owner in roles(stack) if owner == function]
    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    held = pairs(policy)
    kept = [(act, on) for act, on in held if act != action or not on.endswith(end)]
    assert len(kept) < len(held), f"{function} has no {action} on {end}"
    statements = [{"Effect": "Allow", "Action": act, "Resource": on} for act, on in kept]
    change = {"RoleName": role, "PolicyName": name}
    iam.put_role_policy(**change, PolicyDocument=json.dumps(policy | {"Statement": statements}))
    yield
    iam.put_role_policy(**change, PolicyDocument=json.dumps(policy))
