"""Whoever is asked gives up before who asks."""

from collections.abc import Iterator

from deployment import Deployment, Resource
from rules import Breaches, broken_by, rule


def tasks(states: dict) -> Iterator[tuple[str, dict]]:
    """All tasks, with those of Maps."""
    for name, state in states.items():
        if state["Type"] == "Task":
            yield name, state
        yield from tasks(state.get("ItemProcessor", {}).get("States", {}))


def called(deployment: Deployment, task: dict) -> Resource:
    """The function of a task; a shadow's is a version of it."""
    name = task["Arguments"]["FunctionName"]
    return deployment.resources[name[name.index("${") + 2 : name.index("}")]]


@rule
@broken_by("ErpExtract", lambda s: s.patience.update(erp=120))
def a_request_is_given_up_before_its_function(deployment: Deployment) -> Breaches:
    for function in deployment.functions:
        asks = ["aws", "erp"] if "LARDER_ERP" in function.environment else ["aws"]
        longest = max(deployment.source.patience[whom] for whom in asks)
        if function["Timeout"] <= longest:
            yield function.name, f"ends within {function['Timeout']} s, while a request may take {longest} s"


@rule
@broken_by("ForecastSites", lambda s: dict(tasks(s.machine["States"]))["ForecastSites"].update(TimeoutSeconds=299))
@broken_by("Publish", lambda s: s.machine["States"]["Publish"].pop("TimeoutSeconds"))
def a_function_ends_before_its_task_is_given_up(deployment: Deployment) -> Breaches:
    for name, task in tasks(deployment.source.machine["States"]):
        function = called(deployment, task)
        if task.get("TimeoutSeconds", 0) < function["Timeout"]:
            yield name, f"does not wait for the {function['Timeout']} s of {function.name}"


@rule
@broken_by("MenuWeekForecast", lambda s: s.machine.update(TimeoutSeconds=630))
def a_task_ends_before_the_machine_is_given_up(deployment: Deployment) -> Breaches:
    whole = deployment.source.machine.get("TimeoutSeconds", 0)
    longest = max(task.get("TimeoutSeconds", 0) for _, task in tasks(deployment.source.machine["States"]))
    if longest >= whole:
        yield "MenuWeekForecast", f"is given up after {whole} s, while a task may take {longest} s"
