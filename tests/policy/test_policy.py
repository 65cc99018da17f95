"""The template's rules: each holds with and without the parts that parameters bring in, and each finds its mutants."""

import pytest
from deployment import EVERYTHING, PARAMETERS, Deployment
from rules import RULES
from source import read

# Each of these adds its rules.
import flows
import rights
import storage
import times
import watch

SOURCE = read()
DEPLOYED = {name: Deployment(SOURCE, parameters) for name, parameters in PARAMETERS.items()}
MUTANTS = [(rule, mutant) for rule in RULES.values() for mutant in rule.mutants]


@pytest.mark.parametrize("deployment", DEPLOYED)
@pytest.mark.parametrize("rule", RULES)
def test_the_template_holds(rule, deployment):
    assert list(RULES[rule].breaches(DEPLOYED[deployment])) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_mutant_is_kept_for(rule):
    assert RULES[rule].mutants


@pytest.mark.parametrize(("rule", "mutant"), MUTANTS, ids=[f"{rule.name}-{mutant.named}" for rule, mutant in MUTANTS])
def test_a_mutant_is_found_by_its_rule_alone(rule, mutant):
    deployment = Deployment(SOURCE.changed(mutant.change), EVERYTHING)
    found = {other.name: list(other.breaches(deployment)) for other in RULES.values()}
    named = {name: {resource for resource, _ in breaches} for name, breaches in found.items() if breaches}
    assert named == {rule.name: {mutant.named}}
