"""What is deployed: the same binaries give the same zips, and they hold a binary and nothing else."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from graph import ROOT

CONTENT = {"configurator": b"\x7fELF one" * 1000, "publisher": b"\x7fELF two" * 1000}


def packaged(folder, order):
    binaries, packages = folder / "lambda", folder / "packages"
    for name in order:
        (binaries / name).mkdir(parents=True)
        (binaries / name / "bootstrap").write_bytes(CONTENT[name])
    command = [sys.executable, ROOT / "scripts/package.py", binaries, packages]
    subprocess.run(command, check=True, capture_output=True)
    return binaries, packages


def contents(folder):
    return {place.name: place.read_bytes() for place in folder.iterdir()}


def test_the_same_binaries_give_the_same_bytes_whenever_and_wherever(tmp_path):
    _, first = packaged(tmp_path / "a", ["configurator", "publisher"])
    binaries, second = packaged(tmp_path / "b", ["publisher", "configurator"])
    assert contents(first) == contents(second)
    # Another time, another mode: still the same.
    for name in CONTENT:
        place = binaries / name / "bootstrap"
        os.utime(place, (0, 0))
        place.chmod(0o600)
    again = tmp_path / "again"
    subprocess.run([sys.executable, ROOT / "scripts/package.py", binaries, again], check=True, capture_output=True)
    assert contents(again) == contents(first)


def test_a_zip_holds_the_binary_alone_and_lambda_can_run_it(tmp_path):
    _, packages = packaged(tmp_path, CONTENT)
    for name, content in CONTENT.items():
        with zipfile.ZipFile(packages / f"{name}.zip") as archive:
            [entry] = archive.infolist()
            assert entry.filename == "bootstrap"
            assert entry.external_attr >> 16 == 0o100755
            assert archive.read(entry) == content


def test_the_checksums_are_those_of_the_zips(tmp_path):
    if not shutil.which("sha256sum"):
        pytest.skip("sha256sum, of coreutils, is not here")
    _, packages = packaged(tmp_path, CONTENT)
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=packages, check=True, capture_output=True)


def test_no_binaries_are_no_packages(tmp_path):
    command = [sys.executable, ROOT / "scripts/package.py", tmp_path, tmp_path / "packages"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode != 0 and "make release" in run.stderr
    assert not (tmp_path / "packages").exists()
