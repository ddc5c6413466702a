//! Where credentials come from, in words.

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;

/// The environment variables of keys.
const KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const PROFILE: &str = "AWS_PROFILE";
const REGION: &str = "AWS_REGION";
/// What boto3, and with it SAM, reads alone, and the SDK for Rust after `AWS_REGION`.
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
/// What boto3 prefers to `AWS_PROFILE`, and the SDK for Rust does not read.
const DEFAULT_PROFILE: &str = "AWS_DEFAULT_PROFILE";

/// The only profile to ask with: by the command line, or by the environment where it has no keys, which come before its profile.
pub(crate) fn profile(asked: Option<&str>, environment: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let has_keys = environment(KEY).is_some() && environment(SECRET).is_some();
    asked.map(str::to_owned).or_else(|| environment(PROFILE).filter(|_| !has_keys))
}

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
    region: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    let marks = credentials.get_property::<Vec<Feature>>().map(Vec::as_slice).unwrap_or_default();
    let of_keys = marks.contains(&Feature::CredentialsEnvVars);
    let mut notes = Vec::new();
    if let Some(profile) = profile.filter(|_| environment(KEY).is_some()) {
        notes.push(format!(
            "{KEY} is set too, and not used: profile `{profile}` comes first here, but other programs may use it"
        ));
    }
    if let (None, Some(other)) = (profile, environment(PROFILE).filter(|_| of_keys)) {
        notes.push(format!("{PROFILE} ({other}) is set too, and not used: keys of the environment come first"));
    }
    let of_profile = profile.map(|name| format!(" --profile {name}")).unwrap_or_default();
    let deploy = format!("deploy with `sam deploy --region {region}{of_profile}`");
    match environment(DEFAULT_REGION) {
        Some(other) if other != region => {
            notes.push(format!("{DEFAULT_REGION} is {other}, where `sam deploy` by itself would go: {deploy}"));
        }
        None if environment(REGION).is_some() => {
            notes.push(format!("{REGION} is set, which SAM does not read, so `sam deploy` may go elsewhere: {deploy}"));
        }
        _ => {}
    }
    // Keys of the environment come before it for SAM too.
    if let Some(other) = environment(DEFAULT_PROFILE).filter(|other| !of_keys && *other != profile.unwrap_or("default"))
    {
        notes.push(format!(
            "{DEFAULT_PROFILE} is {other}, which SAM would use, and which is not asked with here: unset it, or ask with --profile \
             {other}; {deploy}"
        ));
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
        let notes = |credentials: &Credentials, profile, environment: &dyn Fn(&str) -> Option<String>| {
            notes(credentials, profile, "eu-west-1", environment)
        };
        assert!(notes(&of_profile, Some("audit"), &keys).iter().any(|note| note.contains(KEY)));
        assert!(notes(&of_profile, Some("audit"), &nothing).is_empty());
        let of_keys = credentials(&[Feature::CredentialsEnvVars]);
        let named = |name: &str| (name == PROFILE).then(|| "audit".to_owned());
        assert!(notes(&of_keys, None, &named).iter().any(|note| note.contains("audit")));
        assert!(notes(&of_profile, None, &named).is_empty());
    }

    #[test]
    fn the_environments_profile_is_as_good_as_named_unless_it_has_keys() {
        let of = |set: &'static [&'static str]| move |name: &str| set.contains(&name).then(|| "clinic".to_owned());
        assert_eq!(profile(None, &of(&[])), None);
        assert_eq!(profile(None, &of(&[PROFILE])), Some("clinic".to_owned()));
        assert_eq!(profile(None, &of(&[PROFILE, KEY])), Some("clinic".to_owned()), "half a pair of keys is none");
        assert_eq!(profile(None, &of(&[PROFILE, KEY, SECRET])), None);
        assert_eq!(profile(Some("audit"), &of(&[PROFILE, KEY, SECRET])), Some("audit".to_owned()));
    }

    #[test]
    fn where_sam_would_go_elsewhere_is_said_with_how_to_deploy_here() {
        let of_profile = credentials(&[Feature::CredentialsProfile]);
        let of_keys = credentials(&[Feature::CredentialsEnvVars]);
        let said = |credentials: &Credentials, profile, name: &str, value: &str| {
            let environment = |asked: &str| (asked == name).then(|| value.to_owned());
            notes(credentials, profile, "eu-west-1", &environment).join("\n")
        };
        for (note, piece) in [
            (said(&of_keys, None, DEFAULT_REGION, "us-east-1"), "sam deploy --region eu-west-1"),
            (said(&of_profile, Some("audit"), DEFAULT_REGION, "us-east-1"), "--region eu-west-1 --profile audit"),
            (said(&of_keys, None, REGION, "eu-west-1"), "SAM does not read"),
            (said(&of_profile, Some("audit"), DEFAULT_PROFILE, "clinic"), "AWS_DEFAULT_PROFILE is clinic"),
            (said(&of_profile, None, DEFAULT_PROFILE, "clinic"), "unset it"),
        ] {
            assert!(note.contains(piece), "{piece}: {note}");
        }
        assert_eq!(said(&of_keys, None, DEFAULT_REGION, "eu-west-1"), "");
        assert_eq!(said(&of_profile, Some("clinic"), DEFAULT_PROFILE, "clinic"), "");
        assert_eq!(said(&of_keys, None, DEFAULT_PROFILE, "clinic"), "");
    }
}
