//! The configuration in AWS's types and in the policy's.

use aws_sdk_bedrock::error::BuildError;
use aws_sdk_bedrock::types::{CloudWatchConfig, LoggingConfig, S3Config};
use policy::Redacted;
use policy::invocation_logging::{CloudWatchDestination, Configuration, Destinations, Modality, S3Destination};

/// What AWS shows. A kind of data of which nothing is said counts as not delivered.
pub(crate) fn read(config: LoggingConfig) -> Configuration {
    let delivered = |modality: &Modality| {
        let flag = match modality {
            Modality::Text => config.text_data_delivery_enabled,
            Modality::Image => config.image_data_delivery_enabled,
            Modality::Embedding => config.embedding_data_delivery_enabled,
            Modality::Video => config.video_data_delivery_enabled,
            Modality::Audio => config.audio_data_delivery_enabled,
        };
        flag == Some(true)
    };
    let deliver = Modality::ALL.into_iter().filter(delivered).collect();
    let cloudwatch = config.cloud_watch_config.map(|destination| CloudWatchDestination {
        group: destination.log_group_name,
        role_arn: destination.role_arn,
        large_data: destination.large_data_delivery_s3_config.map(place),
    });
    Configuration { destinations: Destinations { s3: config.s3_config.map(place), cloudwatch }, deliver }
}

fn place(config: S3Config) -> S3Destination {
    S3Destination { bucket: config.bucket_name, prefix: Redacted::new(config.key_prefix.unwrap_or_default()) }
}

/// The whole configuration as AWS takes it: every kind of data is named, so that nothing is left to a default.
pub(crate) fn whole(wanted: &Configuration) -> Result<LoggingConfig, BuildError> {
    let Destinations { s3, cloudwatch } = &wanted.destinations;
    let on = |modality: Modality| Some(wanted.deliver.contains(&modality));
    Ok(LoggingConfig::builder()
        .set_s3_config(s3.as_ref().map(s3_config).transpose()?)
        .set_cloud_watch_config(cloudwatch.as_ref().map(cloudwatch_config).transpose()?)
        .set_text_data_delivery_enabled(on(Modality::Text))
        .set_image_data_delivery_enabled(on(Modality::Image))
        .set_embedding_data_delivery_enabled(on(Modality::Embedding))
        .set_video_data_delivery_enabled(on(Modality::Video))
        .set_audio_data_delivery_enabled(on(Modality::Audio))
        .build())
}

fn s3_config(place: &S3Destination) -> Result<S3Config, BuildError> {
    let prefix = Some(place.prefix.expose().clone()).filter(|prefix| !prefix.is_empty());
    S3Config::builder().bucket_name(&place.bucket).set_key_prefix(prefix).build()
}

fn cloudwatch_config(destination: &CloudWatchDestination) -> Result<CloudWatchConfig, BuildError> {
    CloudWatchConfig::builder()
        .log_group_name(&destination.group)
        .role_arn(&destination.role_arn)
        .set_large_data_delivery_s3_config(destination.large_data.as_ref().map(s3_config).transpose()?)
        .build()
}
