#!/usr/bin/env python3
"""What must hold for long: environments that serve hundreds of runs, and a year of runs over one store.

    make soak                                              # this and the other long ones; an hour or more
    python3 scripts/soak.py --binaries target/ci --runs 200 --weeks 52

The runs are served by the functions' own binaries, each one process from the first run to the last as a warm environment
is, with a Runtime API of this script's own and folders for stores. Memory is compared after a tenth of the runs and after
all of them. The year is planned by the command: a run as of each of the last Sundays, over one store, whose
files must grow by the same number with each run. Prints the rows of docs/soak.md; status 1 where something grows.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

# The allocator keeps some of what it had; what leaks grows with every run.
GROWTH = 1.15
# The demo company's day, a Sunday.
TODAY = date(2026, 11, 15)


class Function:
    """A function's binary, started once and called again and again."""

    def __init__(self, binary: Path, settings: dict[str, str]):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(600)
        settings = settings | {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.listener.getsockname()[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": binary.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_LOG_GROUP_NAME": "group",
            "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        }
        self.process = subprocess.Popen([binary], env=settings, stdout=subprocess.DEVNULL)
        self.connections: list[socket.socket] = []
        self.waiting = self._asked("GET ")[0]

    def _asked(self, method: str) -> tuple[socket.socket, bytes]:
        """The next request of this method, on whichever connection it comes."""
        while True:
            for connection in self.connections:
                request = self._read(connection)
                if request is not None:
                    head, body = request
                    assert head.startswith(method.encode()), head
                    return connection, body
            connection, _ = self.listener.accept()
            self.connections.insert(0, connection)

    def _read(self, connection: socket.socket) -> tuple[bytes, bytes] | None:
        """A whole request; None where the connection is closed."""
        connection.settimeout(600)
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                self.connections.remove(connection)
                return None
            data += part
        head, body = data.split(b"\r\n\r\n", 1)
        lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        while lengths and len(body) < int(lengths[0]):
            body += connection.recv(65536)
        if b"transfer-encoding: chunked" in head.lower():
            while not body.endswith(b"0\r\n\r\n"):
                body += connection.recv(65536)
            body = unchunked(body)
        return head, body

    def __call__(self, request: dict) -> dict:
        event = json.dumps(request).encode()
        deadline = int(1000 * time.time()) + 600_000
        head = f"HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: 1\r\nlambda-runtime-deadline-ms: {deadline}\r\n"
        head += f"lambda-runtime-invoked-function-arn: arn\r\ncontent-length: {len(event)}\r\n\r\n"
        self.waiting.sendall(head.encode() + event)
        connection, body = self._asked("POST ")
        connection.sendall(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
        self.waiting = self._asked("GET ")[0]
        answer = json.loads(body)
        if isinstance(answer, dict) and "errorType" in answer:
            sys.exit(f"{self.process.args[0]}: {answer}")
        return answer

    def megabytes(self) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS:"))

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def unchunked(body: bytes) -> bytes:
    whole = b""
    while True:
        size, body = body.split(b"\r\n", 1)
        length = int(size, 16)
        if not length:
            return whole
        whole, body = whole + body[:length], body[length + 2 :]


def plan(functions: dict[str, Function], name: str, horizon: int) -> None:
    """One run, as the state machine walks it."""
    configured = functions["configurator"](
        {
            "input": {"replicates": 20, "horizon_weeks": horizon, "seed": int(name.removeprefix("run-")), "notify": False},
            "execution": {"name": name, "started_at": "2026-11-15T12:00:00Z"},
        }
    )
    run = {"run": configured["run"], "plan": configured["plan"]}
    history = functions["data-extractor"]({"scope": "history", **run})
    model = functions["order-simulator"]({"scope": "history", **run, "history": history})
    weeks = []
    for week in configured["weeks"]:
        snapshot = functions["data-extractor"]({"scope": "week", **run, "history": history, "week": week})
        of_week = {"week": week, "snapshot": snapshot}
        orders = functions["order-simulator"]({"scope": "week", **run, "model": model, **of_week})
        forecast = functions["site-forecast"]({**run, **of_week, "orders": orders})
        weeks.append({"outcome": "forecast", "week": week, "forecast": forecast})
    proposals = functions["order-proposer"]({**run, "history": history, "weeks": weeks})
    published = functions["publisher"](
        {
            **run,
            "history": history,
            "model": model,
            "weeks": weeks,
            "shadows": [],
            "proposals": {"outcome": "proposed", "proposals": proposals},
        }
    )
    assert published["outcome"] == "succeeded", published


def files(folder: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))


def environments(binaries: Path, folder: Path, runs: int) -> list[str]:
    """Serves the runs; gives what grew."""
    subprocess.run([binaries / "larder", "demo", "--out", folder / "data"], check=True, stdout=subprocess.DEVNULL)
    settings = {f"LARDER_{name.upper()}": str(folder / name) for name in ("data", "runs", "output")}
    settings |= {"LARDER_HORIZON_WEEKS": "1", "LARDER_POST": "", "LARDER_TOPIC": "", "LARDER_MAIL_FROM": ""}
    settings |= {"LARDER_MAIL_TO": "", "LARDER_REPORT_URL": ""}
    names = ["configurator", "data-extractor", "order-simulator", "site-forecast", "order-proposer", "publisher"]
    functions = {name: Function(binaries / name, settings) for name in names}
    early, counts = {}, []
    try:
        for number in range(1, runs + 1):
            plan(functions, f"run-{number}", 1)
            counts.append(files(folder))
            if number == max(1, runs // 10):
                early = {name: function.megabytes() for name, function in functions.items()}
        late = {name: function.megabytes() for name, function in functions.items()}
    finally:
        for function in functions.values():
            function.end()
    for name in names:
        print(f"| `{name}`, MB after {max(1, runs // 10)} and {runs} runs | {early[name]:.1f} and {late[name]:.1f} |")
    # The first run fits the model, the others find it; both store it.
    each = {after - before for before, after in zip(counts, counts[1:])}
    print(f"| files that a run adds | {' or '.join(map(str, sorted(each)))} |", flush=True)
    grown = [f"{name} grew from {early[name]:.1f} to {late[name]:.1f} MB" for name in names if late[name] > GROWTH * early[name]]
    return grown + ([f"runs add {sorted(each)} files"] if len(each) > 1 else [])


def open_before(data: Path, weeks: int) -> None:
    """Opens the sites in the weeks before today as they are in the week after it, and lets each make every recipe: of both
    the demo company tells the future alone."""
    (data / "site_recipe.csv").unlink(missing_ok=True)
    place = data / "site_cap.csv"
    header, *rows = place.read_text().splitlines()
    first = [row.split(",") for row in rows if date.fromisoformat(row.split(",")[1]) <= TODAY + timedelta(weeks=1)]
    earlier = [
        ",".join([site, str(date.fromisoformat(day) - timedelta(weeks=back)), *rest])
        for back in range(1, weeks + 1)
        for site, day, *rest in first
    ]
    place.write_text("\n".join([header, *earlier, *rows]) + "\n")


def year(binaries: Path, folder: Path, weeks: int) -> list[str]:
    """Plans as of one Sunday after another; gives what failed."""
    data, out = folder / "data", folder / "year"
    counts, failed, seconds, begin = [], [], [], time.monotonic()
    open_before(data, weeks)
    for back in range(weeks, 0, -1):
        as_of = f"{TODAY - timedelta(weeks=back - 1)}T12:00:00Z"
        command = [binaries / "larder", "run", "--data", data, "--out", out, "--as-of", as_of]
        started = time.monotonic()
        run = subprocess.run([*command, "--horizon", "1", "--replicates", "20"], capture_output=True, text=True)
        seconds.append(time.monotonic() - started)
        if run.returncode:
            failed.append(f"as of {as_of}: status {run.returncode}: {(run.stdout + run.stderr)[-400:]}")
        counts.append(files(out))
    grown = [after - before for before, after in zip(counts, counts[1:])]
    print(f"| runs of a year, one as of each of {weeks} Sundays | {weeks - len(failed)} planned |")
    print(f"| files that such a run adds, least and most | {min(grown, default=0)} and {max(grown, default=0)} |", flush=True)
    print(f"took {time.monotonic() - begin:.0f} s, the first {seconds[0]:.1f} s and the last {seconds[-1]:.1f} s", file=sys.stderr)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    parser.add_argument("--binaries", type=Path, default=target / "ci")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=52)
    args = parser.parse_args()
    print("| what | measured |")
    print("| --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        wrong = environments(args.binaries.resolve(), Path(folder), args.runs)
        wrong += year(args.binaries.resolve(), Path(folder), args.weeks)
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
