"""Starts MiniStack with some manners of AWS's, and has it write down what roles ask for.

It speaks HTTP/1.1 alone, on no port but the one it was given. Who may do something with a queue or a topic may do it in
batches; an e-mail takes a right to its sender; to be told that an object is missing takes the right to list. Each kind of
call that a role's policies were asked about is a line of JSON in the file that LARDER_ASKED names.
"""

import json
import os
from email.utils import parseaddr

from hypercorn.config import Config
from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import s3

# Over HTTP/2, many requests at once make it stall.
Config.alpn_protocols = ["http/1.1"]
# With TLS it also takes port 443 where it can, for the sake of sign-in pages.
app._port_is_bindable = lambda host, port: False

resource_of_mail = iam_actions._ses_v2_resource_arn


def sender(method: str, path: str, body: bytes, region: str, account: str) -> str:
    """The identity that an e-mail is sent by, for which the emulator says `*`."""
    if method == "POST" and path.rstrip("/") == "/v2/email/outbound-emails":
        _, address = parseaddr(json.loads(body)["FromEmailAddress"])
        return f"arn:aws:ses:{region}:{account}:identity/{address}"
    return resource_of_mail(method, path, body, region, account)


iam_actions._ses_v2_resource_arn = sender

evaluate, enforce = iam_evaluator.evaluate, iam_evaluator.enforce
asked = open(os.environ["LARDER_ASKED"], "a", buffering=1)
written, question = set(), []


def noticed(context, *policies):
    """Evaluates as before; the first evaluation of a call is that of the role's own policies."""
    if context.action.startswith(("sns:", "sqs:")):
        context.action = context.action.removesuffix("Batch")
    question.append((context.principal_arn, context.action, context.resource_arn))
    return evaluate(context, *policies)


def written_down(key, action, service, region, resource_arn="*", service_context=None):
    """Decides on a call as before, and writes it down when there was none like it."""
    question.clear()
    refused = enforce(key, action, service, region, resource_arn, service_context)
    if question and (line := (*question[0], refused is None)) not in written:
        written.add(line)
        asked.write(json.dumps(dict(zip(("principal", "action", "resource", "allowed"), line))) + "\n")
    if action == "s3:GetObject" and refused is None:
        bucket, _, name = resource_arn.removeprefix("arn:aws:s3:::").partition("/")
        if bucket in s3._buckets and name not in s3._buckets[bucket]["objects"]:
            return written_down(key, "s3:ListBucket", service, region, f"arn:aws:s3:::{bucket}")
    return refused


iam_evaluator.evaluate, iam_evaluator.enforce = noticed, written_down

app.main()
