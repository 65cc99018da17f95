"""What the tests share: one MiniStack, a stack of its own for every test that changes something, one laptop run."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cloud import Cloud, Stack, binary

# Told at the end of the session: what was measured, which no test judges.
MEASURED: list[str] = []


def pytest_terminal_summary(terminalreporter):
    for line in MEASURED:
        terminalreporter.write_line(line)


def pytest_collection_modifyitems(session, items):
    """What judges the whole session comes last, and only where the whole session is asked for."""
    last = [item for item in items if item.get_closest_marker("whole_session")]
    items[:] = [item for item in items if item not in last] + last
    asked = {item.path.name for item in items}
    files = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    if missing := sorted(files - asked):
        alone = pytest.mark.skip(reason=f"it judges what all files do, and these are not run: {', '.join(missing)}")
        for item in last:
            item.add_marker(alone)


def larder(*arguments, environment: dict[str, str] | None = None) -> str:
    """Runs the command."""
    command = [str(binary("larder")), *map(str, arguments)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, f"{' '.join(command)}\n{run.stdout}\n{run.stderr}"
    return run.stdout


@pytest.fixture(scope="session")
def cloud(tmp_path_factory):
    cloud = Cloud(tmp_path_factory.mktemp("cloud"))
    yield cloud
    cloud.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    """The demo company's planning data set."""
    folder = tmp_path_factory.mktemp("demo")
    larder("demo", "--out", folder)
    return folder


@pytest.fixture
def own_demo(demo, tmp_path) -> Path:
    """A copy of the data set that a test may change."""
    return Path(shutil.copytree(demo, tmp_path / "data"))


@pytest.fixture
def stack(cloud, request) -> Stack:
    """A stack of the test's own."""
    return cloud.deploy(re.sub("[^a-z0-9]+", "-", request.node.name)[:60].strip("-"))


@pytest.fixture(scope="session")
def connected(cloud, demo) -> Stack:
    """A stack with a warehouse, and with an ERP that does not answer."""
    return connect(cloud, demo)


def connect(cloud: Cloud, demo: Path) -> Stack:
    secret = cloud.client("secretsmanager").create_secret(Name="connected/erp", SecretString="a key")
    settings = {"ErpUrl": "https://127.0.0.1:9/", "ErpSettings": '{"company": 1}', "ErpOnLoopback": "true"}
    stack = cloud.deploy("connected", Warehouse="on", ErpSecret=secret["ARN"], **settings)
    stack.upload(demo)
    return stack


@pytest.fixture(scope="session")
def shared(cloud, demo) -> "Planned":
    """A stack with the demo data set planned once; tests that use it change nothing."""
    stack = cloud.deploy("shared")
    stack.upload(demo)
    execution = stack.run({}, name="shared")
    return Planned(stack, execution.output["run"], execution.output["folder"])


@dataclass
class Planned:
    """A run that is done, on the cloud."""

    stack: Stack
    run: str
    folder: str

    def artifacts(self) -> dict[str, bytes]:
        return self.stack.files("Runs", f"runs/{self.run}/")

    def publication(self) -> dict[str, bytes]:
        return self.stack.files("Output", f"{self.folder}/")


@pytest.fixture(scope="session")
def laptop(tmp_path_factory, demo) -> "Laptop":
    """The same run in one process over folders."""
    folder = tmp_path_factory.mktemp("laptop")
    larder("run", "--data", demo, "--store", folder / "store", "--out", folder / "out")
    return Laptop(folder)


@dataclass
class Laptop:
    """A run that is done, in folders."""

    folder: Path

    def artifacts(self) -> dict[str, bytes]:
        [run] = (self.folder / "store" / "runs").iterdir()
        return files(run)

    def publication(self) -> dict[str, bytes]:
        [run] = (self.folder / "out").iterdir()
        [publication] = run.iterdir()
        return files(publication)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
