"""Tags of Bedrock's resources: those that a resource is made with, and which ARNs can have any.

ministack keeps the tags of some kinds when they are made, and forgets the others'. A copy job's tags are its model's, and an
endpoint's are SageMaker's: `ListTagsForResource` takes neither ARN (the pattern of `TaggableResourcesArn` in botocore's model).
"""

from __future__ import annotations

import json
from typing import Any, Optional

#: Of the calls whose tags ministack forgets: the member with the tags, and the one of the answer with the ARN.
_MADE = {
    "bedrock": {
        "CreateCustomModel": ("modelTags", "modelArn"),
        "CreateEvaluationJob": ("jobTags", "jobArn"),
        "CreateModelCustomizationJob": ("jobTags", "jobArn"),
        "CreateModelImportJob": ("jobTags", "jobArn"),
        "CreateModelInvocationJob": ("tags", "jobArn"),
        "CreatePromptRouter": ("tags", "promptRouterArn"),
        "CreateProvisionedModelThroughput": ("tags", "provisionedModelArn"),
    },
    "bedrock-agent": {
        "CreateAgentAlias": ("tags", "agentAlias.agentAliasArn"),
        "CreateFlowAlias": ("tags", "arn"),
    },
}
_UNTAGGABLE = ("model-copy-job/", "marketplace-model-endpoint/")


def keep_tags(service: str, operation: str, body: bytes, answer: bytes) -> None:
    """Keep the tags of what has been made."""
    from ministack.services import bedrock, bedrock_agent

    member, path = _MADE.get(service, {}).get(operation, ("", ""))
    given = json.loads(body or b"{}").get(member) if member else None
    if not given:
        return
    arn: Any = json.loads(answer)
    for name in path.split("."):
        arn = arn[name]
    store = (bedrock if service == "bedrock" else bedrock_agent)._tags
    store[arn] = dict(given) if isinstance(given, dict) else {each["key"]: each["value"] for each in given}


def install() -> None:
    """Let the ARNs be tagged that AWS lets be tagged."""
    from ministack.services import bedrock

    validate = bedrock._validate_resource_arn_for_tags

    def validate_arn(arn: str) -> Optional[tuple]:
        own = arn.split(":", 5)[-1]
        if own.startswith(_UNTAGGABLE) or ":sagemaker:" in arn:
            return bedrock._validation("1 validation error detected: Value at 'resourceARN' failed to satisfy constraint")
        # Their ARNs name the base model as well.
        longer = {"custom-model": bedrock._custom_models, "model-customization-job": bedrock._model_customization_jobs}
        known = longer.get(own.split("/", 1)[0])
        if known is not None:
            return None if arn in known else bedrock._not_found("The specified resource does not exist.")
        return validate(arn)

    bedrock._validate_resource_arn_for_tags = validate_arn
