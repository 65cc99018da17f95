"""MiniStack as our cloud: the real template, the real state machine, the real binaries."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import boto3
import trustme
from botocore.exceptions import BotoCoreError
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
BIN = Path(os.environ.get("LARDER_BIN", ROOT / "target" / "ci"))
FUNCTIONS = sorted(folder.name for folder in (ROOT / "functions").iterdir() if folder.is_dir())
# Approving and syncing are no steps of a run.
BESIDE = ("erp-extract", "erp-inject", "order-approver", "planning-sync", "wms-export", "wms-import")
STEPS = [name for name in FUNCTIONS if name not in BESIDE]
REGION = "eu-central-1"


def binary(name: str) -> Path:
    path = BIN / name
    assert path.is_file(), f"{path} is missing: run this suite by `make stack`, which builds it, or set LARDER_BIN"
    return path


class Cloud:
    """A MiniStack on a free port of the loopback interface, or another, with TLS and access control as on AWS."""

    def __init__(self, folder: Path, host: str = "127.0.0.1"):
        with socket.socket() as free:
            free.bind((host, 0))
            port = str(free.getsockname()[1])
        self.endpoint = f"https://{host}:{port}"
        self.log = folder / "ministack.log"
        self.asked = folder / "asked.jsonl"
        self.stacks: list[Stack] = []
        self.authority = folder / "authority.pem"
        self.certificate = (folder / "certificate.pem", folder / "key.pem")
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.authority)
        certificate = authority.issue_cert(host)
        certificate.cert_chain_pems[0].write_to_path(self.certificate[0])
        certificate.private_key_pem.write_to_path(self.certificate[1])
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "SSL_CERT_FILE": str(self.authority),
        }
        settings = {
            "BIND_HOST": host,
            "GATEWAY_PORT": port,
            "EDGE_PORT": port,
            "MINISTACK_REGION": REGION,
            # The buckets refuse whoever comes without TLS.
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(self.certificate[0]),
            "MINISTACK_SSL_KEY": str(self.certificate[1]),
            # Signatures are checked, and every function may do only what its role allows.
            "AUTH": "true",
            "LARDER_ASKED": str(self.asked),
            # The waits before a retry, shortened.
            "SFN_WAIT_SCALE": "0.02",
        }
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("serve.py")],
            env=self.environment | settings,
            cwd=folder,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait_until_ready()

    def _wait_until_ready(self):
        for _ in range(300):
            try:
                self.s3.list_buckets()
                return
            except BotoCoreError:
                assert self.process.poll() is None, f"MiniStack ended:\n{self.log.read_text()}"
                time.sleep(0.1)
        raise AssertionError(f"MiniStack does not answer:\n{self.log.read_text()}")

    def stop(self):
        """Ends it with every function it started; open connections would keep it from ending by itself."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            verify=str(self.authority),
        )

    @cached_property
    def s3(self):
        return self.client("s3")

    @cached_property
    def steps(self):
        return self.client("stepfunctions")

    @cached_property
    def functions(self):
        return self.client("lambda")

    def bucket(self, name: str) -> str:
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    @cached_property
    def packages(self) -> str:
        """The bucket that holds what `sam package` would upload: a zip per function, and the state machine."""
        bucket = self.bucket("packages")
        for name in FUNCTIONS:
            package = io.BytesIO()
            with zipfile.ZipFile(package, "w") as archive:
                entry = zipfile.ZipInfo("bootstrap")
                entry.external_attr = 0o755 << 16
                archive.writestr(entry, binary(name).read_bytes())
            self.s3.put_object(Bucket=bucket, Key=f"{name}.zip", Body=package.getvalue())
        for definition in (ROOT / "statemachines").iterdir():
            self.s3.upload_file(str(definition), bucket, definition.name)
        return bucket

    @cached_property
    def template(self) -> str:
        """Where the packaged template lies: a request has no room for it."""
        body = json.dumps(packaged(self.packages))
        self.s3.put_object(Bucket=self.packages, Key="template.json", Body=body)
        return f"{self.endpoint}/{self.packages}/template.json"

    def deploy(self, name: str, **parameters: str) -> "Stack":
        """Creates a stack of the checked-in template."""
        parameters = {"Architecture": "x86_64", "ScheduleState": "DISABLED", "ErpExtractState": "DISABLED"} | parameters
        formation = self.client("cloudformation")
        formation.create_stack(
            StackName=name,
            TemplateURL=self.template,
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        for _ in range(300):
            stack = formation.describe_stacks(StackName=name)["Stacks"][0]
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                break
            time.sleep(0.1)
        if stack["StackStatus"] != "CREATE_COMPLETE":
            events = formation.describe_stack_events(StackName=name)["StackEvents"]
            reasons = [f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in events]
            raise AssertionError("\n".join([stack["StackStatus"], *reasons]))
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self.stacks.append(Stack(self, name, parameters, outputs))
        return self.stacks[-1]


def packaged(bucket: str) -> dict:
    """The template as `sam package` leaves it: code and definition lie in S3."""
    template = yaml_parse((ROOT / "template.yaml").read_text())
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::Serverless::Function":
            folder = Path(properties["CodeUri"]).name
            properties["CodeUri"] = f"s3://{bucket}/{folder}.zip"
            del resource["Metadata"]
        if resource["Type"] == "AWS::Lambda::EventSourceMapping":
            # The emulator hands a number on as the text that a parameter is, and cannot compare it.
            most = properties["ScalingConfig"]
            if isinstance(most["MaximumConcurrency"], dict):
                most["MaximumConcurrency"] = template["Parameters"][most["MaximumConcurrency"]["Ref"]]["Default"]
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
            # The emulator cannot calculate with metrics: one of them stands for all.
            one = properties.pop("Metrics")[1]["MetricStat"]
            properties |= one["Metric"] | {"Period": one["Period"], "Statistic": "Sum"}
        if resource["Type"] == "AWS::Serverless::StateMachine":
            properties["DefinitionUri"] = f"s3://{bucket}/{Path(properties['DefinitionUri']).name}"
    return template


@dataclass
class Stack:
    """A deployed stack."""

    cloud: Cloud
    name: str
    parameters: dict[str, str]
    outputs: dict[str, str]
    # Whether a test takes rights away from its functions.
    robbed: bool = False

    @cached_property
    def resources(self) -> list[dict]:
        """What the stack consists of."""
        pages = self.cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [entry for page in pages for entry in page["StackResourceSummaries"]]

    def physical(self, name: str) -> str:
        """What a resource is called on the cloud."""
        [called] = [entry["PhysicalResourceId"] for entry in self.resources if entry["LogicalResourceId"] == name]
        return called

    def _place(self, output: str) -> tuple[str, str]:
        bucket, _, prefix = self.outputs[output].removeprefix("s3://").partition("/")
        return bucket, f"{prefix}/" if prefix else ""

    def upload(self, folder: Path):
        """Puts a planning data set where the functions read it."""
        bucket, prefix = self._place("Data")
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                self.cloud.s3.upload_file(str(file), bucket, prefix + file.relative_to(folder).as_posix())

    def objects(self, output: str, below: str = "") -> dict[str, dict]:
        """What lies in one of the stack's places, by key relative to `below`."""
        bucket, prefix = self._place(output)
        pages = self.cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + below)
        found = [entry for page in pages for entry in page.get("Contents", [])]
        return {entry["Key"].removeprefix(prefix + below): entry for entry in found}

    def read(self, output: str, key: str) -> bytes:
        bucket, prefix = self._place(output)
        return self.cloud.s3.get_object(Bucket=bucket, Key=prefix + key)["Body"].read()

    def write(self, output: str, key: str, content: bytes):
        bucket, prefix = self._place(output)
        self.cloud.s3.put_object(Bucket=bucket, Key=prefix + key, Body=content)

    def remove(self, output: str, below: str):
        """Deletes what lies below, which may be one object."""
        bucket, prefix = self._place(output)
        keys = [{"Key": prefix + below + key} for key in self.objects(output, below)]
        for start in range(0, len(keys), 1000):
            self.cloud.s3.delete_objects(Bucket=bucket, Delete={"Objects": keys[start : start + 1000]})

    def files(self, output: str, below: str) -> dict[str, bytes]:
        return {key: self.read(output, below + key) for key in self.objects(output, below)}

    def start(self, execution_input: dict, name: str | None = None) -> "Execution":
        extra = {"name": name} if name else {}
        arn = self.cloud.steps.start_execution(
            stateMachineArn=self.outputs["StateMachine"], input=json.dumps(execution_input), **extra
        )["executionArn"]
        return Execution(self.cloud, arn)

    def run(self, execution_input: dict, name: str | None = None) -> "Execution":
        return self.start(execution_input, name).ended()

    def invoke(self, output: str, event: dict) -> dict:
        """Calls a function that is no step, and gives its answer or its fault."""
        answer = self.cloud.functions.invoke(FunctionName=self.outputs[output], Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())


@dataclass
class Execution:
    """An execution of the state machine."""

    cloud: Cloud
    arn: str
    state: dict = field(default_factory=dict)

    def ended(self, seconds: float = 240) -> "Execution":
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.state = self.cloud.steps.describe_execution(executionArn=self.arn)
            if self.state["status"] != "RUNNING":
                return self
            time.sleep(0.05)
        raise AssertionError(f"{self.arn} still runs after {seconds} s:\n{self.cloud.log.read_text()[-4000:]}")

    def failed_once_by(self, error: str, seconds: float = 60):
        """Waits until a state outside the Map has failed by this name."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            history = self.cloud.steps.get_execution_history(executionArn=self.arn)["events"]
            if any(event.get("taskFailedEventDetails", {}).get("error") == error for event in history):
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.arn} has not failed by {error} within {seconds} s: {history}")

    @property
    def status(self) -> str:
        return self.state["status"]

    @property
    def output(self) -> dict:
        assert self.status == "SUCCEEDED", self.why
        return json.loads(self.state["output"])

    @property
    def error(self) -> str:
        return self.state.get("error", "")

    @property
    def cause(self) -> str:
        return self.state.get("cause", "")

    @property
    def why(self) -> str:
        return f"{self.status}: {self.error}: {self.cause}"

    @property
    def seconds(self) -> float:
        return (self.state["stopDate"] - self.state["startDate"]).total_seconds()
