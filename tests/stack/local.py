"""Every function in a container of Lambda's, by `sam local invoke`, without AWS: the emulated cloud holds what they work on.

The template is the project's own. Its functions are those that `sam build` made, or the binaries in LARDER_BIN, and their
settings are what the template gives them on the emulated cloud, with the way to it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cloud import BIN, REGION, ROOT, Cloud, Stack
from conftest import connect, larder
from events import each
from samtranslator.yaml_helper import yaml_parse
from test_events import taken

BUILT = ROOT / ".aws-sam" / "build"
# Where the template and the filled events are left.
LOCAL = ROOT / ".aws-sam" / "local"


def main(stay: bool):
    with tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(Path(folder), gateway())
        try:
            data = Path(folder) / "demo"
            larder("demo", "--out", data)
            stack = connect(cloud, data)
            template = written(cloud, stack)
            taken(each(stack, lambda name, function, event: invoked(template, name, function, event)))
            print("Every function took its sample event in a container of its own.")
            if stay:
                print(f"Until Enter is pressed: sam local invoke Publisher -t {relative(template)}"
                      f" -e {relative(LOCAL)}/publisher.json --skip-pull-image")
                sys.stdin.readline()
        finally:
            cloud.stop()


def gateway() -> str:
    """The address by which containers reach this machine."""
    asked = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def written(cloud: Cloud, stack: Stack) -> Path:
    """The template with code and settings in place."""
    shutil.rmtree(LOCAL, ignore_errors=True)
    template = yaml_parse((ROOT / "template.yaml").read_text())
    template["Parameters"]["Architecture"]["Default"] = "x86_64"
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        code = LOCAL / "code" / name
        code.mkdir(parents=True)
        built = BIN / Path(properties["CodeUri"]).name if "LARDER_BIN" in os.environ else BUILT / name / "bootstrap"
        assert built.is_file(), f"{built} is missing: `sam build` makes it"
        shutil.copy(built, code / "bootstrap")
        shutil.copy(cloud.authority, code / "authority.pem")
        properties["CodeUri"] = str(code)
        del resource["Metadata"]
        settings = cloud.functions.get_function_configuration(FunctionName=stack.physical(name))
        reach = {"AWS_ENDPOINT_URL": cloud.endpoint, "SSL_CERT_FILE": "/var/task/authority.pem"}
        properties["Environment"] = {"Variables": settings["Environment"]["Variables"] | reach}
    path = LOCAL / "template.yaml"
    path.write_text(json.dumps(template))
    return path


def invoked(template: Path, name: str, function: str, event: dict) -> dict:
    """What the function answers in a container."""
    given = LOCAL / f"{name}.json"
    given.write_text(json.dumps(event, indent=2))
    print(f"{function} -e {relative(given)}", flush=True)
    command = ["sam", "local", "invoke", function, "--template", template, "--event", given, "--skip-pull-image"]
    # What is set here would otherwise win over what is in the template.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SSL_CERT_", "AWS_", "LARDER_"))}
    own |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    own |= {"SAM_CLI_TELEMETRY": "0"}
    run = subprocess.run(command, cwd=LOCAL, env=own, capture_output=True, text=True)
    assert run.returncode == 0 and run.stdout.strip(), run.stderr[-4000:]
    return json.loads(run.stdout.strip().splitlines()[-1])


def relative(path: Path) -> Path:
    return path.relative_to(ROOT)


if __name__ == "__main__":
    main(stay="--stay" in sys.argv[1:])
