#!/usr/bin/env python3
"""Measures what Larder promises in numbers, on this machine, and prints the table of docs/performance.md.

    python3 scripts/figures.py [--data PLANNING_DATA_SET]

Builds first; then takes some minutes. Nothing else should run meanwhile. Accuracy is measured on the small demo
company, and on the last 12 weeks before the last 24 of the data set given.
"""

import argparse
import filecmp
import os
import pathlib
import subprocess
import sys
import tempfile
import time

TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"))
ROWS = []


def build(*arguments):
    subprocess.run(["cargo", "build", "--locked", *arguments], check=True)


class Run:
    """One command: its output, wall and CPU seconds, and peak memory in MB."""

    def __init__(self, *command, **environment):
        print("$", " ".join(map(str, command)), flush=True)
        with tempfile.TemporaryFile("w+") as output:
            begin = time.perf_counter()
            process = subprocess.Popen(
                list(map(str, command)), stdout=output, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
            )
            _, status, usage = os.wait4(process.pid, 0)
            self.wall = time.perf_counter() - begin
            if status:
                sys.exit(f"failed: {command}")
            output.seek(0)
            self.text = output.read()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024

    def lines(self):
        return [line.split() for line in self.text.splitlines() if line.strip()]


def row(what, must, measured):
    ROWS.append((what, must, measured))
    print(f"  {what}: {measured}", flush=True)


def simulation():
    build("--release", "-p", "simulation", "--example", "workload")
    run = Run(TARGET / "release/examples/workload", RAYON_NUM_THREADS="1")
    print(run.text)
    # Columns: recipes, sites, states, ready ms, draw s, ns/box, Mbox/s, pack s, MB, quantiles s, all s, ns/box, peak MB.
    states = [line for line in run.lines() if line[:3] == ["200", "5", "200"]][0]
    row("order simulation, one thread, 200 states", "25 Mbox/s", f"{states[6]} Mbox/s drawn and placed")
    row("the same, with packing and quantiles", "under 2 s", f"{states[10]} s, {states[11]} ns a box")
    row("the same, peak memory", "under 128 MB", f"{states[12]} MB")


def allocation():
    build("--release", "-p", "allocation", "--example", "published")
    for orders, must in ((10_000, "under 0.1 s"), (100_000, "under 1 s"), (1_000_000, "under 15 s")):
        run = Run(TARGET / "release/examples/published", orders)
        print(run.text)
        # Columns: lead day, known, WMAPE site, global, excess, gap, proven, known moved, ms.
        day = [line for line in run.lines() if line[0] == "11"][0]
        proven = "proven least" if day[6] == "true" else f"within {100 * float(day[5]):.2f} % of the bound"
        row(f"allocation, lead day 12 to 11, {orders:,} orders", must, f"{float(day[8]):.0f} ms, {proven}")


def pipeline(larder, folder):
    run = Run(larder, "run", "--scale", "large", "--out", folder / "large", "--threads", "2")
    row("four weeks of the large demo company, 2 threads", "under 20 s", f"{run.wall:.1f} s, {run.megabytes:.0f} MB")
    run = Run(larder, "run", "--out", folder / "two", "--threads", "2")
    row("four weeks of the small demo company, 2 threads", "-", f"{run.wall:.1f} s, {run.megabytes:.0f} MB")
    Run(larder, "run", "--out", folder / "one", "--threads", "1")
    same = all(
        filecmp.cmp(path, folder / "one" / path.relative_to(folder / "two"), shallow=False)
        for path in (folder / "two").rglob("*.parquet")
        if "store" not in path.parts
    )
    row("the same bytes with 1 and 2 threads", "yes", "yes" if same else "NO")


def accuracy(larder, folder, data):
    Run(larder, "demo", "--out", folder / "demo")
    scored = {"the small demo company": ["--data", folder / "demo"]}
    if data:
        scored["the data set given"] = ["--data", data, "--skip", "24"]
    for name, arguments in scored.items():
        run = Run(larder, "backtest", *arguments)
        print(run.text)
        row(f"back-test of {name}", "-", f"{run.wall:.1f} s, {run.megabytes:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="a planning data set to score besides the demo company's")
    arguments = parser.parse_args()
    simulation()
    allocation()
    build("--profile", "ci", "-p", "larder")
    larder = (TARGET / "ci/larder").resolve()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        start = os.getcwd()
        data = arguments.data and pathlib.Path(arguments.data).resolve()
        os.chdir(folder)
        pipeline(larder, pathlib.Path(folder))
        accuracy(larder, pathlib.Path(folder), data)
        os.chdir(start)
    print()
    width = [max(len(line[column]) for line in ROWS) for column in range(3)]
    for line in ROWS:
        print("  ".join(text.ljust(size) for text, size in zip(line, width)).rstrip())


if __name__ == "__main__":
    main()
