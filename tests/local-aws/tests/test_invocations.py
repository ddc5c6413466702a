"""EventBridge starts functions by Lambda's asynchronous contract."""

from __future__ import annotations

import itertools
import time

from conftest import LocalAws
from functions import allow, function, messages, policy, queue, rule

_NUMBER = itertools.count()


def _wired(aws: LocalAws, *statements: dict, **of_target: object) -> "tuple[str, str]":
    """A function and the source of the events that start it."""
    name = f"invoked-{next(_NUMBER)}"
    rule(aws, name, {"source": [name]}, function(aws, name, *statements), **of_target)
    return name, name


def _emit(aws: LocalAws, source: str, **detail: object) -> "list[dict]":
    return aws.control("POST", "/_local/emit", {"source": source, "detail-type": "t", "detail": detail})["functions"]


def test_emit_waits_for_the_response(aws: LocalAws) -> None:
    name, source = _wired(aws)
    (outcome,) = _emit(aws, source, say="hello")
    assert (outcome["function"], outcome["rule"], outcome["attempts"], outcome["error"]) == (name, name, 1, None)
    assert outcome["response"]["done"] == []


def test_an_event_that_nothing_matches_starts_nothing(aws: LocalAws) -> None:
    assert _emit(aws, "nobody.listens") == []


def test_a_failing_function_is_tried_three_times(aws: LocalAws) -> None:
    name, source = _wired(aws)
    (outcome,) = _emit(aws, source, fail="on purpose")
    assert outcome["attempts"] == 3
    assert outcome["error"] == {"type": "RuntimeError", "message": "on purpose"}
    runs = [each for each in aws.control("GET", "/_local/invocations")["invocations"] if each["function"] == name]
    assert [each["attempt"] for each in runs] == [1, 2, 3]


def test_every_attempt_has_the_same_request_id(aws: LocalAws) -> None:
    name, source = _wired(aws)
    url, arn = queue(aws, f"{name}-failures")
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}})
    aws.client("iam").put_role_policy(
        RoleName=f"{name}-role", PolicyName="p", PolicyDocument=policy(allow("sqs:SendMessage")))
    _emit(aws, source, fail="on purpose")
    runs = [each for each in aws.control("GET", "/_local/invocations")["invocations"] if each["function"] == name]
    (request_id,) = {each["request_id"] for each in runs}
    time.sleep(0.1)
    lines = [each["line"] for each in aws.control("GET", "/_local/logs")["logs"] if each["function"] == name]
    assert [line for line in lines if line.startswith("request ")] == [f"request {request_id}"] * 3
    assert messages(aws, url)[0]["requestContext"]["requestId"] == request_id
    _emit(aws, source, say="another event")
    last = aws.control("GET", "/_local/invocations")["invocations"][-1]
    assert last["function"] == name and last["response"]["request_id"] == last["request_id"] != request_id


def test_the_deadline_is_the_timeout_after_the_start(aws: LocalAws) -> None:
    name, source = _wired(aws)
    _emit(aws, source, say="start the process")
    for timeout in (20, 7):
        aws.client("lambda").update_function_configuration(FunctionName=name, Timeout=timeout)
        _emit(aws, source)
        began = time.time()
        (outcome,) = _emit(aws, source)
        late = outcome["response"]["deadline_ms"] / 1000 - (began + timeout)
        assert 0 <= late < 5


def test_the_failure_destination_of_an_alias_gets_the_event(aws: LocalAws) -> None:
    name = f"aliased-{next(_NUMBER)}"
    url, arn = queue(aws, f"{name}-failures")
    function(aws, name, allow("sqs:SendMessage", on=arn))
    lambdas = aws.client("lambda")
    version = lambdas.publish_version(FunctionName=name)["Version"]
    alias = lambdas.create_alias(FunctionName=name, Name="live", FunctionVersion=version)["AliasArn"]
    lambdas.put_function_event_invoke_config(
        FunctionName=name, Qualifier="live", MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn}})
    rule(aws, name, {"source": [name]}, alias)
    (outcome,) = _emit(aws, name, fail="on purpose")
    assert outcome["attempts"] == 2
    (sent,) = messages(aws, url)
    assert sent["requestContext"]["condition"] == "RetriesExhausted"
    assert sent["requestContext"]["functionArn"] == alias
    assert sent["requestPayload"]["detail"] == {"fail": "on purpose"}
    assert sent["responsePayload"]["errorMessage"] == "on purpose"


def test_a_role_that_may_not_send_loses_the_failed_event(aws: LocalAws) -> None:
    name, source = _wired(aws)
    url, arn = queue(aws, f"{name}-failures")
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}})
    _emit(aws, source, fail="on purpose")
    assert messages(aws, url, 0) == []


def test_a_target_that_refuses_eventbridge_goes_to_the_rules_queue(aws: LocalAws) -> None:
    url, arn = queue(aws, f"dead-letters-{next(_NUMBER)}")
    name, source = _wired(aws, DeadLetterConfig={"Arn": arn})
    aws.client("lambda").remove_permission(FunctionName=name, StatementId=name)
    assert _emit(aws, source, say="lost") == []
    (sent,) = messages(aws, url)
    assert (sent["source"], sent["detail"]) == (source, {"say": "lost"})


def test_the_alias_is_what_is_invoked(aws: LocalAws) -> None:
    name = f"aliased-{next(_NUMBER)}"
    function(aws, name)
    lambdas = aws.client("lambda")
    lambdas.publish_version(FunctionName=name)
    alias = lambdas.create_alias(FunctionName=name, Name="live", FunctionVersion="1")["AliasArn"]
    rule(aws, name, {"source": [name]}, alias)
    assert _emit(aws, name)[0]["response"]["arn"] == alias


def test_a_schedule_fires(aws: LocalAws) -> None:
    name = f"scheduled-{next(_NUMBER)}"
    url, arn = queue(aws, name)
    events = aws.client("events")
    events.put_rule(Name=name, ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
    aws.control("POST", "/_local/schedule", {"rule": name})
    (sent,) = messages(aws, url)
    assert (sent["source"], sent["detail-type"], sent["detail"]) == ("aws.events", "Scheduled Event", {})
    assert sent["resources"] == [f"arn:aws:events:us-east-1:000000000000:rule/{name}"]
    aws.control("POST", "/_local/schedule", {"rule": name, "ago": 57})
    said = time.monotonic()
    assert len(messages(aws, url)) == 1 and 2.5 < time.monotonic() - said < 10


def test_an_input_transformer_writes_what_a_topic_sends(aws: LocalAws) -> None:
    name = f"topic-{next(_NUMBER)}"
    url, inbox = queue(aws, name)
    sns, topic = aws.client("sns"), f"arn:aws:sns:us-east-1:000000000000:{name}"
    admit = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": inbox}
    aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(admit)})
    publish = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish", "Resource": topic}
    sns.create_topic(Name=name, Attributes={"Policy": policy(publish)})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox)
    transformer = {"InputPathsMap": {"control": "$.detail.control"}, "InputTemplate": '"Phiward repaired <control>"'}
    rule(aws, name, {"source": [name]}, topic, InputTransformer=transformer)
    _emit(aws, name, control="buckets.tls-only")
    (sent,) = messages(aws, url)
    assert sent["Message"] == '"Phiward repaired buckets.tls-only"'


def test_output_of_functions_is_kept(aws: LocalAws) -> None:
    name, source = _wired(aws)
    _emit(aws, source, say="a line to find")
    time.sleep(0.1)
    lines = [each["line"] for each in aws.control("GET", "/_local/logs")["logs"] if each["function"] == name]
    assert "working on a line to find" in lines


def test_cloudformation_tells_its_stacks_statuses(aws: LocalAws) -> None:
    name = f"stack-{next(_NUMBER)}"
    url, arn = queue(aws, name)
    rule(aws, name, {"detail-type": ["CloudFormation Stack Status Change"]}, arn)
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    stack = aws.client("cloudformation").create_stack(StackName=name, TemplateBody=body)["StackId"]
    started, ended = messages(aws, url, 2)
    assert ended["detail-type"] == "CloudFormation Stack Status Change"
    assert ended["resources"] == [stack]
    assert ended["detail"]["stack-id"] == stack
    statuses = [each["detail"]["status-details"]["status"] for each in (started, ended)]
    assert statuses == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_processes_are_measured(aws: LocalAws) -> None:
    name, source = _wired(aws)
    _emit(aws, source)
    _emit(aws, source)
    (process,) = [each for each in aws.control("GET", "/_local/processes")["processes"] if each["function"] == name]
    assert 0 < process["init_ms"] < 10_000
    assert process["peak_kb"] is None or process["peak_kb"] > 1000


def test_embedded_metrics_reach_cloudwatch(aws: LocalAws) -> None:
    name, source = _wired(aws, allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"))
    directive = {"Namespace": "Phiward", "Dimensions": [["control"]], "Metrics": [{"Name": "Repairs", "Unit": "Count"}]}
    line = {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}, "control": name, "Repairs": 2}
    _emit(aws, source, print=line)
    now = time.time()
    (found,) = aws.client("cloudwatch").get_metric_data(StartTime=now - 300, EndTime=now + 60, MetricDataQueries=[{
        "Id": "m", "MetricStat": {"Period": 60, "Stat": "Sum", "Metric": {
            "Namespace": "Phiward", "MetricName": "Repairs", "Dimensions": [{"Name": "control", "Value": name}]}}}],
    )["MetricDataResults"]
    assert sum(found["Values"]) == 2
