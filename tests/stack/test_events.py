"""Every sample of an event is taken by its function as it is deployed."""

import json

from events import each


# Its ERP is not there, and it has nothing to say but that.
WITHOUT_AN_ERP = {"errorType": "Dependency.Unavailable", "errorMessage": "the ERP does not serve now"}


def test_every_function_takes_its_sample_event(connected):
    def invoke(name: str, function: str, event: dict) -> dict:
        called = connected.cloud.functions.invoke(
            FunctionName=connected.physical(function), Payload=json.dumps(event)
        )
        return json.loads(called["Payload"].read())

    taken(each(connected, invoke))


def taken(answers: dict[str, dict]):
    """No sample was refused."""
    assert answers.pop("erp-extract") == WITHOUT_AN_ERP
    assert {name: answer for name, answer in answers.items() if "errorType" in answer} == {}
    # What the samples say of the second week.
    assert answers["publisher"]["outcome"] == "weeks_failed"
    assert [order["outcome"] for order in answers["order-approver"]["orders"]] == ["placed"]
    for consumer in ("planning-sync", "erp-inject", "wms-export", "wms-import"):
        assert "batchItemFailures" in answers[consumer], (consumer, answers[consumer])
