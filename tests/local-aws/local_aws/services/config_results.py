"""The results of AWS Config's rules: none until a test says one, as nothing is evaluated here.

API references of DescribeConfigRules, DescribeComplianceByConfigRule (25 rules in an answer) and DescribeConfigRuleEvaluationStatus
(150); a rule that was never evaluated is INSUFFICIENT_DATA, and so is one that found nothing to evaluate. ministack shows all rules at once, in names and filters takes what comes, and knows no other result.
Test controls: `PUT /_local/config/results` says the result of each rule, by the name in the pack's template (`*`: of all others), in
the Region `region`; `GET` shows them.
"""

from __future__ import annotations

from typing import Any

from . import config_pages
from .local_controls import control
from .model_conformance import service_model

_NEVER = "INSUFFICIENT_DATA"
_MOST_SHOWN, _MOST_EVALUATIONS = 25, 150
#: Of every rule that has a result.
_EVALUATED = 1767225600.0
_KEY = "results"
_RESULTS: Any = None


def install() -> None:
    """Take the two lists over, and add the controls."""
    from ministack.core.responses import AccountRegionScopedDict, json_response, set_request_region
    from ministack.services import config

    global _RESULTS
    _RESULTS = AccountRegionScopedDict()
    handle = config.handle_request
    lists = {"DescribeConfigRules": _rules, "DescribeComplianceByConfigRule": _compliance,
             "DescribeConfigRuleEvaluationStatus": _evaluation}

    async def handle_request(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Any:
        operation, asked = headers.get("x-amz-target", "").rsplit(".", 1)[-1], config.json.loads(body or b"{}")
        if operation not in lists:
            return await handle(method, path, headers, body, query_params)
        try:
            config_pages.check(operation, asked)
            return json_response(lists[operation](asked))
        except config_pages.Refused as refused:
            return refused.response()

    config.handle_request = handle_request

    @control("GET", "/_local/config/results")
    def show(query: dict, body: Any) -> "tuple[int, Any]":
        set_request_region(query.get("region", "us-east-1"))
        return 200, {"results": _RESULTS.get(_KEY, {})}

    @control("PUT", "/_local/config/results")
    def put(query: dict, body: Any) -> "tuple[int, Any]":
        known = service_model("config").shape_for("ConformancePackComplianceType").enum
        unknown = set(body["results"].values()) - set(known)
        if unknown:
            raise ValueError(f"a result must be one of {', '.join(known)}")
        set_request_region(body.get("region", "us-east-1"))
        _RESULTS[_KEY] = dict(body["results"])
        return 200, {}


def result_of(rule: str) -> str:
    """The result of a rule, by the name that its template gives it."""
    results = _RESULTS.get(_KEY, {})
    return str(results.get(rule) or results.get("*") or _NEVER)


def _named(asked: dict, most: int = _MOST_SHOWN) -> "list[dict[str, Any]]":
    from ministack.services import config

    names = asked.get("ConfigRuleNames") or []
    if len(names) > most:
        raise config_pages.Refused("InvalidParameterValueException", f"At most {most} rules may be named.")
    for name in names:
        if name not in config._config_rules:
            raise config_pages.Refused("NoSuchConfigRuleException", f"The ConfigRule '{name}' provided in the request is invalid.")
    return [config._config_rules[name] for name in names or sorted(config._config_rules.keys())]


def _rules(asked: dict) -> dict:
    return config_pages.page(asked, _named(asked), "ConfigRules", _MOST_SHOWN)


def _compliance(asked: dict) -> dict:
    from .config_conformance_packs import template_name

    found = []
    for rule in _named(asked):
        result = result_of(template_name(rule["ConfigRuleName"]))
        count = {"ComplianceContributorCount": {"CappedCount": 1, "CapExceeded": False}} if result == "NON_COMPLIANT" else {}
        if result in (asked.get("ComplianceTypes") or [result]):
            found.append({"ConfigRuleName": rule["ConfigRuleName"], "Compliance": {"ComplianceType": result, **count}})
    return config_pages.page(asked, found, "ComplianceByConfigRules", _MOST_SHOWN)


def _evaluation(asked: dict) -> dict:
    from .config_conformance_packs import template_name

    results, found = _RESULTS.get(_KEY, {}), []
    for rule in _named(asked, _MOST_EVALUATIONS):
        evaluated = template_name(rule["ConfigRuleName"]) in results or "*" in results
        times = {"LastSuccessfulInvocationTime": _EVALUATED, "LastSuccessfulEvaluationTime": _EVALUATED} if evaluated else {}
        found.append({"ConfigRuleName": rule["ConfigRuleName"], "ConfigRuleArn": rule["ConfigRuleArn"],
                      "ConfigRuleId": rule["ConfigRuleId"], "FirstEvaluationStarted": evaluated, **times})
    return config_pages.page(asked, found, "ConfigRulesEvaluationStatus", _MOST_EVALUATIONS)
