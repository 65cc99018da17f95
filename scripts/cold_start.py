#!/usr/bin/env python3
"""How fast a function is there: start to first poll, memory then, CPU until the first TLS handshake is done, and size.

    make release && python3 scripts/cold_start.py            # what ships
    python3 scripts/cold_start.py --binaries target/ci       # other builds, for a look: they are larger

Each binary is started with a Runtime API of this script's own on loopback, the page cache warm, the median of 15 starts.
Its first event makes it ask an AWS of this script's own. The CPU of the first TLS handshake is what the function uses from
the event to its first request by TLS, with a certificate made here, less what it uses to the same request without.
Ends with status 1 where something is larger than it must be. Needs openssl. Nothing else should run meanwhile.
"""

import argparse
import contextlib
import os
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Milliseconds to the first poll, MB resident then, milliseconds of CPU, MB of the file; the larger one where Parquet,
# workbook or mail is written.
FIRST_POLL, RESIDENT, HANDSHAKE, SIZE, SIZE_OF_WRITERS = 10.0, 20.0, 1.0, 15.0, 22.0
WRITERS = {"data-extractor", "order-simulator", "site-forecast", "order-proposer", "publisher"}
PLACE = """{"url": "https://localhost/", "profile": "tryton-rest", "secret": "larder/erp", "injectors": 1,
"settings": {"company": 1, "currency": "EUR"}}"""
QUEUE = "https://localhost/1/queue"
SETTINGS = {
    "LARDER_DATA": "s3://data",
    "LARDER_RUNS": "s3://runs",
    "LARDER_OUTPUT": "s3://output",
    "LARDER_WAREHOUSE": "s3://warehouse",
    "LARDER_LEDGER": "dynamodb://ledger",
    "LARDER_TOPIC": "arn:aws:sns:eu-west-1:111111111111:topic",
    "LARDER_QUEUE": QUEUE,
    "LARDER_ERP": PLACE,
    "LARDER_POST": "ses",
    "LARDER_MAIL_FROM": "larder@example.org",
    "LARDER_MAIL_TO": "planners@example.org",
    "LARDER_REPORT_URL": "",
    "LARDER_HORIZON_WEEKS": "4",
    "LARDER_WMS_DIALECT": "{}",
    "LARDER_REPLAN_MACHINE": "",
    "LARDER_REPLAN_STOCK": "25%",
    "LARDER_REPLAN_MINUTES": "60",
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "example",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_LAMBDA_FUNCTION_NAME": "function",
    "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
    "AWS_LAMBDA_LOG_GROUP_NAME": "group",
    "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
}


def cpu(pid: int) -> float:
    """Milliseconds that all threads of a process have been on a processor."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e6


def resident(pid: int) -> float:
    """Megabytes in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024 / 1e6


def asked(connection: socket.socket) -> bytes:
    """A request's head."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            break
        head += part
    return head


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine, and its key."""
    made, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-keyout", key, "-out", made, "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"],
        check=True,
        capture_output=True,
    )
    return made, key


class Cloud:
    """Is asked once by each function, by TLS or without, and never answers."""

    def __init__(self, certificate: tuple[Path, Path] | None):
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(10)

    @property
    def endpoint(self) -> str:
        scheme = "https" if self.context else "http"
        return f"{scheme}://localhost:{self.listener.getsockname()[1]}"

    def take(self) -> None:
        """Takes one connection and returns when something has been asked: then the other side rests."""
        connection, _ = self.listener.accept()
        connection.settimeout(10)
        with self.context.wrap_socket(connection, server_side=True) if self.context else connection as taken:
            asked(taken)


class Start:
    """One start of a binary."""

    def __init__(self, binary: Path, event: bytes, cloud: Cloud, roots: Path):
        with socket.create_server(("127.0.0.1", 0)) as runtime:
            runtime.settimeout(10)
            environment = SETTINGS | {
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{runtime.getsockname()[1]}",
                "AWS_ENDPOINT_URL": cloud.endpoint,
                "SSL_CERT_FILE": str(roots),
            }
            begin = time.perf_counter()
            process = subprocess.Popen([binary], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                connection, _ = runtime.accept()
                asked(connection)
                self.milliseconds = 1000 * (time.perf_counter() - begin)
                # It rests now: it waits for an event.
                self.megabytes = resident(process.pid)
                before = self.until_poll = cpu(process.pid)
                deadline = int(1000 * time.time()) + 60_000
                head = f"HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: 1\r\nlambda-runtime-deadline-ms: {deadline}\r\n"
                head += f"lambda-runtime-invoked-function-arn: arn\r\ncontent-length: {len(event)}\r\n\r\n"
                connection.sendall(head.encode() + event)
                cloud.take()
                self.cpu = cpu(process.pid) - before
                connection.close()
            finally:
                process.kill()
                process.wait()


def binaries(folder: Path) -> dict[str, Path]:
    """Each function's binary: as `make release` leaves them, or as cargo does."""
    names = sorted(place.name for place in (ROOT / "functions").iterdir())
    places = {name: [folder / name / "bootstrap", folder / name] for name in names}
    return {name: place for name, both in places.items() for place in both if place.is_file()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--binaries", type=Path, default=target / "lambda")
    parser.add_argument("--starts", type=int, default=15)
    args = parser.parse_args()
    found = binaries(args.binaries)
    if not found:
        parser.error(f"{args.binaries} holds no function; `make release` makes them")
    over = []
    print("| function | MB | ms to first poll | ms of CPU till then | MB resident | ms of CPU for the first TLS |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        pair = certificate(Path(folder))
        plain, secured = Cloud(None), Cloud(pair)
        for name, binary in found.items():
            event = (ROOT / f"events/{name}.json").read_bytes()
            # The first brings the file into the page cache.
            start = lambda cloud: [Start(binary, event, cloud, pair[0]) for _ in range(args.starts + 1)][1:]
            starts, without = start(secured), start(plain)
            median = lambda what, starts=starts: statistics.median(getattr(one, what) for one in starts)
            most = SIZE_OF_WRITERS if name in WRITERS else SIZE
            figures = [
                (binary.stat().st_size / 1e6, most, "MB"),
                (median("milliseconds"), FIRST_POLL, "ms to first poll"),
                (median("until_poll"), FIRST_POLL, "ms of CPU till then"),
                (median("megabytes"), RESIDENT, "MB resident"),
                (median("cpu") - median("cpu", without), HANDSHAKE, "ms of CPU for the first TLS"),
            ]
            print(f"| `{name}` | " + " | ".join(f"{figure:.2f}" for figure, _, _ in figures) + " |", flush=True)
            over += [f"{name}: {figure:.2f} {what}, must be at most {most:g}" for figure, most, what in figures if figure > most]
    sys.exit("\n".join(over) or None)


if __name__ == "__main__":
    main()
