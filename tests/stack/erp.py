"""A live ERP beside the cloud: Tryton on a loopback port, as `tests/erp/serve.py` starts it."""

import base64
import json
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

from cloud import ROOT


class Erp:
    """A Tryton with vendors and warehouses in it, of its own until it is left."""

    def __init__(self, vendors: list[str], sites: list[str]):
        python = ROOT / ".tools" / "tryton" / "bin" / "python"
        assert python.exists(), f"{python} is missing: `make tryton` installs it"
        asked = ["--vendors", ",".join(vendors), "--sites", ",".join(sites)]
        self.process = subprocess.Popen(
            [python, ROOT / "tests" / "erp" / "serve.py", *asked],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        facts = self.process.stdout.readline()
        assert facts, "Tryton did not start; what it said stands above"
        told = json.loads(facts)
        self.url, self.key, self.settings = told["url"], told["key"], told["settings"]

    def __enter__(self) -> "Erp":
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=60)

    def find(self, model: str, domain: list, *fields: str, **context) -> list[dict]:
        """The records of a model that fit."""
        company = {"company": self.settings["company"]}
        asked = [("d", coded(domain)), *(("f", field) for field in fields)]
        request = urllib.request.Request(
            f"{self.url.rstrip('/')}/model/{model}?{urllib.parse.urlencode(asked)}",
            headers={"Authorization": f"Bearer {self.key}", "X-Tryton-Context": coded(company | context)},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def coded(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
