"""The S3 store and the DynamoDB ledger against real APIs; the suites are those that folder and memory pass."""

import subprocess

from cloud import binary


def test_s3_keeps_the_contract_of_a_store(cloud):
    bucket = cloud.bucket("conformance")
    command = [binary("examples/conformance"), f"s3://{bucket}/below/a/prefix"]
    run = subprocess.run(command, env=cloud.environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_bucket_that_is_not_there_is_named(cloud):
    command = [binary("examples/conformance"), "s3://nowhere/at/all"]
    run = subprocess.run(command, env=cloud.environment, capture_output=True, text=True)
    assert run.returncode != 0
    assert "s3://nowhere/at/all/once/a" in run.stderr and "NoSuchBucket" in run.stderr


def test_dynamodb_keeps_the_contract_of_a_ledger(cloud):
    cloud.client("dynamodb").create_table(
        TableName="conformance",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    command = [binary("examples/ledger-conformance"), "dynamodb://conformance"]
    run = subprocess.run(command, env=cloud.environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_table_that_is_not_there_is_named(cloud):
    command = [binary("examples/ledger-conformance"), "dynamodb://nowhere"]
    run = subprocess.run(command, env=cloud.environment, capture_output=True, text=True)
    assert run.returncode != 0
    assert "dynamodb://nowhere cannot be used" in run.stderr and "ResourceNotFoundException" in run.stderr
