//! The journal's log stream.

use std::sync::{Arc, Mutex};

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::create_log_stream::{CreateLogStreamError, CreateLogStreamOutput};
use aws_sdk_cloudwatchlogs::operation::put_log_events::{PutLogEventsError, PutLogEventsOutput};
use aws_sdk_cloudwatchlogs::types::RejectedLogEventsInfo;
use aws_sdk_cloudwatchlogs::types::error::{
    ResourceAlreadyExistsException, ResourceNotFoundException, ServiceUnavailableException,
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use remediation::journal::{Lines, LogStream};

fn stream(rules: &[&Rule]) -> LogStream {
    LogStream::new(mock_client!(aws_sdk_cloudwatchlogs, RuleMode::Sequential, rules), "g".to_owned(), "s".to_owned())
}

fn made() -> Rule {
    mock!(Client::create_log_stream)
        .match_requests(|request| (request.log_group_name(), request.log_stream_name()) == (Some("g"), Some("s")))
        .then_output(|| CreateLogStreamOutput::builder().build())
}

fn taken() -> Rule {
    mock!(Client::put_log_events).then_output(|| PutLogEventsOutput::builder().build())
}

#[tokio::test]
async fn the_stream_is_made_once_and_takes_each_line_as_it_is() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let lines = Arc::clone(&seen);
    let taken = mock!(Client::put_log_events).match_requests(|_| true).then_compute_output(move |request| {
        assert_eq!((request.log_group_name(), request.log_stream_name()), (Some("g"), Some("s")));
        lines.lock().unwrap().extend(request.log_events().iter().map(|event| event.message().to_owned()));
        PutLogEventsOutput::builder().build()
    });
    let made = made();
    let client = mock_client!(aws_sdk_cloudwatchlogs, RuleMode::MatchAny, &[&made, &taken]);
    let stream = LogStream::new(client, "g".to_owned(), "s".to_owned());
    stream.put("one".to_owned()).await.unwrap();
    stream.put("two".to_owned()).await.unwrap();
    assert_eq!((made.num_calls(), seen.lock().unwrap().clone()), (1, vec!["one".to_owned(), "two".to_owned()]));
}

#[tokio::test]
async fn a_stream_that_is_there_already_will_do() {
    let there = mock!(Client::create_log_stream).then_error(|| {
        CreateLogStreamError::ResourceAlreadyExistsException(ResourceAlreadyExistsException::builder().build())
    });
    stream(&[&there, &taken()]).put("one".to_owned()).await.unwrap();
}

#[tokio::test]
async fn what_was_not_taken_is_an_error() {
    let rejected = mock!(Client::put_log_events).then_output(|| {
        let why = RejectedLogEventsInfo::builder().too_old_log_event_end_index(1).build();
        PutLogEventsOutput::builder().rejected_log_events_info(why).build()
    });
    let error = stream(&[&made(), &rejected]).put("one".to_owned()).await.unwrap_err();
    assert_eq!(error.to_string(), "logs:PutLogEvents (journal) failed: Rejected");
    let unavailable = mock!(Client::create_log_stream).then_error(|| {
        CreateLogStreamError::ServiceUnavailableException(ServiceUnavailableException::builder().build())
    });
    assert!(stream(&[&unavailable]).put("one".to_owned()).await.is_err());
}

#[tokio::test]
async fn a_stream_that_somebody_deleted_is_made_anew() {
    let gone = mock!(Client::put_log_events)
        .then_error(|| PutLogEventsError::ResourceNotFoundException(ResourceNotFoundException::builder().build()));
    let stream = stream(&[&made(), &gone, &made(), &taken()]);
    assert!(stream.put("one".to_owned()).await.is_err());
    stream.put("one".to_owned()).await.unwrap();
}
