//! Where credentials come from, in words.

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;

/// The environment variables of keys.
const KEY: &str = "AWS_ACCESS_KEY_ID";
const PROFILE: &str = "AWS_PROFILE";

/// By the marks that each provider leaves on what it gives.
pub(crate) fn said(
    credentials: &Credentials,
    profile: Option<&str>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> String {
    let marks = credentials.get_property::<Vec<Feature>>().map(Vec::as_slice).unwrap_or_default();
    let named = profile.map(str::to_owned).or_else(|| environment(PROFILE)).unwrap_or_else(|| "default".to_owned());
    kind(marks).replace('@', &format!("profile `{named}`"))
}

fn kind(marks: &[Feature]) -> &'static str {
    use Feature as F;
    let any = |wanted: &[F]| marks.iter().any(|mark| wanted.contains(mark));
    if any(&[F::CredentialsEnvVars]) {
        "keys of the environment (AWS_ACCESS_KEY_ID)"
    } else if any(&[
        F::CredentialsEnvVarsStsWebIdToken,
        F::CredentialsProfileStsWebIdToken,
        F::CredentialsStsAssumeRoleWebId,
    ]) {
        "a role, by a web identity token"
    } else if any(&[F::CredentialsProfileSso, F::CredentialsSso]) {
        "IAM Identity Center (SSO), @"
    } else if any(&[F::CredentialsProfileProcess, F::CredentialsProcess]) {
        "the program (credential_process) of @"
    } else if any(&[F::CredentialsHttp]) {
        "the container's role"
    } else if any(&[F::CredentialsImds]) {
        "the role of this EC2 instance"
    } else if any(&[F::CredentialsProfile, F::CredentialsProfileSourceProfile, F::CredentialsProfileNamedProvider]) {
        "@"
    } else {
        "credentials of a source that the SDK does not name"
    }
}

/// What could have been meant instead.
pub(crate) fn notes(
    credentials: &Credentials,
    profile: Option<&str>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    let marks = credentials.get_property::<Vec<Feature>>().map(Vec::as_slice).unwrap_or_default();
    let mut notes = Vec::new();
    if profile.is_some() && environment(KEY).is_some() {
        notes
            .push(format!("{KEY} is set too, and not used: --profile comes first here, but other programs may use it"));
    }
    if let (None, Some(other)) =
        (profile, environment(PROFILE).filter(|_| marks.contains(&Feature::CredentialsEnvVars)))
    {
        notes.push(format!("{PROFILE} ({other}) is set too, and not used: keys of the environment come first"));
    }
    notes
}

/// What is asked instead of AWS: the endpoint for all services, and those of single ones, by the environment.
pub(crate) fn endpoints(sdk: &SdkConfig) -> Vec<String> {
    let single = std::env::vars().filter(|(name, value)| name.starts_with("AWS_ENDPOINT_URL_") && !value.is_empty());
    let single = single.map(|(name, value)| format!("{value} ({name})"));
    sdk.endpoint_url().map(str::to_owned).into_iter().chain(single).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(marks: &[Feature]) -> Credentials {
        let mut made = Credentials::for_tests();
        *made.get_property_mut_or_default::<Vec<Feature>>() = marks.to_vec();
        made
    }

    #[test]
    fn each_source_is_said_with_its_profile() {
        let environment = |name: &str| (name == PROFILE).then(|| "clinic".to_owned());
        for (marks, profile, expected) in [
            (vec![Feature::CredentialsEnvVars], None, "keys of the environment (AWS_ACCESS_KEY_ID)"),
            // What it is in the profile, keys or a role, the ARN tells.
            (vec![Feature::CredentialsProfile], Some("audit"), "profile `audit`"),
            (vec![Feature::CredentialsProfile], None, "profile `clinic`"),
            (
                vec![Feature::CredentialsProfileSso, Feature::CredentialsSso],
                None,
                "IAM Identity Center (SSO), profile `clinic`",
            ),
            (vec![Feature::CredentialsImds], None, "the role of this EC2 instance"),
            (vec![], None, "credentials of a source that the SDK does not name"),
        ] {
            assert_eq!(said(&credentials(&marks), profile, &environment), expected, "{marks:?}");
        }
    }

    #[test]
    fn what_is_set_and_not_used_is_said() {
        let keys = |name: &str| (name == KEY).then(|| "AKIA".to_owned());
        let nothing = |_: &str| None;
        let of_profile = credentials(&[Feature::CredentialsProfile]);
        assert!(notes(&of_profile, Some("audit"), &keys).iter().any(|note| note.contains(KEY)));
        assert!(notes(&of_profile, Some("audit"), &nothing).is_empty());
        let of_keys = credentials(&[Feature::CredentialsEnvVars]);
        let named = |name: &str| (name == PROFILE).then(|| "audit".to_owned());
        assert!(notes(&of_keys, None, &named).iter().any(|note| note.contains("audit")));
        assert!(notes(&of_profile, None, &named).is_empty());
    }
}
