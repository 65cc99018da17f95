"""Zips what ships, each function's `bootstrap` alone, so that the same binaries give the same bytes: no time, no order of a
folder, no owner and no tool's own habits are in a zip.

    make package                                            # zips and checksums of `make release`'s binaries, in target/packages
    python3 scripts/package.py target/lambda target/packages
"""

import argparse
import hashlib
import zipfile
from pathlib import Path

# The first moment that a zip can tell.
TIME = (1980, 1, 1, 0, 0, 0)
UNIX, REGULAR_FILE_755 = 3, 0o100755 << 16


def package(bootstrap: Path, place: Path) -> str:
    """Writes a function's zip and gives its SHA-256."""
    entry = zipfile.ZipInfo("bootstrap", TIME)
    entry.create_system, entry.external_attr = UNIX, REGULAR_FILE_755
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(entry, bootstrap.read_bytes(), compresslevel=9)
    return hashlib.sha256(place.read_bytes()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", type=Path, help="a folder with <function>/bootstrap")
    parser.add_argument("packages", type=Path, help="where <function>.zip and SHA256SUMS go")
    args = parser.parse_args()
    bootstraps = sorted(args.binaries.glob("*/bootstrap"))
    if not bootstraps:
        parser.error(f"{args.binaries} holds no <function>/bootstrap; `make release` makes them")
    args.packages.mkdir(parents=True, exist_ok=True)
    lines = []
    for bootstrap in bootstraps:
        name = f"{bootstrap.parent.name}.zip"
        lines.append(f"{package(bootstrap, args.packages / name)}  {name}\n")
    (args.packages / "SHA256SUMS").write_text("".join(lines))
    print("".join(lines), end="")


if __name__ == "__main__":
    main()
