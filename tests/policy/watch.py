"""What goes wrong is seen: logs, traces, alarms, the dashboard, and the runbook that says what to do."""

import json
import re
from collections.abc import Iterator

from deployment import Deployment, Resource
from flows import dead_letters
from rules import Breaches, broken_by, rule
from source import Source

RUNBOOK = "docs/runbook.md#"


def alarms(deployment: Deployment) -> list[Resource]:
    return deployment.of("AWS::CloudWatch::Alarm")


def watched(alarm: Resource) -> Iterator[tuple[str, str, dict]]:
    """The metrics of an alarm: the id under which it calculates with it, the metric's name, its dimensions."""
    stats = [(one["Id"], one["MetricStat"]["Metric"]) for one in alarm.get("Metrics", []) if "MetricStat" in one]
    for name, metric in stats or [("", alarm.properties)]:
        yield name, metric["MetricName"], {one["Name"]: one["Value"] for one in metric["Dimensions"]}


def widgets(deployment: Deployment) -> list[dict]:
    [dashboard] = deployment.of("AWS::CloudWatch::Dashboard")
    return [widget["properties"] for widget in json.loads(dashboard["DashboardBody"])["widgets"]]


def shown(deployment: Deployment) -> Iterator[tuple[str, str, str]]:
    """The metrics of the dashboard that are named: namespace, metric, and what it is of."""
    for widget in widgets(deployment):
        before: list[str] = []
        for entry in widget.get("metrics", []):
            if isinstance(entry[0], str):
                # The first three fields of the one before, and another resource.
                before = [*before[: len(before) - len(entry) + 1], *entry[1:]] if entry[0] == "..." else entry
                yield before[0], before[1], before[3]


def searched(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """The metrics of the dashboard that are found by their name: namespace and metric."""
    for widget in widgets(deployment):
        for entry in widget.get("metrics", []):
            if isinstance(entry[0], dict):
                yield from re.findall(r"^SEARCH\('\{([\w/]+),\w+\} MetricName=\"(\w+)\"'", entry[0]["expression"])


def on_the_dashboard(shown: str, instead: str):
    """A change of what the dashboard shows, wherever it does."""

    def change(source: Source):
        dashboard = source.properties("Dashboard")
        assert shown in json.dumps(dashboard)
        dashboard.update(json.loads(json.dumps(dashboard).replace(shown, instead)))

    return change


@rule
@broken_by("Publisher", lambda s: s.properties("Publisher").pop("LoggingConfig"))
@broken_by("WmsImportLog", lambda s: s.properties("WmsImportLog").pop("RetentionInDays"))
def a_log_is_kept_for_a_time_that_is_set(deployment: Deployment) -> Breaches:
    """Lambda makes a log of its own, kept for ever, for a function that names none."""
    for function in deployment.functions:
        log = deployment.at(function.get("LoggingConfig", {}).get("LogGroup"))
        if log is None or log.kind != "AWS::Logs::LogGroup":
            yield function.name, "writes into no log of the stack"
    for log in deployment.of("AWS::Logs::LogGroup"):
        if not log.get("RetentionInDays"):
            yield log.name, "is kept for ever"


@rule
@broken_by("OrderSimulator", lambda s: s.properties("OrderSimulator").update(Tracing="PassThrough"))
@broken_by("MenuWeekForecast", lambda s: s.properties("MenuWeekForecast").pop("Tracing"))
def functions_and_state_machine_are_traced(deployment: Deployment) -> Breaches:
    for function in deployment.functions:
        if function.get("TracingConfig") != {"Mode": "Active"}:
            yield function.name, "leaves no trace"
    for machine in deployment.of("AWS::StepFunctions::StateMachine"):
        if machine.get("TracingConfiguration") != {"Enabled": True}:
            yield machine.name, "leaves no trace"


@rule
@broken_by("MenuWeekForecast", lambda s: s.properties("MenuWeekForecast")["Logging"].update(Level="OFF"))
def a_state_machine_logs_its_errors_and_no_data(deployment: Deployment) -> Breaches:
    for machine in deployment.of("AWS::StepFunctions::StateMachine"):
        logging = machine.get("LoggingConfiguration", {})
        if (logging.get("Level"), logging.get("IncludeExecutionData")) not in (("ERROR", False), ("ALL", False)):
            yield machine.name, "does not log its errors, or logs data with them"


@rule
@broken_by(
    "WmsExportDeadLetters",
    lambda s: s.properties("WmsExportDeadLettered")["Dimensions"][0].update(
        Value={"Fn::GetAtt": ["WmsExportQueue", "QueueName"]}
    ),
)
@broken_by("PlanningSyncDeadLetters", lambda s: s.properties("PlanningSyncDeadLettered").update(Threshold=100))
def dead_letters_raise_an_alarm(deployment: Deployment) -> Breaches:
    """The count of those sent would leave out what SQS itself moves."""
    told = {
        dimensions.get("QueueName")
        for alarm in alarms(deployment)
        for _, metric, dimensions in watched(alarm)
        if metric == "ApproximateNumberOfMessagesVisible"
        and (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    }
    holders = [*deployment.of("AWS::SQS::Queue"), *deployment.of("AWS::SNS::Subscription")]
    dead = {queue.name for queue in (dead_letters(deployment, holder) for holder in holders) if queue}
    for name in sorted(dead):
        if f"${{{name}.QueueName}}" not in told:
            yield name, "fills, and nobody is told"


@rule
@broken_by("ErpExtract", lambda s: s.properties("ErpThrottled")["Metrics"].pop())
@broken_by(
    "SiteForecast",
    lambda s: s.properties("FunctionsThrottled")["Metrics"][4]["MetricStat"]["Metric"].update(MetricName="Invocations"),
)
def a_function_that_is_throttled_raises_an_alarm(deployment: Deployment) -> Breaches:
    told = {
        dimensions.get("FunctionName")
        for alarm in alarms(deployment)
        for _, metric, dimensions in watched(alarm)
        if metric == "Throttles" and alarm["Threshold"] == 0
    }
    for function in deployment.functions:
        if function.ref not in told:
            yield function.name, "is turned away, and nobody is told"


@rule
@broken_by("OrderProposer", lambda s: s.properties("OrderProposer").update(Timeout=540))
@broken_by("WmsExport", lambda s: s.properties("WmsSlow")["Metrics"][0].update(Expression="MAX([wmsImport / 300000])"))
@broken_by(
    "ErpInject", lambda s: s.properties("ErpSlow")["Metrics"][1]["MetricStat"]["Metric"].update(MetricName="Errors")
)
def a_function_that_nearly_takes_too_long_raises_an_alarm(deployment: Deployment) -> Breaches:
    """Above four fifths of what it may take, which the alarm has as so many milliseconds."""
    told = set()
    for alarm in alarms(deployment):
        for name, metric, dimensions in watched(alarm):
            shares = dict(re.findall(r"(\w+) / (\d+)", str(alarm.get("Metrics", ""))))
            if metric == "Duration" and alarm["Threshold"] <= 0.8 and name in shares:
                told.add((dimensions["FunctionName"], int(shares[name])))
    for function in deployment.functions:
        if (function.ref, function["Timeout"] * 1000) not in told:
            yield function.name, f"takes nearly all of its {function['Timeout']} s, and nobody is told"


@rule
@broken_by("WmsSlow", lambda s: s.properties("WmsSlow").update(Metrics=s.properties("WmsSlow")["Metrics"] * 4))
def an_alarm_calculates_with_ten_metrics_at_most(deployment: Deployment) -> Breaches:
    """CloudWatch takes no more."""
    for alarm in alarms(deployment):
        if len(alarm.get("Metrics", [])) > 10:
            yield alarm.name, f"calculates with {len(alarm['Metrics'])}"


@rule
@broken_by("RunFailed", lambda s: s.properties("RunFailed").pop("AlarmActions"))
@broken_by("WmsSlow", lambda s: s.properties("WmsSlow").pop("AlarmActions"))
def an_alarm_tells_the_topic_of_alarms(deployment: Deployment) -> Breaches:
    topic = deployment.parameters["AlarmTopic"]
    for alarm in alarms(deployment):
        if alarm.get("AlarmActions") != ([topic] if topic else None):
            yield alarm.name, "tells nobody"


@rule
@broken_by("RunTimedOut", lambda s: s.properties("RunTimedOut").pop("TreatMissingData"))
@broken_by("NoRunSucceeded", lambda s: s.properties("NoRunSucceeded").update(TreatMissingData="notBreaching"))
def an_alarm_knows_what_silence_means(deployment: Deployment) -> Breaches:
    """It is good news of what must not happen, and bad news of what must."""
    for alarm in alarms(deployment):
        silence = "breaching" if alarm["ComparisonOperator"].startswith("LessThan") else "notBreaching"
        if alarm.get("TreatMissingData") != silence:
            yield alarm.name, "takes silence for the wrong thing"


@rule
@broken_by("PlanningSyncLate", lambda s: s.properties("PlanningSyncLate").update(MetricName="Delay"))
@broken_by("Dashboard", on_the_dashboard("OldestAge", "GreatestAge"))
@broken_by("Dashboard", on_the_dashboard("ColdStart", "WarmStart"))
def a_metric_of_ours_is_written_by_a_function(deployment: Deployment) -> Breaches:
    for alarm in alarms(deployment):
        if alarm.get("Namespace", "").startswith("Larder/") and alarm["MetricName"] not in deployment.source.metrics:
            yield alarm.name, f"no function writes {alarm['MetricName']}"
    for namespace, metric in searched(deployment):
        if namespace.startswith("Larder/") and metric not in deployment.source.metrics:
            yield "Dashboard", f"no function writes {metric}"


@rule
@broken_by("ErpInjectBreaks", on_the_dashboard("${ErpInjectBreaks.Arn}", "${ErpInjectFails.Arn}"))
@broken_by("WmsImportQueue", on_the_dashboard("${WmsImportQueue.QueueName}", "${WmsExportQueue.QueueName}"))
def the_dashboard_shows_every_alarm_function_and_queue(deployment: Deployment) -> Breaches:
    told = {arn for widget in widgets(deployment) for arn in widget.get("alarms", [])}
    told |= {of for _, _, of in shown(deployment)}
    for alarm in alarms(deployment):
        if alarm.arn not in told:
            yield alarm.name, "stands nowhere on the dashboard"
    for function in deployment.functions:
        if function.ref not in told:
            yield function.name, "stands nowhere on the dashboard"
    for queue in deployment.of("AWS::SQS::Queue"):
        if f"${{{queue.name}.QueueName}}" not in told:
            yield queue.name, "stands nowhere on the dashboard"


@rule
@broken_by("Dashboard", on_the_dashboard("${MenuWeekForecast}", "${MenuMonthForecast}"))
def the_dashboard_shows_nothing_that_is_not_there(deployment: Deployment) -> Breaches:
    told = {arn for widget in widgets(deployment) for arn in widget.get("alarms", [])}
    told |= {of for _, _, of in shown(deployment)}
    for reference in sorted(told):
        if deployment.at(reference) is None:
            yield "Dashboard", f"shows {reference}"


def link(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")


def headings(runbook: str) -> dict[str, set[str]]:
    """The headings under Alarms, as links have them, each with the alarms that it names."""
    [part] = re.findall(r"^## Alarms$(.*?)(?=^## |\Z)", runbook, re.MULTILINE | re.DOTALL)
    found = {}
    for section in re.split(r"^### ", part, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        found[link(heading)] = set(re.findall(r"`(\w+)`", text.strip().partition("\n\n")[0]))
    return found


@rule
@broken_by(
    "ErpInjectBreaks", lambda s: s.properties("ErpInjectBreaks").update(AlarmDescription="See docs/runbook.md#erp")
)
@broken_by("WmsExportParked", lambda s: s.properties("WmsExportParked").update(AlarmDescription="An event is parked."))
def an_alarm_ends_with_its_heading_in_the_runbook(deployment: Deployment) -> Breaches:
    known = headings(deployment.source.runbook)
    for alarm in alarms(deployment):
        _, _, heading = alarm["AlarmDescription"].partition(f" See {RUNBOOK}")
        if alarm.name not in known.get(heading, ()):
            yield alarm.name, "does not say where the runbook tells of it"


@rule
@broken_by(
    "RunTimedOut2",
    lambda s: setattr(s, "runbook", s.runbook.replace("`RunTimedOut`", "`RunTimedOut`, `RunTimedOut2`", 1)),
)
def a_heading_of_the_runbook_tells_of_alarms_that_there_are(deployment: Deployment) -> Breaches:
    there = {
        name for name, resource in deployment.source.resources.items() if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    for heading, named in headings(deployment.source.runbook).items():
        for name in sorted(named - there) or ([] if named else [heading]):
            yield name, f"is no alarm: {RUNBOOK}{heading}"


@rule
@broken_by(
    "ErpInjectMap",
    lambda s: setattr(s, "runbook", s.runbook.replace("physical ErpInjectMapping", "physical ErpInjectMap")),
)
@broken_by("Warehose", lambda s: setattr(s, "runbook", s.runbook + "$(output Warehose)"))
def the_runbook_names_outputs_and_resources_that_there_are(deployment: Deployment) -> Breaches:
    source = deployment.source
    for output in re.findall(r"\$\(output (\w+)\)", source.runbook):
        if output not in source.template["Outputs"]:
            yield output, "is no output of the stack"
    for resource in re.findall(r"\$\(physical (\w+)\)", source.runbook):
        if resource not in source.resources:
            yield resource, "is no resource of the stack"


@rule
@broken_by("dead-mails", lambda s: setattr(s, "runbook", s.runbook.replace("](#dead-letters)", "](#dead-mails)")))
def a_link_within_the_runbook_leads_to_a_heading(deployment: Deployment) -> Breaches:
    known = {link(heading) for heading in re.findall(r"^#+ (.*)$", deployment.source.runbook, re.MULTILINE)}
    for linked in re.findall(r"\]\(#([\w-]+)\)", deployment.source.runbook):
        if linked not in known:
            yield linked, "is no heading of the runbook"
