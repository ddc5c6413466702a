//! What no setting covers: said in every report, so that whoever signs it knows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that is known not to be covered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Gap {
    /// A few words.
    pub title: String,
    /// What is not covered, and what is done about it.
    pub text: String,
    /// Where AWS says so.
    pub source: String,
}

const GAPS: [[&str; 3]; 8] = [
    [
        "bedrock-mantle is not in the invocation logs",
        "Invocation logging records InvokeModel, InvokeModelWithResponseStream, Converse and ConverseStream. Calls of the \
         bedrock-mantle endpoint (Responses API) are in no invocation log; CloudTrail data events tell that they were made, not \
         what was said.",
        "Amazon Bedrock User Guide, \"Monitor model invocation using CloudWatch Logs and Amazon S3\"",
    ],
    [
        "Guardrails don't mask traces and logs",
        "A guardrail masks what is sent to a model and what comes back. Invocation logs hold the original request, and the \
         trace of a guardrail's answer holds what was matched, unmasked. Filters don't look into tool use.",
        "Amazon Bedrock User Guide, \"Remove PII from conversations by using sensitive information filters\"",
    ],
    [
        "Images flagged by CSAM detection",
        "Whatever the retention mode, Amazon Bedrock may store and review image inputs that its detection of child sexual abuse \
         material flags, and report them. This can't be configured.",
        "Amazon Bedrock User Guide, \"Amazon Bedrock abuse detection\"",
    ],
    [
        "Events may not arrive",
        "CloudTrail's events reach EventBridge on a best-effort basis, and none is sent while no trail logs. What no event told \
         is found by the sweep, so a drift can last until the next one. Inference that is over is told of by its event alone.",
        "Amazon EventBridge User Guide, \"Events from AWS services\"",
    ],
    [
        "What no duty looks at",
        "AgentCore (memory, gateways, token vaults), and vector stores that no knowledge base uses, are not listed: a person \
         attests that they are encrypted, or not used. The approved models and those that were invoked by InvokeModel or Converse \
         are compared with what they allow; which models bedrock-mantle, imports or provisioned throughput served is not counted.",
        "Phiward, docs/deployment.md",
    ],
    [
        "Who else may read",
        "Readers of the invocation logs are those whom IAM policies of this account let unmask or decrypt. A key's policy or grant, a \
         bucket's policy and other accounts can admit further ones; AWS IAM Access Analyzer finds what is shared with others.",
        "AWS KMS Developer Guide, \"Determining access to AWS KMS keys\"",
    ],
    [
        "Load balancers and gateways",
        "AWS Config's rules look at Classic and Application Load Balancers. Network Load Balancers, API Gateway and CloudFront are \
         not looked at.",
        "AWS Config Developer Guide, \"List of AWS Config Managed Rules\"",
    ],
    [
        "One Region, one account",
        "Phiward looks at the account and Region that it is deployed in. Every other Region in use needs a deployment, and has a \
         report, of its own.",
        "Phiward, docs/deployment.md",
    ],
];

pub(super) fn all() -> Vec<Gap> {
    let gap = |[title, text, source]: [&str; 3]| Gap {
        title: title.to_owned(),
        text: text.to_owned(),
        source: source.to_owned(),
    };
    GAPS.map(gap).into()
}
