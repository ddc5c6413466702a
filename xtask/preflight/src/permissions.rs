//! Which actions it takes to make each type of resource: what CloudFormation does with the credentials of who deploys.
//!
//! From the permissions of the create handlers in CloudFormation's registry, as far as the template sets what they are for.
//! `{…}` stands for what is known of the caller; a new resource has a name that CloudFormation makes from the stack's.

use crate::template;

/// Actions on one resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needed {
    /// What is made.
    pub(crate) kind: &'static str,
    /// `service:Action`.
    pub(crate) actions: &'static [&'static str],
    /// The ARN of one that would be made, or `*` where the actions have no resource.
    pub(crate) resource: &'static str,
}

const fn needed(kind: &'static str, actions: &'static [&'static str], resource: &'static str) -> Needed {
    Needed { kind, actions, resource }
}

/// For the deploy itself, whatever is in the template.
const ALWAYS: &[Needed] = &[
    needed(
        "the stack",
        &[
            "cloudformation:CreateChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:DescribeStacks",
            "cloudformation:DescribeStackEvents",
            "cloudformation:GetTemplateSummary",
        ],
        "arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/preflight",
    ),
    needed(
        "SAM's transform",
        &["cloudformation:CreateChangeSet"],
        "arn:{partition}:cloudformation:{region}:aws:transform/Serverless-2016-10-31",
    ),
    // `resolve_s3` of samconfig.toml has SAM make a stack with a bucket first, if they are not there.
    needed(
        "SAM's own stack",
        &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:DescribeStacks"],
        "arn:{partition}:cloudformation:{region}:{account}:stack/aws-sam-cli-managed-default/preflight",
    ),
    needed(
        "SAM's own bucket",
        &[
            "s3:CreateBucket",
            "s3:PutBucketPolicy",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutBucketTagging",
            "s3:PutBucketPublicAccessBlock",
        ],
        "arn:{partition}:s3:::aws-sam-cli-managed-default-samclisourcebucket-preflight",
    ),
    needed(
        "SAM's bucket for what is deployed",
        &["s3:PutObject", "s3:GetObject"],
        "arn:{partition}:s3:::aws-sam-cli-managed-default-samclisourcebucket-preflight/{stack}/preflight",
    ),
];

const BY_TYPE: &[Needed] = &[
    needed("AWS::CloudWatch::Alarm", &["cloudwatch:PutMetricAlarm"], ALARM),
    needed("AWS::CloudWatch::Alarm", &["cloudwatch:DescribeAlarms"], "*"),
    needed(
        "AWS::CloudWatch::Dashboard",
        &["cloudwatch:PutDashboard", "cloudwatch:GetDashboard"],
        "arn:{partition}:cloudwatch::{account}:dashboard/{stack}-preflight",
    ),
    needed(
        "AWS::DynamoDB::Table",
        &[
            "dynamodb:CreateTable",
            "dynamodb:DescribeTable",
            "dynamodb:DescribeContinuousBackups",
            "dynamodb:UpdateContinuousBackups",
        ],
        "arn:{partition}:dynamodb:{region}:{account}:table/{stack}-preflight",
    ),
    needed("AWS::DynamoDB::Table", &["kms:CreateGrant", "kms:Decrypt"], KEY),
    needed(
        "AWS::Events::Rule",
        &["events:PutRule", "events:DescribeRule", "events:PutTargets"],
        "arn:{partition}:events:{region}:{account}:rule/{stack}-preflight",
    ),
    needed(
        "AWS::IAM::ManagedPolicy",
        &["iam:CreatePolicy", "iam:GetPolicy"],
        "arn:{partition}:iam::{account}:policy/{stack}-preflight",
    ),
    needed("AWS::IAM::Role", &["iam:CreateRole", "iam:GetRole", "iam:AttachRolePolicy", "iam:PassRole"], ROLE_ARN),
    needed("AWS::KMS::Alias", &["kms:CreateAlias"], "arn:{partition}:kms:{region}:{account}:alias/{stack}-preflight"),
    needed("AWS::KMS::Alias", &["kms:CreateAlias"], KEY),
    needed("AWS::KMS::Key", &["kms:CreateKey"], "*"),
    needed("AWS::KMS::Key", &["kms:PutKeyPolicy", "kms:EnableKeyRotation", "kms:DescribeKey"], KEY),
    needed("AWS::Lambda::Alias", &["lambda:CreateAlias"], LAMBDA),
    needed("AWS::Lambda::EventInvokeConfig", &["lambda:PutFunctionEventInvokeConfig"], LAMBDA),
    needed("AWS::Lambda::Function", &["lambda:CreateFunction", "lambda:GetFunction", "lambda:TagResource"], LAMBDA),
    needed("AWS::Lambda::Permission", &["lambda:AddPermission"], LAMBDA),
    needed("AWS::Lambda::Url", &["lambda:CreateFunctionUrlConfig"], LAMBDA),
    needed("AWS::Lambda::Version", &["lambda:PublishVersion"], LAMBDA),
    needed(
        "AWS::Logs::LogGroup",
        &["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:AssociateKmsKey", "logs:DescribeLogGroups"],
        "arn:{partition}:logs:{region}:{account}:log-group:{stack}-preflight",
    ),
    needed(
        "AWS::S3::Bucket",
        &[
            "s3:CreateBucket",
            "s3:PutEncryptionConfiguration",
            "s3:PutBucketVersioning",
            "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketTagging",
            "s3:PutLifecycleConfiguration",
        ],
        BUCKET,
    ),
    needed("AWS::S3::BucketPolicy", &["s3:GetBucketPolicy", "s3:PutBucketPolicy"], BUCKET),
    needed("AWS::SNS::Subscription", &["sns:Subscribe"], TOPIC),
    needed("AWS::SNS::Topic", &["sns:CreateTopic", "sns:GetTopicAttributes"], TOPIC),
    needed("AWS::SNS::TopicPolicy", &["sns:SetTopicAttributes"], TOPIC),
    needed("AWS::SQS::Queue", &["sqs:CreateQueue", "sqs:GetQueueAttributes"], QUEUE),
    needed("AWS::SQS::QueuePolicy", &["sqs:SetQueueAttributes"], QUEUE),
];

/// Types that the template makes only for a parameter that is not set unless somebody wants it: who deploys without it needs none of
/// this, and is told of it only.
pub(crate) const OPTIONAL: &[Optional] = &[Optional {
    kind: "AWS::Config::ConformancePack",
    parameter: "DeployConformancePack=true",
    actions: &["config:PutConformancePack", "config:DescribeConformancePackStatus", "iam:CreateServiceLinkedRole"],
}];

/// What a parameter takes besides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Optional {
    /// What is made then.
    pub(crate) kind: &'static str,
    /// As it is given to the deploy.
    pub(crate) parameter: &'static str,
    /// `service:Action`.
    pub(crate) actions: &'static [&'static str],
}

const ALARM: &str = "arn:{partition}:cloudwatch:{region}:{account}:alarm:{stack}-preflight";
const BUCKET: &str = "arn:{partition}:s3:::{stack}-preflight";
const KEY: &str = "arn:{partition}:kms:{region}:{account}:key/00000000-0000-0000-0000-000000000000";
const LAMBDA: &str = "arn:{partition}:lambda:{region}:{account}:function:{stack}-preflight";
const QUEUE: &str = "arn:{partition}:sqs:{region}:{account}:{stack}-preflight";
const ROLE_ARN: &str = "arn:{partition}:iam::{account}:role/{stack}-preflight";
const TOPIC: &str = "arn:{partition}:sns:{region}:{account}:{stack}-preflight";

/// All that this template's deploy takes.
pub(crate) fn of_template() -> impl Iterator<Item = &'static Needed> {
    let kinds = template::resources();
    ALWAYS.iter().chain(BY_TYPE.iter().filter(move |each| kinds.contains_key(each.kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_the_template_has_its_actions() {
        for kind in template::resources().keys() {
            let known = BY_TYPE.iter().map(|each| each.kind).chain(OPTIONAL.iter().map(|each| each.kind));
            assert!(
                known.into_iter().any(|each| each == kind),
                "{kind} of template.yaml is not in the table: add its actions"
            );
        }
    }

    #[test]
    fn no_entry_is_for_a_type_that_the_template_does_not_have() {
        let kinds = template::resources();
        for kind in BY_TYPE.iter().map(|each| each.kind).chain(OPTIONAL.iter().map(|each| each.kind)) {
            assert!(kinds.contains_key(kind), "{kind} is not in template.yaml any more");
        }
    }

    #[test]
    fn what_the_template_sets_is_among_the_actions() {
        let actions: Vec<&str> = of_template().flat_map(|each| each.actions).copied().collect();
        for (resource, piece, action) in [
            ("EvidenceBucket", "ObjectLockConfiguration:", "s3:PutBucketObjectLockConfiguration"),
            ("QuarantineBucket", "LifecycleConfiguration:", "s3:PutLifecycleConfiguration"),
            ("QuarantineBucket", "Tags:", "s3:PutBucketTagging"),
            ("PhiwardKey", "EnableKeyRotation: true", "kms:EnableKeyRotation"),
            ("LedgerTable", "PointInTimeRecoverySpecification:", "dynamodb:UpdateContinuousBackups"),
        ] {
            assert!(template::resource(resource).contains(piece), "{resource} has no {piece} any more");
            assert!(actions.contains(&action), "{action}");
        }
    }
}
