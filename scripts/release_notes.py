"""What CHANGELOG.md says of a version: `python3 scripts/release_notes.py v1.2.0`. The tag must be the workspace's version."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def notes(tag: str, version: str, changelog: str) -> str:
    """The section of a version, without its heading."""
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag} and Cargo.toml says {version}")
    sections = re.split(r"^## +(.+)$", changelog, flags=re.MULTILINE)
    for title, text in zip(sections[1::2], sections[2::2]):
        if title.split()[0] == version and text.strip():
            return text.strip() + "\n"
    raise ValueError(f"CHANGELOG.md has no section {version}; `## Unreleased` is renamed before a version is tagged")


def main():
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())
    try:
        text = notes(sys.argv[1], cargo["workspace"]["package"]["version"], (ROOT / "CHANGELOG.md").read_text())
    except ValueError as error:
        sys.exit(str(error))
    print(text, end="")


if __name__ == "__main__":
    main()
