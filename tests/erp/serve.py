"""A live Tryton on a loopback port, with a company, units, vendors and warehouses in it.

    .tools/tryton/bin/python tests/erp/serve.py --vendors V1,V2 --sites S1

prints one line of JSON once it answers (`url`, `key`, `settings`, `pid`), and ends when its standard input does. The
database is prepared once, beside the virtual environment, and copied for each server.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

DATABASE = "larder"
MODULES = ["purchase", "sale", "stock"]
PASSWORD = "larder"
PRICE_PLACES = 6


class Tryton:
    """One server on a database of its own."""

    def __init__(self, folder: Path, certificate=None):
        self.folder = folder
        self.scheme = "https" if certificate else "http"
        self.port = free_port()
        self.config = folder / "trytond.conf"
        self.config.write_text(
            f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{self.port}\n"
            # What a worker would do, and none runs: without this a confirmed order is processed at once.
            "[queue]\nworker = True\n"
            # A vendor's price of a crate is one of a kilogram in Tryton, and the same is to be paid.
            f"[product]\nprice_decimal = {PRICE_PLACES}\n"
            + (f"[ssl]\ncertificate = {certificate[0]}\nprivatekey = {certificate[1]}\n" if certificate else "")
        )
        self.headers = {}
        self.process = None

    @property
    def root(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.root}/{DATABASE}/rest/"

    def start(self):
        with (self.folder / "trytond.log").open("ab") as log:
            self.process = subprocess.Popen(
                [tool("trytond"), "-c", self.config, "-d", DATABASE],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        for _ in range(600):
            with contextlib.suppress(OSError):
                self.post(f"{self.root}/rpc/", "common.server.version", [])
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"Tryton does not start; its log is {self.folder / 'trytond.log'}")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def post(self, url, method, params):
        body = {"id": 1, "method": method, "params": params}
        answer = self.ask("POST", url, body)
        if "result" not in answer:
            raise RuntimeError(f"{method}: {answer}")
        return answer["result"]

    def rpc(self, method, *params):
        return self.post(f"{self.root}/{DATABASE}/rpc/", method, list(params))

    def ask(self, method, url, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            words = error.read().decode(errors="replace")
            raise RuntimeError(f"{method} {url}: {error.code} {words}") from error

    def make(self, model, values, *fields):
        wanted = "&".join(f"f={field}" for field in ("id", *fields))
        return self.ask("POST", f"{self.url}model/{model}?{wanted}", values)

    def find(self, model, domain, *fields):
        wanted = "&".join(f"f={field}" for field in ("id", *fields))
        return self.ask("GET", f"{self.url}model/{model}?{wanted}&d={coded(domain)}")

    def of_company(self, key, company=None):
        """Speaks from now on as the application that has the key, in the company."""
        self.headers = {"Authorization": f"Bearer {key}"}
        if company is not None:
            self.headers["X-Tryton-Context"] = coded({"company": company})


def tool(name) -> str:
    return str(Path(sys.executable).parent / name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def coded(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def decimal(number) -> dict:
    return {"__class__": "Decimal", "decimal": str(number)}


def prepare() -> Path:
    """The folder of a database with modules and a company, made if it is not there yet."""
    digest = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    ready = Path(sys.prefix) / f"prepared-{digest}"
    if ready.exists():
        return ready
    with tempfile.TemporaryDirectory(dir=sys.prefix) as made:
        folder = Path(made) / "database"
        folder.mkdir()
        (folder / f"{DATABASE}.sqlite").touch()
        (folder / "password").write_text(PASSWORD)
        server = Tryton(folder)
        environment = {**os.environ, "TRYTONPASSFILE": str(folder / "password")}
        admin = [tool("trytond-admin"), "-c", server.config, "-d", DATABASE]
        for more in (["--all", "--email", "admin@example.com"], ["-u", *MODULES, "--activate-dependencies"]):
            subprocess.run([*admin, *more], check=True, env=environment, stdout=sys.stderr)
        server.start()
        try:
            facts = bootstrap(server)
        finally:
            server.stop()
        with contextlib.closing(sqlite3.connect(folder / f"{DATABASE}.sqlite")) as database:
            # What the server has written last stands beside the file until then.
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (folder / "facts.json").write_text(json.dumps(facts))
        with contextlib.suppress(OSError):
            # Whoever was first has made the same.
            folder.rename(ready)
    return ready


def bootstrap(server: Tryton) -> dict:
    """A company, its currency, the customer that sales orders are booked for, and a key for the REST API."""
    user, session, _ = server.rpc("common.db.login", "admin", {"password": PASSWORD})
    token = base64.b64encode(f"admin:{user}:{session}".encode()).decode()
    server.headers = {"Authorization": f"Session {token}"}
    [application] = server.rpc("model.res.user.application.create", [{"user": user, "application": "rest"}], {})
    [read] = server.rpc("model.res.user.application.read", [application], ["key", "state"], {})
    server.of_company(read["key"])
    day = {"__class__": "date", "year": 2020, "month": 1, "day": 1}
    currency = server.make("currency.currency", {
        "name": "Pound sterling", "symbol": "£", "code": "GBP", "digits": 2, "rounding": decimal("0.01"),
        "rates": [["create", [{"date": day, "rate": decimal(1)}]]],
    })["id"]
    party = server.make("party.party", {"name": "Larder Kitchens"})["id"]
    company = server.make("company.company", {"party": party, "currency": currency, "timezone": "Europe/London"})["id"]
    server.ask("PUT", f"{server.url}model/res.user/{user}", {
        "companies": [["add", [company]]], "company": company,
        "groups": [["add", [group["id"] for group in server.find("res.group", [])]]],
    })
    server.of_company(read["key"], company)
    grace = {"__class__": "timedelta", "seconds": 3600}
    # So long a confirmed order can still be changed; a receipt begins to process it at once.
    keyed, server.headers = server.headers, {"Authorization": f"Session {token}"}
    server.rpc("model.purchase.configuration.write", [1], {"purchase_process_after": grace}, {})
    server.rpc("model.sale.configuration.write", [1], {"sale_process_after": grace}, {})
    server.headers = keyed
    units = {unit["symbol"]: unit for unit in server.find("product.uom", [], "symbol", "category")}
    for symbol in ("u", "kg", "g", "l"):
        server.ask("PUT", f"{server.url}model/product.uom/{units[symbol]['id']}", {"digits": 3, "rounding": 0.001})
    server.make("product.uom", {
        "name": "Millilitre", "symbol": "ml", "category": units["l"]["category"], "rate": 1000.0, "factor": 0.001,
        "digits": 3, "rounding": 0.001,
    })
    server.make("party.party", {
        "name": "Customers of the platform", "code": "CUSTOMERS",
        "addresses": [["create", [{"city": "London"}]]],
    })
    return {"key": read["key"], "company": company}


def furnish(server: Tryton, vendors, sites, kits):
    """Vendors, warehouses and the kits that are sold, by code."""
    [piece] = server.find("product.uom", [["symbol", "=", "u"]])
    for kit in kits:
        server.make("product.template", {
            "name": f"Kit {kit}", "type": "goods", "default_uom": piece["id"], "list_price": decimal(0),
            "salable": True, "sale_uom": piece["id"], "products": [["create", [{"suffix_code": kit}]]],
        })
    for vendor in vendors:
        server.make("party.party", {
            "name": f"Vendor {vendor}", "code": vendor, "addresses": [["create", [{"city": "London"}]]],
        })
    for site in sites:
        places = {}
        for role, kind in (("input", "storage"), ("output", "storage"), ("storage", "storage"), ("lost", "lost_found")):
            values = {"name": f"{site} {role}", "code": f"{site}-{role}", "type": kind}
            places[role] = server.make("stock.location", values)["id"]
        server.make("stock.location", {
            "name": f"Site {site}", "code": site, "type": "warehouse", "input_location": places["input"],
            "output_location": places["output"], "storage_location": places["storage"],
            "lost_found_location": places["lost"],
        })


@contextlib.contextmanager
def serve(vendors, sites, kits=(), certificate=None):
    """A server of its own, and what its callers need to know of it."""
    ready = prepare()
    facts = json.loads((ready / "facts.json").read_text())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copy(ready / f"{DATABASE}.sqlite", folder)
        server = Tryton(folder, certificate)
        server.start()
        try:
            server.of_company(facts["key"], facts["company"])
            furnish(server, vendors, sites, kits)
            yield server, {
                "url": server.url,
                "key": facts["key"],
                "settings": {"company": facts["company"], "price_places": PRICE_PLACES},
                "pid": server.process.pid,
            }
        finally:
            server.stop()


def main():
    parser = argparse.ArgumentParser(description="Serves a live Tryton on a loopback port.")
    parser.add_argument("--vendors", default="V1", help="codes of vendors, separated by commas")
    parser.add_argument("--sites", default="S1", help="codes of warehouses, separated by commas")
    parser.add_argument("--kits", default="R1-2", help="codes of kits: a recipe, `-` and a portion size")
    parser.add_argument("--certificate", nargs=2, help="files of a certificate and its key, to serve by HTTPS")
    asked = parser.parse_args()
    lists = (asked.vendors.split(","), asked.sites.split(","), asked.kits.split(","))
    with serve(*lists, asked.certificate) as (_, facts):
        print(json.dumps(facts), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
