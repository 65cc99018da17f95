"""What docs/runbook.md has operators do: the ERP is stopped at once, a data set brought back, a mistake refused."""

import json

import pytest
from botocore.exceptions import ClientError
from cloud import ROOT, Stack
from test_pipeline import ends
from test_sync import SMALL, publish, until

# Nobody answers there.
NO_ERP = {
    "ErpUrl": "https://127.0.0.1:9/larder/",
    "ErpSettings": '{"company": 1, "currency": "GBP"}',
    "ErpOnLoopback": "true",
}


def messages(stack: Stack, state: str) -> int:
    """How many messages for the ERP wait, or are with its function."""
    attribute = f"ApproximateNumberOfMessages{state}"
    asked = stack.cloud.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs["ErpInjectQueue"], AttributeNames=[attribute]
    )
    return int(asked["Attributes"][attribute])


def test_the_erp_is_stopped_at_once_and_goes_on_with_what_waits(cloud):
    secret = cloud.client("secretsmanager").create_secret(Name="stopped/erp", SecretString="key")["ARN"]
    stack = cloud.deploy("stopped", ErpSecret=secret, **NO_ERP)
    mapping = stack.physical("ErpInjectMapping")
    functions, inject = cloud.functions, stack.outputs["ErpInject"]

    functions.put_function_concurrency(FunctionName=inject, ReservedConcurrentExecutions=0)
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    record = json.loads((ROOT / "events" / "erp-inject.json").read_text())["Records"][0]
    publish(stack, [json.loads(record["body"])])
    until(lambda: messages(stack, "") == 1)
    with pytest.raises(ClientError, match="TooManyRequests"):
        functions.invoke(FunctionName=inject, Payload="{}")

    functions.put_function_concurrency(FunctionName=inject, ReservedConcurrentExecutions=2)
    functions.update_event_source_mapping(UUID=mapping, Enabled=True)
    until(lambda: messages(stack, "NotVisible") == 1)


def test_an_older_version_of_a_data_set_is_brought_back_and_planned(stack, demo):
    stack.upload(demo)
    bucket, _, prefix = stack.outputs["Data"].removeprefix("s3://").partition("/")
    key = f"{prefix}/menu_recipe.csv"
    s3 = stack.cloud.s3
    good = s3.head_object(Bucket=bucket, Key=key)["VersionId"]
    stack.write("Data", "menu_recipe.csv", b"week_id,recipe_id\n")
    broken = stack.run(SMALL, name="broken")
    assert broken.status == "FAILED", broken.why

    listed = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    assert [version["VersionId"] for version in listed if not version["IsLatest"]] == [good]
    s3.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": key, "VersionId": good})
    ends(stack.run(SMALL, name="mended"))


def test_an_erp_without_the_secret_of_its_key_is_refused_in_words(cloud):
    with pytest.raises(ClientError, match="With ErpUrl goes ErpSecret"):
        cloud.deploy("keyless", **NO_ERP)
