"""What may be depended on: deny.toml's rules, held over what cargo resolves, without the network that cargo-deny needs."""

from collections import defaultdict

import pytest
from graph import DENY, load
from licences import is_met

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"
PACKAGES = load()
OTHERS = [package for package in PACKAGES if package.source]


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ("MIT", True),
        ("GPL-3.0", False),
        ("GPL-3.0 OR MIT", True),
        ("GPL-3.0/MIT", True),
        ("MIT AND GPL-3.0", False),
        ("(MIT OR GPL-3.0) AND ISC", True),
        ("(MIT OR ISC) AND GPL-3.0", False),
        ("Apache-2.0 WITH LLVM-exception", False),
    ],
)
def test_an_expression_is_met_by_what_is_allowed(expression, met):
    assert is_met(expression, {"MIT", "ISC", "Apache-2.0"}) == met


def test_every_licence_is_allowed():
    allowed = set(DENY["licenses"]["allow"])
    excepted = {one["crate"]: set(one["allow"]) for one in DENY["licenses"]["exceptions"]}
    fits = lambda one: one.licence and is_met(one.licence, allowed | excepted.get(one.name, set()))
    assert [f"{one}: {one.licence}" for one in PACKAGES if not fits(one)] == []
    # What nothing needs any more is taken off the list.
    for name in allowed:
        assert not all(is_met(one.licence, allowed - {name}) for one in PACKAGES if one.name not in excepted), name
    assert all(any(one.name == name and not is_met(one.licence, allowed) for one in OTHERS) for name in excepted)


def test_nothing_banned_is_there():
    assert [f"{one}: {ban['reason']}" for one in OTHERS for ban in DENY["bans"]["deny"] if is_banned(one, ban)] == []


def is_banned(package, ban):
    if package.name != ban.get("crate", ban.get("name")):
        return False
    below = ban.get("version", "").removeprefix("<")
    number = lambda version: [int(part) for part in version.split(".")]
    return not below or number(package.version)[: len(number(below))] < number(below)


def test_everything_is_from_crates_io():
    assert DENY["sources"] == {"unknown-registry": "deny", "unknown-git": "deny"}
    assert [str(one) for one in OTHERS if one.source != CRATES_IO] == []
    assert len(OTHERS) > 100


def test_what_stands_twice_is_listed_with_a_reason():
    versions = defaultdict(set)
    for one in OTHERS:
        versions[one.name].add(str(one))
    listed = {skip["crate"]: skip["reason"] for skip in DENY["bans"]["skip"]}
    assert all(listed.values())
    twice = {name: held for name, held in versions.items() if len(held) > 1}
    # All but one version of a crate are listed, and nothing that stands once.
    unlisted = {name: held - set(listed) for name, held in twice.items()}
    assert {name: held for name, held in unlisted.items() if len(held) != 1} == {}
    assert set(listed) - {one for held in twice.values() for one in held} == set()
