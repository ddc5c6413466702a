"""SQS and SNS ask KMS for encrypted queues and topics, in the name of the caller or of the delivering service.

SQS developer guide, "Configure KMS permissions for AWS services" and "Key management"; SNS developer guide,
"Managing Amazon SNS encryption keys and costs": producers need GenerateDataKey and Decrypt, consumers Decrypt, and
an AWS managed key admits no other service.
"""

from __future__ import annotations

from typing import Any, Optional

from .kms_use import Refusal, Use, caller_refusal, service_refusal

_ALARM_LISTS = ("AlarmActions", "OKActions", "InsufficientDataActions")
_PRODUCE = ("GenerateDataKey", "Decrypt")
_SQS_CODES = {"AccessDenied": "KmsAccessDenied", "Disabled": "KmsDisabled", "InvalidState": "KmsInvalidState",
              "NotFound": "KmsNotFound"}
_SNS_CODES = {"AccessDenied": "KMSAccessDenied", "Disabled": "KMSDisabled", "InvalidState": "KMSInvalidState",
              "NotFound": "KMSNotFound"}


def install() -> None:
    """Judge sends, receives and publishes, and what services deliver."""
    _judge_queues()
    _judge_topics()
    _judge_deliveries()
    _judge_eventbridge()


def target_refusal(arn: str, service: str, source_arn: str) -> Optional[Refusal]:
    """Why a service may not deliver to this queue or topic because of its key; None when nothing forbids it."""
    from ministack.services import sns, sqs

    if arn.split(":")[2] == "sqs":
        queue = sqs._queue_by_arn(arn)
        use = _queue_use(queue, _PRODUCE) if queue else None
    else:
        topic = sns._topic_by_arn_any_scope(arn)
        use = _topic_use(topic) if topic else None
    return service_refusal(use, service, source_arn) if use else None


def _queue_use(queue: dict, actions: "tuple[str, ...]") -> Optional[Use]:
    key = queue["attributes"].get("KmsMasterKeyId")
    return Use(key, actions, "sqs", {"aws:sqs:arn": queue["attributes"].get("QueueArn", "")}) if key else None


def _topic_use(topic: dict) -> Optional[Use]:
    key = topic.get("attributes", {}).get("KmsMasterKeyId")
    return Use(key, _PRODUCE, "sns", {"aws:sns:topicArn": topic.get("arn", "")}) if key else None


def _judge_queues() -> None:
    from ministack.services import sqs

    def judged(action: Any, actions: "tuple[str, ...]") -> Any:
        def act(data: dict, url: str) -> Any:
            use = _queue_use(sqs._get_q(url), actions)
            refusal = caller_refusal(use) if use else None
            if refusal:
                raise sqs._Err(_SQS_CODES[refusal.kind], refusal.message, 400)
            return action(data, url)

        return act

    for name, actions in (("SendMessage", _PRODUCE), ("SendMessageBatch", _PRODUCE), ("ReceiveMessage", ("Decrypt",))):
        sqs._HANDLERS[name] = judged(sqs._HANDLERS[name], actions)


def _judge_topics() -> None:
    from ministack.services import sns

    get_topic = sns._get_topic

    def get_judged_topic(arn: str, action: Optional[str] = None) -> Any:
        topic, error = get_topic(arn, action)
        use = _topic_use(topic) if error is None and action == "sns:Publish" else None
        refusal = caller_refusal(use) if use else None
        if refusal:
            return None, sns._error(_SNS_CODES[refusal.kind], refusal.message, 400)
        return topic, error

    sns._get_topic = get_judged_topic


def _judge_deliveries() -> None:
    """S3's notifications, SNS's deliveries to queues, and CloudWatch's alarm actions."""
    from ministack.services import cloudwatch, sns, sqs

    queue_allows, topic_allows = sqs.queue_policy_allows, sns.topic_policy_allows
    dispatch_alarm = cloudwatch._dispatch_alarm_actions

    def queue_policy_allows(arn: str, service: str, source_arn: str, source_account: str) -> bool:
        return queue_allows(arn, service, source_arn, source_account) and not target_refusal(arn, service, source_arn)

    def topic_policy_allows(arn: str, service: str, source_arn: str, source_account: str) -> bool:
        return topic_allows(arn, service, source_arn, source_account) and not target_refusal(arn, service, source_arn)

    def dispatch_alarm_actions(alarm: dict, *args: Any) -> Any:
        """Alarm actions ask neither the topic's policy nor its key in ministack; CloudWatch needs both."""
        arn = alarm.get("AlarmArn", "")
        account = arn.split(":")[4] if arn else ""

        def admitted(action: Any) -> bool:
            return not cloudwatch._is_sns_action_arn(action) or sns.topic_policy_allows(
                action, "cloudwatch.amazonaws.com", arn, account)

        lists = {name: [each for each in alarm.get(name) or [] if admitted(each)] for name in _ALARM_LISTS}
        return dispatch_alarm({**alarm, **lists}, *args)

    sqs.queue_policy_allows, sns.topic_policy_allows = queue_policy_allows, topic_policy_allows
    cloudwatch._dispatch_alarm_actions = dispatch_alarm_actions


def _judge_eventbridge() -> None:
    from .. import target_policies

    policy_refusal = target_policies.refusal

    def refusal(arn: str, rule_arn: str) -> "Optional[tuple[str, str]]":
        refused = policy_refusal(arn, rule_arn)
        if refused is not None or arn.split(":")[2] not in ("sqs", "sns"):
            return refused
        by_key = target_refusal(arn, "events.amazonaws.com", rule_arn)
        return ("NO_PERMISSIONS", by_key.message) if by_key else None

    target_policies.refusal = refusal
