"""The S3 store against a real S3 API; the suite is the one that folder and memory pass."""

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
