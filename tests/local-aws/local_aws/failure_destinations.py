"""Where an event goes that a function failed on for good: the on-failure destination, else the dead-letter queue.

Both are written by the API with the function's own role, so a role that may not send loses the event, as on AWS.
"""

from __future__ import annotations

import json
import logging
import os
from typing import Any, Mapping, Optional

from . import clock, environment
from .authorizations import LAMBDA
from .services.cloudwatch import function_metrics

logger = logging.getLogger("local_aws")


def send(config: "Mapping[str, Any]", settings: "Mapping[str, Any]", event: Any, result: "Mapping[str, Any]",
         attempts: int) -> None:
    """Hand the failed event over; nothing happens for a function that names no place for it."""
    destination = ((settings.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    record = _invocation_record(config, event, result, attempts)
    for arn, body, lost in ((destination, record, "DestinationDeliveryFailures"), (dead_letters, event, "DeadLetterErrors")):
        if not arn:
            continue
        try:
            _write(config, arn, json.dumps(body))
        except Exception as error:  # botocore raises classes that it makes at run time
            function_metrics.publish(config, **{lost: 1})
            logger.warning("failed event of %s not delivered to %s: %s", config.get("FunctionName"), arn, error)


def _invocation_record(config: "Mapping[str, Any]", event: Any, result: "Mapping[str, Any]",
                       attempts: int) -> "dict[str, Any]":
    return {
        "version": "1.0",
        "timestamp": clock.rfc3339(clock.now())[:23] + "Z",
        "requestContext": {
            "requestId": result.get("request_id", ""),
            "functionArn": config.get("FunctionArn", ""),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": config.get("Version", "$LATEST"),
                            "functionError": result.get("function_error") or "Unhandled"},
        "responsePayload": result.get("body"),
    }


def _write(config: "Mapping[str, Any]", arn: str, body: str) -> None:
    from ministack.services import sqs

    service = arn.split(":")[2]
    client = _client(config, service)
    if service == "sqs":
        queue: "Optional[dict]" = sqs._queue_by_arn(arn)
        if queue is None:
            raise LookupError("no such queue")
        url = f"{os.environ['AWS_ENDPOINT_URL']}/{environment.ACCOUNT}/{arn.split(':')[5]}"
        client.send_message(QueueUrl=url, MessageBody=body)
    elif service == "sns":
        client.publish(TopicArn=arn, Message=body)
    elif service == "lambda":
        client.invoke(FunctionName=arn, InvocationType="Event", Payload=body)
    else:
        raise LookupError(f"no destination of {service}")


def _client(config: "Mapping[str, Any]", service: str) -> Any:
    from botocore.config import Config
    from botocore.session import Session
    from ministack.core.lambda_runtime import execution_credentials

    role = execution_credentials(dict(config))
    session = Session()
    session.set_credentials(role["AWS_ACCESS_KEY_ID"], role["AWS_SECRET_ACCESS_KEY"], role["AWS_SESSION_TOKEN"])
    return session.create_client(
        service, region_name=environment.REGION, endpoint_url=os.environ["AWS_ENDPOINT_URL"],
        config=Config(user_agent_appid=LAMBDA))
