//! Macie.

use aws_sdk_macie2::Client as Macie2;
use aws_sdk_macie2::operation::create_custom_data_identifier::CreateCustomDataIdentifierError;
use aws_sdk_macie2::operation::get_automated_discovery_configuration::{
    GetAutomatedDiscoveryConfigurationError, GetAutomatedDiscoveryConfigurationOutput,
};
use aws_sdk_macie2::operation::get_custom_data_identifier::{
    GetCustomDataIdentifierError, GetCustomDataIdentifierOutput,
};
use aws_sdk_macie2::operation::get_macie_session::{GetMacieSessionError, GetMacieSessionOutput};
use aws_sdk_macie2::operation::get_sensitivity_inspection_template::GetSensitivityInspectionTemplateOutput;
use aws_sdk_macie2::operation::list_custom_data_identifiers::ListCustomDataIdentifiersOutput;
use aws_sdk_macie2::operation::update_automated_discovery_configuration::UpdateAutomatedDiscoveryConfigurationOutput;
use aws_sdk_macie2::operation::update_sensitivity_inspection_template::{
    UpdateSensitivityInspectionTemplateInput, UpdateSensitivityInspectionTemplateOutput,
};
use aws_sdk_macie2::types::error::ResourceNotFoundException;
use aws_sdk_macie2::types::{
    AutoEnableMode, AutomatedDiscoveryStatus, CustomDataIdentifierSummary, MacieStatus,
    SensitivityInspectionTemplateExcludes, SensitivityInspectionTemplateIncludes,
};
use aws_smithy_mocks::{Rule, mock};
use policy::detectors::macie::{Discovery, Macie};
use policy::detectors::{Observation, Step};
use remediation::{Duty, ReadError, WriteError};

use super::*;

const TEMPLATE: &str = "t1";

fn session(status: &'static str) -> Rule {
    mock!(Macie2::get_macie_session)
        .then_output(move || GetMacieSessionOutput::builder().status(MacieStatus::from(status)).build())
}

fn session_denied(message: &'static str) -> Rule {
    mock!(Macie2::get_macie_session).then_error(move || GetMacieSessionError::generic(denied(message)))
}

fn discovery(status: &'static str) -> Rule {
    mock!(Macie2::get_automated_discovery_configuration).then_output(move || {
        GetAutomatedDiscoveryConfigurationOutput::builder()
            .status(AutomatedDiscoveryStatus::from(status))
            .auto_enable_organization_members(AutoEnableMode::None)
            .sensitivity_inspection_template_id(TEMPLATE)
            .build()
    })
}

fn listed(names: &'static [(&'static str, &'static str)]) -> Rule {
    mock!(Macie2::list_custom_data_identifiers).then_output(move || {
        let items = names.iter().map(|(id, name)| CustomDataIdentifierSummary::builder().id(*id).name(*name).build());
        ListCustomDataIdentifiersOutput::builder().set_items(Some(items.collect())).build()
    })
}

/// Every identifier is as the baseline has it.
fn identifier() -> Rule {
    let wanted = duty(&[], &[], &[]).baseline.macie_identifiers.remove(0);
    mock!(Macie2::get_custom_data_identifier).then_output(move || {
        GetCustomDataIdentifierOutput::builder()
            .regex(&wanted.regex)
            .set_keywords(Some(wanted.keywords.clone()))
            .maximum_match_distance(wanted.maximum_match_distance.into())
            .build()
    })
}

fn excludes() -> SensitivityInspectionTemplateExcludes {
    SensitivityInspectionTemplateExcludes::builder().managed_data_identifier_ids("USA_PASSPORT_NUMBER").build()
}

fn includes(custom: &[&str]) -> SensitivityInspectionTemplateIncludes {
    SensitivityInspectionTemplateIncludes::builder()
        .allow_list_ids("a1")
        .managed_data_identifier_ids("HTTP_COOKIE")
        .set_custom_data_identifier_ids(Some(custom.iter().map(|id| (*id).to_owned()).collect()))
        .build()
}

fn template(custom: &'static [&'static str]) -> Rule {
    mock!(Macie2::get_sensitivity_inspection_template)
        .match_requests(|request| request.id() == Some(TEMPLATE))
        .then_output(move || {
            GetSensitivityInspectionTemplateOutput::builder()
                .includes(includes(custom))
                .excludes(excludes())
                .description("theirs")
                .build()
        })
}

async fn macie(rules: &[&Rule]) -> Result<Observation, ReadError> {
    duty(rules, &[], &[]).observe(&Service::Macie).await.map(Option::unwrap)
}

fn include() -> Step {
    Step::IncludeIdentifiers { names: vec!["MRN".to_owned()] }
}

#[tokio::test]
async fn only_macies_own_word_for_it_means_that_it_is_off() {
    assert_eq!(macie(&[&session_denied("Macie is not enabled.")]).await, Ok(Observation::Macie(Macie::Disabled)));
    for message in [IAM, MEMBER, "", "Access denied"] {
        let error = macie(&[&session_denied(message)]).await.unwrap_err();
        assert!(error.to_string().contains("macie2:GetMacieSession failed: AccessDenied"), "{error}");
    }
}

#[tokio::test]
async fn of_a_suspended_macie_nothing_else_is_read() {
    for word in ["PAUSED", "BRAND_NEW"] {
        let suspended = Macie::Suspended { status: word.to_owned() };
        assert_eq!(macie(&[&session(word)]).await, Ok(Observation::Macie(suspended)));
    }
}

#[tokio::test]
async fn discovery_that_the_administrator_account_keeps_to_itself_is_no_failure() {
    let asked = |message: &'static str| {
        mock!(Macie2::get_automated_discovery_configuration)
            .then_error(move || GetAutomatedDiscoveryConfigurationError::generic(denied(message)))
    };
    let (on, none) = (session("ENABLED"), listed(&[]));
    let Ok(Observation::Macie(Macie::Running(seen))) = macie(&[&on, &none, &asked(MEMBER)]).await else { panic!() };
    assert_eq!(seen.discovery, Discovery::Managed);
    assert!(macie(&[&on, &none, &asked(IAM)]).await.is_err());
    assert!(macie(&[&on, &none, &asked("Macie is not enabled")]).await.is_err());
}

#[tokio::test]
async fn an_identifier_that_is_gone_or_marked_as_deleted_is_not_there() {
    let gone = mock!(Macie2::get_custom_data_identifier).then_error(|| {
        GetCustomDataIdentifierError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let marked = mock!(Macie2::get_custom_data_identifier)
        .then_output(|| GetCustomDataIdentifierOutput::builder().deleted(true).build());
    for rule in [gone, marked] {
        let rules = [&session("ENABLED"), &listed(&[("i1", "MRN"), ("i2", "theirs")]), &discovery("DISABLED"), &rule];
        let Ok(Observation::Macie(Macie::Running(seen))) = macie(&rules).await else { panic!() };
        assert_eq!(seen.identifiers, []);
        // Each name is asked for once, and others' are not.
        assert_eq!(rule.num_calls(), 1);
    }
}

#[tokio::test]
async fn the_template_keeps_all_that_others_put_there() {
    let right = |request: &UpdateSensitivityInspectionTemplateInput| {
        request.id() == Some(TEMPLATE)
            && request.includes() == Some(&includes(&["theirs", "i1"]))
            && request.excludes() == Some(&excludes())
            && request.description() == Some("theirs")
    };
    let update = mock!(Macie2::update_sensitivity_inspection_template)
        .match_requests(right)
        .then_output(|| UpdateSensitivityInspectionTemplateOutput::builder().build());
    let rules = [&discovery("ENABLED"), &listed(&[("i1", "MRN")]), &identifier(), &template(&["theirs"]), &update];
    assert_eq!(apply(&include(), &duty(&rules, &[], &[])).await, Ok(()));
    assert_eq!(update.num_calls(), 1);
}

#[tokio::test]
async fn the_template_is_not_written_for_nothing() {
    let (on, off) = (discovery("ENABLED"), discovery("DISABLED"));
    let (there, absent, own) = (listed(&[("i1", "MRN")]), listed(&[]), identifier());
    let (full, empty) = (template(&["i1"]), template(&[]));
    assert_eq!(apply(&include(), &duty(&[&on, &there, &own, &full], &[], &[])).await, Ok(()));
    // Its control is held back.
    assert_eq!(apply(&include(), &duty(&[&on, &absent, &empty], &[], &[])).await, Ok(()));
    assert!(changed(&apply(&include(), &duty(&[&off], &[], &[])).await));
}

#[tokio::test]
async fn a_second_identifier_of_the_name_is_not_made() {
    let create = Step::CreateIdentifier { identifier: duty(&[], &[], &[]).baseline.macie_identifiers[0].clone() };
    assert!(changed(&apply(&create, &duty(&[&listed(&[("i1", "MRN")])], &[], &[])).await));
    for (code, piece) in [("ValidationException", "baseline"), ("ServiceQuotaExceededException", "quota")] {
        let refuses = mock!(Macie2::create_custom_data_identifier)
            .then_error(move || CreateCustomDataIdentifierError::generic(coded(code)));
        let result = apply(&create, &duty(&[&listed(&[]), &refuses], &[], &[])).await;
        assert!(refused(&result).contains(piece));
    }
}

#[tokio::test]
async fn what_the_administrator_account_or_a_switch_decides_is_refused_for_good_and_a_lack_of_permission_fails() {
    for (message, piece) in [(MEMBER, "administrator account"), ("Macie is not enabled", "detectors.macie")] {
        let rule = mock!(Macie2::get_automated_discovery_configuration)
            .then_error(move || GetAutomatedDiscoveryConfigurationError::generic(denied(message)));
        let result = apply(&Step::EnableDiscovery, &duty(&[&rule], &[], &[])).await;
        assert!(refused(&result).contains(piece));
    }
    let rule = mock!(Macie2::get_automated_discovery_configuration)
        .then_error(|| GetAutomatedDiscoveryConfigurationError::generic(denied(IAM)));
    assert!(matches!(apply(&Step::EnableDiscovery, &duty(&[&rule], &[], &[])).await, Err(WriteError::Aws(_))));
}

#[tokio::test]
async fn discovery_is_switched_on_for_no_other_account() {
    let update = mock!(Macie2::update_automated_discovery_configuration)
        .match_requests(|request| {
            request.status() == Some(&AutomatedDiscoveryStatus::Enabled)
                && request.auto_enable_organization_members() == Some(&AutoEnableMode::None)
        })
        .then_output(|| UpdateAutomatedDiscoveryConfigurationOutput::builder().build());
    let rules = [&discovery("DISABLED"), &update];
    assert_eq!(apply(&Step::EnableDiscovery, &duty(&rules, &[], &[])).await, Ok(()));
    assert_eq!(update.num_calls(), 1);
}
