//! What to do when the canary gets no answer ("Troubleshooting Amazon Bedrock API error codes", Amazon Bedrock User Guide). AWS's
//! message is only looked through for words that are known here: none of its own goes further.

/// What a role may lack.
const PERMISSIONS: [&str; 4] =
    ["bedrock:InvokeModel", "bedrock:ApplyGuardrail", "kms:Decrypt", "aws-marketplace:Subscribe"];
/// What may keep it from a right ("Troubleshoot access denied error messages", IAM User Guide).
const POLICIES: [&str; 6] = [
    "service control policy",
    "resource control policy",
    "permissions boundary",
    "VPC endpoint policy",
    "resource-based policy",
    "identity-based policy",
];

/// Of an error's code, as `AwsError` has it, and AWS's message.
pub(super) fn next_step(code: &str, message: &str) -> String {
    let told = |words: &str| message.contains(words);
    let step = match code {
        "AccessDeniedException" => return refused(message),
        "ResourceNotFoundException" if told("use case") => {
            "the model's first-use form has not been filled in: submit it in the Bedrock console (Model access)"
        }
        "ResourceNotFoundException" => {
            "there is no such model, inference profile, guardrail or version in this Region: look at CanaryModel, CanaryGeography \
             and CanaryGuardrail"
        }
        "ValidationException" if told("retention") => {
            "the model can't be used under the account's retention mode, as its allowed modes lack `none`: approve and name \
             another one in CanaryModel"
        }
        "ValidationException" if told("inference profile") => {
            "the model is to be had through an inference profile only: name the profile's geography in CanaryGeography"
        }
        "ValidationException" => {
            "the model can't be used so: not in this Region, only through an inference profile, not under the account's retention \
             mode (its allowed modes lack `none`), or there is no such guardrail or version: look at CanaryModel, \
             CanaryGeography and CanaryGuardrail"
        }
        "ThrottlingException" | "ServiceQuotaExceededException" => {
            "the account's quota for this model is used up: ask again later, or raise it in Service Quotas"
        }
        "ModelNotReadyException"
        | "ServiceUnavailableException"
        | "InternalServerException"
        | "ModelTimeoutException" => {
            "Bedrock, or this model, can't answer now: ask again later; the AWS Health Dashboard tells more"
        }
        "ModelErrorException" => "the model failed: ask again, or name another one in CanaryModel",
        "ExpiredTokenException" | "UnrecognizedClientException" | "InvalidSignatureException" => {
            "AWS does not know the caller: look at the function's role"
        }
        "Timeout" | "Unreachable" => {
            "no answer came: look at the function's network, its VPC endpoints and their policies"
        }
        _ => "look the code up in the Amazon Bedrock API reference",
    };
    step.to_owned()
}

fn refused(message: &str) -> String {
    let Some(permission) = PERMISSIONS.into_iter().find(|permission| message.contains(permission)) else {
        return "the account has no access to the model, or the role of `readiness` no right to it: look at the box of model access, \
                at CanaryModel, and at service control policies"
            .to_owned();
    };
    let refuses = if message.contains("explicit deny") { "denies" } else { "does not allow" };
    let policy = POLICIES.into_iter().find(|policy| message.contains(policy)).map_or_else(
        || "a policy".to_owned(),
        |policy| {
            let article = if policy.starts_with('i') { "an" } else { "a" };
            format!("{article} {policy}")
        },
    );
    format!(
        "{policy} {refuses} {permission} to the role of `readiness`: look there, and at CanaryModel and CanaryGuardrail"
    )
}

#[cfg(test)]
mod tests {
    use super::next_step;

    #[test]
    fn every_class_of_error_has_a_next_step_of_its_own() {
        let codes = [
            "AccessDeniedException",
            "ResourceNotFoundException",
            "ValidationException",
            "ThrottlingException",
            "ServiceUnavailableException",
            "ModelErrorException",
            "ExpiredTokenException",
            "SomethingNew",
            "Unreachable",
        ];
        let steps: std::collections::BTreeSet<_> = codes.into_iter().map(|code| next_step(code, "")).collect();
        assert_eq!(steps.len(), codes.len());
    }

    #[test]
    fn what_is_lacking_is_told_and_nothing_else_of_the_message() {
        let told = |message: &str| next_step("AccessDeniedException", message);
        let name = "User: arn:aws:sts::111122223333:assumed-role/Secret/x is not authorized to perform: ";
        let missing = told(&format!(
            "{name}bedrock:ApplyGuardrail on resource: secret because no identity-based policy allows the bedrock:ApplyGuardrail action"
        ));
        assert!(missing.starts_with("an identity-based policy does not allow bedrock:ApplyGuardrail"), "{missing}");
        let denied = told(&format!(
            "{name}bedrock:InvokeModel on resource: secret with an explicit deny in a service control policy: secret"
        ));
        assert!(denied.starts_with("a service control policy denies bedrock:InvokeModel"), "{denied}");
        assert!(
            told("You don't have access to the model with the specified model ID.").contains("no access to the model")
        );
        assert!(![missing, denied].join("").to_lowercase().contains("secret"));
    }

    #[test]
    fn what_a_model_can_t_be_used_for_is_told_apart() {
        let told = |message: &str| next_step("ValidationException", message);
        let kinds = [
            told("Retry your request with the ID or ARN of an inference profile that contains this model."),
            told("data retention mode 'none' is not available for this model"),
            told("The provided model identifier is invalid."),
        ];
        assert!(kinds[0].contains("CanaryGeography") && !kinds[0].contains("retention"));
        assert!(kinds[1].contains("allowed modes") && !kinds[1].contains("Region"));
        assert!(kinds[2].contains("Region"));
    }
}
