"""A live ERP beside the cloud: Tryton on a loopback port by HTTPS, as `tests/erp/serve.py` starts it."""

import base64
import json
import os
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from cloud import ROOT, Cloud


class Erp:
    """A Tryton with vendors and warehouses in it, of its own until it is left."""

    def __init__(self, cloud: Cloud, vendors: list[str], sites: list[str]):
        python = ROOT / ".tools" / "tryton" / "bin" / "python"
        assert python.exists(), f"{python} is missing: `make tryton` installs it"
        asked = ["--vendors", ",".join(vendors), "--sites", ",".join(sites), "--certificate", *cloud.certificate]
        self.trusted = ssl.create_default_context(cafile=cloud.authority)
        self.process = subprocess.Popen(
            [python, ROOT / "tests" / "erp" / "serve.py", *asked],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"SSL_CERT_FILE": str(cloud.authority)},
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
        asked = [("d", coded(domain)), *(("f", field) for field in fields)]
        return self._ask("GET", f"model/{model}?{urllib.parse.urlencode(asked)}", **context)

    def make(self, model: str, values: dict) -> dict:
        """Makes a record, as a person would."""
        return self._ask("POST", f"model/{model}", values)

    def does(self, model: str, record: int, *actions: str):
        """Has actions done, as a person would."""
        for action in actions:
            self._ask("POST", f"model/{model}/{record}/{action}", {})

    def delete(self, model: str, record: int):
        """Deletes a record, as a person would."""
        self._ask("DELETE", f"model/{model}/{record}")

    def _ask(self, method: str, path: str, body: dict | None = None, **context):
        headers = {
            "Authorization": f"Bearer {self.key}",
            "X-Tryton-Context": coded({"company": self.settings["company"]} | context),
            "Content-Type": "application/json",
        }
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.url.rstrip('/')}/{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60, context=self.trusted) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error


def coded(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
