#!/usr/bin/env python3
"""Peak memory of each function on an emulated cloud of this machine, while a command runs.

    python3 scripts/peaks.py -- make stack

Looks at every process that was started as a Lambda function ten times a second, and prints the most that the kernel saw of each
function in memory at once, by its name in the template. A process that lives for less than a tenth of a second may be missed.
Ends with the command's status, or with 1 where no function was seen.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

# CloudFormation's names: the stack's, the function's in the template, and what makes it one of its kind.
NAME = re.compile(rb"(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=(?:[^\0]+-)?(\w+)-\w+(?:\0|$)")
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
EVERY_SECONDS = 0.1


def seen():
    """The functions that run now, each with its peak in MB."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name = NAME.search((process / "environ").read_bytes())
            peak = PEAK.search((process / "status").read_text())
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        if name and peak:
            yield name[1].decode(), int(peak[1]) * 1024 / 1e6


def main() -> int:
    if sys.argv[1:2] != ["--"] or len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    peaks: dict[str, float] = {}
    command = subprocess.Popen(sys.argv[2:])
    while command.poll() is None:
        for name, megabytes in seen():
            peaks[name] = max(megabytes, peaks.get(name, 0))
        time.sleep(EVERY_SECONDS)
    for name, megabytes in sorted(peaks.items()):
        print(f"{name:20} {megabytes:6.1f} MB")
    return command.returncode or int(not peaks)


if __name__ == "__main__":
    sys.exit(main())
