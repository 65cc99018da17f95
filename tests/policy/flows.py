"""Queues and what they call: nothing is lost, taken twice at once, or hammered."""

from deployment import Deployment, Resource
from rules import Breaches, broken_by, rule

DAY = 86400


def mappings(deployment: Deployment) -> list[tuple[Resource, Resource, Resource]]:
    """Each mapping with its queue and its function."""
    return [
        (mapping, deployment.at(mapping["EventSourceArn"]), deployment.at(mapping["FunctionName"]))
        for mapping in deployment.of("AWS::Lambda::EventSourceMapping")
    ]


@rule
@broken_by("WmsExportMapping", lambda s: s.properties("WmsExportMapping").pop("FunctionResponseTypes"))
def a_batch_fails_message_by_message(deployment: Deployment) -> Breaches:
    for mapping, _, _ in mappings(deployment):
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield mapping.name, "one bad message brings back its whole batch"


@rule
@broken_by("ErpInjectQueue", lambda s: s.properties("ErpInjectQueue").update(VisibilityTimeout=1079))
def a_message_is_hidden_for_six_times_what_its_function_may_take(deployment: Deployment) -> Breaches:
    for _, queue, function in mappings(deployment):
        if queue.get("VisibilityTimeout", 30) < 6 * function["Timeout"]:
            yield queue.name, f"hides messages for less than six times the {function['Timeout']} s of {function.name}"


@rule
@broken_by("PlanningSyncQueue", lambda s: s.properties("PlanningSyncQueue").pop("RedrivePolicy"))
def a_queue_that_feeds_a_function_has_dead_letters(deployment: Deployment) -> Breaches:
    for _, queue, _ in mappings(deployment):
        if dead_letters(deployment, queue) is None:
            yield queue.name, "what it cannot deliver is received for ever, or lost"


@rule
@broken_by("WmsImportDeadLetters", lambda s: s.properties("WmsImportDeadLetters").update(MessageRetentionPeriod=345600))
def dead_letters_are_kept_for_longer_than_their_queue_keeps_them(deployment: Deployment) -> Breaches:
    """A dead letter keeps the time at which it was first sent."""
    for _, queue, _ in mappings(deployment):
        dead = dead_letters(deployment, queue)
        if dead and kept(dead) <= kept(queue):
            yield dead.name, f"a message could be gone when it comes from {queue.name}"


@rule
@broken_by("ErpInjectQueue", lambda s: s.properties("ErpInjectQueue")["RedrivePolicy"].update(maxReceiveCount=5))
def a_queue_outlasts_an_outage_of_three_hours(deployment: Deployment) -> Breaches:
    """The twentieth receive comes after three hours at the earliest: docs/adr/0023-the-queue-runner.md."""
    for _, queue, _ in mappings(deployment):
        if queue.get("RedrivePolicy", {}).get("maxReceiveCount", 20) < 20:
            yield queue.name, "gives messages up too soon"


@rule
@broken_by("WmsExportSubscription", lambda s: s.properties("WmsExportSubscription").pop("RedrivePolicy"))
def what_the_topic_cannot_deliver_is_a_dead_letter(deployment: Deployment) -> Breaches:
    for subscription in deployment.of("AWS::SNS::Subscription"):
        if dead_letters(deployment, subscription) is None:
            yield subscription.name, "what cannot be delivered is lost"


@rule
@broken_by("PlanningSyncMapping", lambda s: s.properties("PlanningSyncMapping").pop("ScalingConfig"))
@broken_by("WmsImportMapping", lambda s: s.properties("WmsImportMapping")["ScalingConfig"].update(MaximumConcurrency=1))
def a_mapping_says_how_many_run_at_once(deployment: Deployment) -> Breaches:
    """Lambda knows no fewer than two."""
    for mapping, _, _ in mappings(deployment):
        if not 2 <= mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0) <= 1000:
            yield mapping.name, "takes as many messages at once as there are"


@rule
@broken_by("ErpInject", lambda s: s.properties("ErpInject").update(ReservedConcurrentExecutions=1))
def reserved_concurrency_holds_all_that_mappings_call(deployment: Deployment) -> Breaches:
    """A delivery that is turned away counts as a receive. Where nothing is reserved there is nothing to exceed."""
    called: dict[str, int] = {}
    for mapping, _, function in mappings(deployment):
        most = mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0)
        called[function.name] = called.get(function.name, 0) + most
    for name, most in called.items():
        reserved = deployment.resources[name].get("ReservedConcurrentExecutions")
        if reserved is not None and reserved < most:
            yield name, f"turns deliveries away: {reserved} are reserved, and {most} may be called"


@rule
@broken_by("ErpExtract", lambda s: s.properties("ErpExtract").pop("ReservedConcurrentExecutions"))
def no_more_speak_to_the_erp_than_its_limit_is_shared_out_among(deployment: Deployment) -> Breaches:
    """Reserved concurrency also bounds those who invoke it by hand. An account may have none to reserve."""
    if deployment.parameters["ErpReserved"] == "off":
        return
    for function in deployment.functions:
        if "LARDER_ERP" not in function.environment:
            continue
        reserved = function.get("ReservedConcurrentExecutions")
        if reserved is None or reserved > deployment.parameters["ErpConcurrency"]:
            yield function.name, "may speak to the ERP as often at once as it is invoked"


@rule
@broken_by("ErpExtract", lambda s: s.properties("ErpExtract").pop("EventInvokeConfig"))
def a_function_on_a_schedule_is_not_called_again_when_the_next_call_does_the_same(deployment: Deployment) -> Breaches:
    """Lambda would repeat a call that failed, or found no concurrency, for hours."""
    once = {config["FunctionName"]: config for config in deployment.of("AWS::Lambda::EventInvokeConfig")}
    for schedule in deployment.of("AWS::Scheduler::Schedule"):
        function = deployment.at(schedule["Target"]["Arn"])
        if function.kind == "AWS::Lambda::Function" and (
            function.ref not in once or once[function.ref].get("MaximumRetryAttempts") != 0
        ):
            yield function.name, "calls pile up"


def dead_letters(deployment: Deployment, of: Resource) -> Resource | None:
    return deployment.at(of.get("RedrivePolicy", {}).get("deadLetterTargetArn"))


def kept(queue: Resource) -> int:
    return queue.get("MessageRetentionPeriod", 4 * DAY)
