"""What the workspace depends on, as cargo resolves it, and what deny.toml says of it."""

import json
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DENY = tomllib.loads((ROOT / "deny.toml").read_text())


@dataclass(frozen=True)
class Package:
    """One version of a crate."""

    name: str
    version: str
    # Where it is from; None: it is ours.
    source: str | None
    # As its manifest says, in SPDX's words.
    licence: str | None

    def __str__(self):
        return f"{self.name}@{self.version}"


def load() -> list[Package]:
    """Every package that is built for one of deny.toml's targets, with every feature and for tests too."""
    platforms = [word for target in DENY["graph"]["targets"] for word in ("--filter-platform", target)]
    command = ["cargo", "metadata", "--format-version", "1", "--all-features", "--locked", *platforms]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    used = {node["id"] for node in metadata["resolve"]["nodes"]}
    packages = (package for package in metadata["packages"] if package["id"] in used)
    return [Package(one["name"], one["version"], one["source"], one["license"]) for one in packages]
