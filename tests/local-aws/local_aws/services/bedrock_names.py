"""ARNs of Bedrock's resources: AWS ends them with an id of its own, ministack with the name that somebody gave.

Service authorization reference, "Resource types defined by Amazon Bedrock"; the patterns of botocore's model. A marketplace
endpoint is SageMaker's, and there the ARN does end with the name.
"""

from __future__ import annotations

import secrets
import string

_LETTERS = string.ascii_lowercase + string.digits


def install() -> None:
    """Correct the ARNs of those kinds that ministack names by their name."""
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import bedrock

    record_of = bedrock._job_record

    def job_record(job_type: str, given: dict, name_field: str = "jobName") -> dict:
        if job_type == "model-customization-job":
            job_type = f"{job_type}/{str(given.get('baseModelIdentifier')).rsplit('/', 1)[-1]}"
        return record_of(job_type, given, name_field)

    bedrock._job_record = job_record
    bedrock._custom_model_arn = lambda name: bedrock._arn("custom-model", f"imported/{_id()}")
    bedrock._imported_model_arn = lambda name: bedrock._arn("imported-model", _id())
    bedrock._prompt_router_arn = lambda name: bedrock._arn("prompt-router", _id())
    bedrock._marketplace_arn = (
        lambda name: f"arn:aws:sagemaker:{get_region()}:{get_account_id()}:endpoint/{name}")


def _id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(12))
