//! A duty of mocks, and Bedrock's answers.

use std::cell::{OnceCell, RefCell};

use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use policy::Baseline;
use remediation::PrincipalsReader;
use serde_json::{Value, json};

use crate::{GuardrailId, Guardrails};

pub(super) fn id(text: &str) -> GuardrailId {
    GuardrailId::parse(text).unwrap()
}

pub(super) fn duty(bedrock: &[&Rule], runtime: &[&Rule]) -> Guardrails {
    let baseline = Baseline::parse(include_str!("../../../../baseline.toml")).unwrap();
    Guardrails {
        bedrock: mock_client!(aws_sdk_bedrock, RuleMode::MatchAny, bedrock),
        runtime: OnceCell::from(mock_client!(aws_sdk_bedrockruntime, RuleMode::MatchAny, runtime)),
        make_runtime: Box::new(|| mock_client!(aws_sdk_bedrockruntime, RuleMode::MatchAny, &[])),
        principals: PrincipalsReader::with(mock_client!(aws_sdk_iam, RuleMode::MatchAny, &[])),
        named: ["abc", "def"].map(id).into(),
        enforced: None,
        recreate: false,
        baseline: baseline.guardrails,
        digest: baseline.digest,
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
        progress: RefCell::default(),
    }
}

pub(super) fn answer(status: u16, body: &Value) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body.to_string()))
}

/// A guardrail as GetGuardrail says it, with the baseline's filter merged in or not.
pub(super) fn guardrail(version: &str, strong: bool) -> Value {
    let actions = |mut entry: Value, input: Value, output: Value| {
        entry["action"] = input.clone();
        entry["inputAction"] = input;
        entry["outputAction"] = output;
        entry
    };
    let wanted = Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().guardrails;
    let types =
        wanted.pii.iter().map(|each| actions(json!({"type": each.kind}), json!(each.input), json!(each.output)));
    let regexes = wanted.regexes.iter().map(|each| {
        actions(json!({"name": each.name, "pattern": each.pattern}), json!(each.input), json!(each.output))
    });
    let filter = json!({"piiEntities": types.collect::<Vec<_>>(), "regexes": regexes.collect::<Vec<_>>()});
    json!({
        "name": "clinic", "guardrailId": "abc", "guardrailArn": "arn:aws:bedrock:us-east-1:111122223333:guardrail/abc",
        "version": version, "status": "READY", "createdAt": "2026-10-05T09:00:00Z", "updatedAt": "2026-10-05T09:00:00Z",
        "blockedInputMessaging": "in", "blockedOutputsMessaging": "out",
        "sensitiveInformationPolicy": if strong { filter } else { json!({"piiEntities": []}) },
    })
}

/// GetGuardrail of that version.
pub(super) fn got(version: &'static str, document: Value) -> Rule {
    mock!(aws_sdk_bedrock::Client::get_guardrail)
        .match_requests(move |request| request.guardrail_version() == Some(version))
        .then_http_response(move || answer(200, &document))
}

/// The account's configuration.
pub(super) fn enforced(configurations: Value) -> Rule {
    mock!(aws_sdk_bedrock::Client::list_enforced_guardrails_configuration)
        .match_requests(|_| true)
        .then_http_response(move || answer(200, &json!({"guardrailsConfig": configurations})))
}

/// The list of one guardrail's versions.
pub(super) fn listed(versions: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_bedrock::Client::list_guardrails)
        .match_requests(|request| request.guardrail_identifier() == Some("abc"))
        .then_http_response(move || {
            let summary = |version: &&str| {
                json!({"id": "abc", "arn": "arn:aws:bedrock:us-east-1:111122223333:guardrail/abc", "status": "READY",
                    "name": "clinic", "version": version, "createdAt": "2026-10-05T09:00:00Z",
                    "updatedAt": "2026-10-05T09:00:00Z"})
            };
            answer(200, &json!({"guardrails": versions.iter().map(summary).collect::<Vec<_>>()}))
        })
}

pub(super) fn error(code: &str) -> Value {
    json!({"__type": code, "message": "quotes what must not be said"})
}
