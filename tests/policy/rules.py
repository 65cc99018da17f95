"""A rule is a function that names what breaks it; beside it stand mutants, each of which it alone must find."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from deployment import Deployment
from source import Source

# Who breaks a rule, and how.
Breaches = Iterator[tuple[str, str]]


@dataclass
class Mutant:
    """A change in one place, and the resource that must be named for it."""

    named: str
    change: Callable[[Source], object]


@dataclass
class Rule:
    """What must hold in every deployment."""

    name: str
    breaches: Callable[[Deployment], Breaches]
    mutants: list[Mutant] = field(default_factory=list)


RULES: dict[str, Rule] = {}


def rule(breaches: Callable[[Deployment], Breaches]) -> Callable[[Deployment], Breaches]:
    RULES[breaches.__name__] = Rule(breaches.__name__, breaches, getattr(breaches, "mutants", []))
    return breaches


def broken_by(named: str, change: Callable[[Source], object]):
    """A mutant of the rule below."""

    def add(breaches):
        breaches.mutants = [Mutant(named, change), *getattr(breaches, "mutants", [])]
        return breaches

    return add
