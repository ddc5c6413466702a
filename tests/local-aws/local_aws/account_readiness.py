"""What makes an account ready beside what Phiward looks after: its agreement with AWS, access to models, and Config's results."""

from __future__ import annotations

from typing import Any

_FORM = b'{"companyName": "Clinic", "intendedUsers": "Internal users", "useCases": "Summaries of visit notes"}'


def furnish(bedrock: Any) -> None:
    """The agreement is accepted, the form is submitted, models' own agreements too; every rule of Config is met."""
    from .services.local_controls import CONTROLS

    CONTROLS["PUT", "/_local/artifact/agreements"]({}, {"agreements": [{}]})
    CONTROLS["PUT", "/_local/config/results"]({}, {"results": {"*": "COMPLIANT"}})
    bedrock.put_use_case_for_model_access(formData=_FORM)
    for model in bedrock.list_foundation_models()["modelSummaries"]:
        if model["providerName"] == "Amazon":
            continue
        [offer] = bedrock.list_foundation_model_agreement_offers(modelId=model["modelId"])["offers"]
        bedrock.create_foundation_model_agreement(modelId=model["modelId"], offerToken=offer["offerToken"])
