"""Who is told of a publication on the cloud: one e-mail through SES, events through SNS to a queue."""

import json
import ssl
import urllib.request

import jsonschema
import pytest
from cloud import ROOT, Stack
from test_pipeline import ends

SENDER = "larder@example.org"
READER = "planners@example.net"


@pytest.fixture
def telling(cloud, request) -> Stack:
    """A stack that sends e-mail to a reader."""
    name = request.node.name.replace("_", "-")[:60].strip("-")
    return cloud.deploy(name, MailFrom=SENDER, MailTo=READER, ReportBaseUrl="https://reports.example.org")


@pytest.fixture
def verified(cloud):
    """Without verified addresses SES refuses, as a new account does."""
    ses = cloud.client("sesv2")
    for address in (SENDER, READER):
        ses.create_email_identity(EmailIdentity=address)
    yield
    for address in (SENDER, READER):
        ses.delete_email_identity(EmailIdentity=address)


def letters(stack: Stack, run: str) -> list[dict]:
    """What SES took on a run; every e-mail names its run."""
    trusted = ssl.create_default_context(cafile=str(stack.cloud.authority))
    with urllib.request.urlopen(f"{stack.cloud.endpoint}/_ministack/ses/messages", context=trusted) as answer:
        accounts = json.load(answer)["messages"]
    return [letter for sent in accounts.values() for letter in sent if f"Run {run} " in letter["BodyText"]]


class Queue:
    """A queue that gets events as they are: those of one type, or all."""

    def __init__(self, stack: Stack, kind: str | None = None):
        self.sqs = stack.cloud.client("sqs")
        self.url = self.sqs.create_queue(QueueName=f"events-{abs(hash(stack.outputs['EventTopic']))}")["QueueUrl"]
        asked = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]
        topic = stack.outputs["EventTopic"]
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": asked["QueueArn"],
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})
        stack.cloud.client("sns").subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=asked["QueueArn"],
            Attributes={"RawMessageDelivery": "true"} | ({"FilterPolicy": json.dumps({"type": [kind]})} if kind else {}),
        )

    def events(self) -> list[dict]:
        found = []
        while messages := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found


def test_a_run_is_told_by_one_e_mail_and_by_events_and_continuing_it_tells_nobody(telling, verified, demo):
    queue = Queue(telling)
    telling.upload(demo)
    execution = telling.run({"horizon_weeks": 2}, name="told")
    ends(execution)
    assert execution.output["mail"].startswith("sent to 1 recipient at "), execution.output
    [letter] = letters(telling, "told")
    assert (letter["Source"], letter["To"]) == (SENDER, [READER])
    assert letter["Subject"].startswith("2/2 weeks ok · "), letter["Subject"]
    assert "DO TODAY" in letter["BodyText"] and "<h1" in letter["BodyHtml"]
    assert f"https://reports.example.org/{execution.output['folder']}/report.html" in letter["BodyHtml"]

    events = queue.events()
    kinds = sorted(event["type"] for event in events)
    assert kinds == ["larder.forecast.published.v1", "larder.orders.sited.v1", "larder.orders.sited.v1"]
    for event in events:
        schema = ROOT / "shared" / "contracts" / "schemas" / f"{event['type']}.json"
        jsonschema.validate(event, json.loads(schema.read_text()))
    [forecast] = [event for event in events if event["type"] == "larder.forecast.published.v1"]
    manifest = forecast["data"]["manifest"]
    assert len(telling.read("Output", manifest["key"])) == manifest["bytes"]

    again = telling.run({"run": "told"})
    ends(again)
    assert again.output == execution.output
    assert letters(telling, "told") == [letter]
    assert queue.events() == []


def test_an_address_that_is_not_verified_is_told_and_stops_nothing(telling, demo):
    telling.upload(demo)
    execution = telling.run({"horizon_weeks": 1, "replicates": 10}, name="refused")
    ends(execution)
    assert "E601 warning: " in execution.output["mail"], execution.output
    assert "not verified" in execution.output["mail"], execution.output
    latest = json.loads(telling.read("Runs", "latest.json"))
    assert {week["run"] for week in latest["weeks"].values()} == {"refused"}


def test_what_ifs_and_restarts_tell_nobody_unless_asked(telling, verified, demo):
    queue = Queue(telling)
    telling.upload(demo)
    small = {"horizon_weeks": 1, "replicates": 10}
    for name, given in {
        "what-if": small | {"scenario": "rain"},
        "quiet": small | {"notify": False},
        "restarted": {"run": "quiet", "from": "site-forecast"},
    }.items():
        execution = telling.run(given, name=name)
        ends(execution)
        assert execution.output["mail"] == ""
        assert letters(telling, name) == []
    assert queue.events() == []
    asked = telling.run({"run": "quiet", "from": "site-forecast", "notify": True}, name="asked")
    ends(asked)
    assert len(letters(telling, "asked")) == 1
    assert len(queue.events()) == 2
