//! What to do about an error, by its code: AWS's own words are not repeated, as they can quote names.

use remediation::AwsError;

/// Codes of credentials that AWS does not take, among others of `sts:GetCallerIdentity`.
const INVALID: [&str; 8] = [
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// What to do.
pub(crate) fn fix(error: &AwsError) -> String {
    let AwsError { operation, code, .. } = error;
    let code = code.as_str();
    if code.starts_with("ExpiredToken") || code == "RequestExpired" {
        "the credentials have expired: sign in again (aws sso login --profile NAME), or get new ones".to_owned()
    } else if operation.starts_with("bedrock-mantle:") && matches!(error.status, Some(401 | 403)) {
        // Sources disagree about the name, so the deploy can say it too.
        format!(
            "allow {operation} to this caller; or the plane wants the other name in signatures: ask with --mantle-signing-name \
             bedrock, and if that does, deploy with MantleSigningName=bedrock"
        )
    } else if INVALID.contains(&code) {
        "AWS does not know these keys, or they don't belong together: check which are used (the first line says it), renew them \
         or sign in again, and look at this machine's clock"
            .to_owned()
    } else if code.starts_with("AccessDenied") || code.starts_with("Unauthorized") || code == "AuthorizationError" {
        format!("allow {operation} to this caller (IAM, and the organization's policies), or ask with one who may")
    } else if code.contains("Throttl") || code == "TooManyRequestsException" {
        "AWS throttles: ask again in a minute".to_owned()
    } else if matches!(code, "Unreachable" | "Timeout") {
        "there is no way to the service: check the Region's name, whether the service is offered there, the network and its proxy \
         (HTTPS_PROXY)"
            .to_owned()
    } else if matches!(code, "OptInRequired" | "SubscriptionRequiredException") {
        "the account has no access to this service or Region yet: enable it (console: Account, AWS Regions)".to_owned()
    } else if error.status.is_some_and(|status| status >= 500) {
        "AWS failed: ask again later (console: AWS Health)".to_owned()
    } else {
        "ask again; if it stays so, CloudTrail's event history has the call under this request id".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_refusal_has_its_advice() {
        for (code, status, piece) in [
            ("ExpiredTokenException", Some(400), "sso login"),
            ("ExpiredToken", Some(400), "sso login"),
            ("InvalidClientTokenId", Some(403), "does not know these keys"),
            ("SignatureDoesNotMatch", Some(403), "clock"),
            ("AccessDenied", Some(403), "allow iam:GetRole to this caller"),
            ("AccessDeniedException", Some(400), "allow iam:GetRole"),
            ("UnauthorizedOperation", Some(403), "allow iam:GetRole"),
            ("ThrottlingException", Some(400), "in a minute"),
            ("Throttling", Some(400), "in a minute"),
            ("Unreachable", None, "Region's name"),
            ("OptInRequired", Some(403), "enable it"),
            ("InternalFailure", Some(500), "later"),
            ("Strange", Some(400), "event history"),
        ] {
            let error = AwsError { operation: "iam:GetRole", code: code.to_owned(), status, request_id: None };
            assert!(fix(&error).contains(piece), "{code}");
        }
    }

    #[test]
    fn of_bedrock_mantle_the_name_in_signatures_may_be_the_other_one() {
        let refused = |operation, status| {
            let code = "invalid_api_key".to_owned();
            fix(&AwsError { operation, code, status: Some(status), request_id: None })
        };
        for status in [401, 403] {
            let said = refused("bedrock-mantle:GetModel", status);
            assert!(said.contains("allow bedrock-mantle:GetModel") && said.contains("--mantle-signing-name"), "{said}");
        }
        assert!(!refused("bedrock-mantle:GetModel", 400).contains("--mantle-signing-name"));
        assert!(!refused("bedrock:ListFoundationModels", 403).contains("--mantle-signing-name"));
    }
}
