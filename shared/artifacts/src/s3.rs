use std::borrow::Cow;
use std::fs::File;
use std::io::{Seek, Write};
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;
use aws_sdk_s3::primitives::ByteStream;

use crate::{Entry, Store, StoreError, Version, aws_config, boxed, checked};

/// How often a create is sent again after S3 answered that another one of the same key is under way.
const CONFLICT_TRIES: u32 = 5;

/// The first pause after such an answer; each next one is twice as long.
const CONFLICT_PAUSE: Duration = Duration::from_millis(50);

/// A store below a prefix of an S3 bucket.
///
/// Credentials and region come from where AWS tools take them: the environment, the shared profile, the host's role.
/// With `AWS_ENDPOINT_URL` set, any server that speaks S3 with conditional writes will do.
#[derive(Debug, Clone)]
pub struct S3 {
    client: Client,
    bucket: String,
    prefix: String,
}

impl S3 {
    /// Connects to the bucket; `prefix` is empty or ends in `/`. Nothing is sent yet.
    pub async fn connect(bucket: &str, prefix: &str) -> Self {
        let shared = aws_config().await;
        // Servers other than AWS have no host name per bucket.
        let config = aws_sdk_s3::config::Builder::from(&shared)
            .force_path_style(shared.endpoint_url().is_some())
            .build();
        Self::over(Client::from_conf(config), bucket, prefix)
    }

    fn over(client: Client, bucket: &str, prefix: &str) -> Self {
        Self {
            client,
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        }
    }

    fn key(&self, key: &str) -> Result<String, StoreError> {
        Ok(format!("{}{}", self.prefix, checked(key)?))
    }

    /// The object as S3 starts to send it.
    async fn fetch(&self, key: &str) -> Result<(ByteStream, Option<String>), StoreError> {
        let get = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(self.key(key)?);
        match boxed(get.send()).await {
            Ok(object) => Ok((object.body, object.e_tag)),
            Err(error) => Err(Failure::from(error).into_error(self.place(key))),
        }
    }

    async fn read(&self, key: &str) -> Result<(Vec<u8>, Option<String>), StoreError> {
        let (body, e_tag) = self.fetch(key).await?;
        match body.collect().await {
            Ok(bytes) => Ok((bytes.to_vec(), e_tag)),
            Err(error) => Err(self.broken(key, error)),
        }
    }

    /// The error of a body that stopped on its way, or could not be kept.
    fn broken(
        &self,
        key: &str,
        error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> StoreError {
        StoreError::Unavailable {
            place: self.place(key),
            source: error.into(),
        }
    }

    /// Writes an object under a condition.
    async fn put(&self, key: &str, condition: Condition<'_>, bytes: &[u8]) -> Result<(), Failure> {
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(format!("{}{key}", self.prefix));
        let put = match condition {
            Condition::Absent => put.if_none_match("*"),
            Condition::Unchanged(Version(e_tag)) => put.if_match(e_tag),
        };
        let sent = boxed(put.body(ByteStream::from(bytes.to_vec())).send());
        sent.await.map(drop).map_err(Failure::from)
    }
}

impl Store for S3 {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        Ok(self.read(key).await?.0)
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        let (mut body, _) = self.fetch(key).await?;
        let mut file = tempfile::tempfile().map_err(|error| self.broken(key, error))?;
        while let Some(part) = body.next().await {
            let part = part.map_err(|error| self.broken(key, error))?;
            file.write_all(&part)
                .map_err(|error| self.broken(key, error))?;
        }
        file.rewind().map_err(|error| self.broken(key, error))?;
        Ok(file)
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut pause = CONFLICT_PAUSE;
        let mut tries = 1;
        loop {
            let failure = match self.put(checked(key)?, Condition::Absent, bytes).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            match failure.kind {
                // Somebody was first, or an earlier try of this very request whose answer was lost.
                Kind::Precondition => match self.get(key).await {
                    Ok(held) if held == bytes => return Ok(()),
                    Ok(_) => {
                        return Err(StoreError::Exists {
                            place: self.place(key),
                        });
                    }
                    Err(StoreError::NotFound { .. }) if tries < CONFLICT_TRIES => {}
                    Err(error) => return Err(error),
                },
                Kind::Conflict if tries < CONFLICT_TRIES => {}
                _ => return Err(failure.into_error(self.place(key))),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            tries += 1;
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let folder = match prefix.trim_end_matches('/') {
            "" => self.prefix.clone(),
            prefix => format!("{}/", self.key(prefix)?),
        };
        let mut entries = Vec::new();
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(folder)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Failure::from(error).into_error(self.place(prefix)))?;
            for object in page.contents.unwrap_or_default() {
                let key = object
                    .key
                    .as_deref()
                    .and_then(|key| key.strip_prefix(&self.prefix));
                // The console marks a folder by an empty object whose key ends in `/`.
                if let Some(key) = key.filter(|key| !key.ends_with('/')) {
                    let bytes = object.size.and_then(|size| u64::try_from(size).ok());
                    entries.push(Entry {
                        key: key.to_owned(),
                        bytes: bytes.unwrap_or_default(),
                    });
                }
            }
        }
        entries.sort();
        Ok(entries)
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        match self.read(key).await {
            Ok((bytes, Some(e_tag))) => Ok(Some((bytes, Version(e_tag)))),
            Ok((_, None)) => {
                Err(self.broken(key, "the answer has no ETag, so it cannot be swapped"))
            }
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let condition = expected.map_or(Condition::Absent, Condition::Unchanged);
        match self.put(checked(key)?, condition, bytes).await {
            Ok(()) => Ok(true),
            // `Missing`: what was read has been deleted since.
            Err(Failure {
                kind: Kind::Precondition | Kind::Conflict | Kind::Missing,
                ..
            }) => Ok(false),
            Err(failure) => Err(failure.into_error(self.place(key))),
        }
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let delete = self
            .client
            .delete_object()
            .bucket(&self.bucket)
            .key(self.key(key)?);
        match boxed(delete.send()).await.map_err(Failure::from) {
            Ok(_) => Ok(()),
            // S3 itself does not mind; others that speak it may.
            Err(failure) if failure.kind == Kind::Missing => Ok(()),
            Err(failure) => Err(failure.into_error(self.place(key))),
        }
    }

    fn place(&self, key: &str) -> String {
        format!("s3://{}/{}{key}", self.bucket, self.prefix)
    }
}

/// When a write may happen.
enum Condition<'a> {
    Absent,
    Unchanged(&'a Version),
}

/// What S3's answer means to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Missing,
    Precondition,
    Conflict,
    Denied,
    Unavailable,
}

/// Why S3 did not do what it was asked: in kind, and in words.
#[derive(Debug)]
struct Failure {
    kind: Kind,
    text: String,
}

impl Failure {
    fn into_error(self, place: String) -> StoreError {
        match self.kind {
            Kind::Missing => StoreError::NotFound { place },
            Kind::Precondition => StoreError::Exists { place },
            Kind::Denied => StoreError::Denied {
                place,
                source: self.text.into(),
            },
            Kind::Conflict | Kind::Unavailable => StoreError::Unavailable {
                place,
                source: self.text.into(),
            },
        }
    }
}

impl<E> From<SdkError<E>> for Failure
where
    E: std::error::Error + ProvideErrorMetadata + RequestId + Send + Sync + 'static,
{
    /// The one place where errors of the SDK are told apart.
    fn from(error: SdkError<E>) -> Self {
        if let SdkError::ServiceError(answer) = &error {
            let status = answer.raw().status().as_u16();
            let code = answer.err().code().unwrap_or_default();
            let said = answer.err().message().map_or(Cow::Borrowed(""), |said| {
                format!(": {}", refusal(said)).into()
            });
            let request = answer.err().request_id().unwrap_or("unknown");
            return Self {
                kind: kind(status, code),
                text: format!("S3 answered {status} {code}{said} (request {request})"),
            };
        }
        let mut kind = Kind::Unavailable;
        let mut text = "S3 was not reached".to_owned();
        let mut cause = Some(&error as &(dyn std::error::Error + 'static));
        while let Some(error) = cause {
            if error.downcast_ref::<CredentialsError>().is_some() {
                kind = Kind::Denied;
                "there are no usable AWS credentials; sign in, or set them in the environment"
                    .clone_into(&mut text);
            }
            cause = error.source();
            if cause.is_none() {
                text = format!("{text}: {error}");
            }
        }
        if matches!(error, SdkError::ConstructionFailure(_)) {
            kind = Kind::Denied;
        }
        Self { kind, text }
    }
}

/// What S3 says, and of a refusal what was not allowed: before it S3 names the caller at such length that a fault's message
/// would end there.
fn refusal(said: &str) -> &str {
    let refused = said.split_once(" is not authorized to perform: ");
    refused.map_or(said, |(_, action)| action)
}

/// The kind of an answer by its status and S3's code for it.
fn kind(status: u16, code: &str) -> Kind {
    match (status, code) {
        (404, "NoSuchBucket") => Kind::Denied,
        (404, _) => Kind::Missing,
        (409, _) => Kind::Conflict,
        (412, _) => Kind::Precondition,
        (408 | 429 | 500.., _) | (_, "RequestTimeout" | "SlowDown") => Kind::Unavailable,
        (_, code) if code.contains("Throttl") => Kind::Unavailable,
        _ => Kind::Denied,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read};
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use aws_credential_types::provider::{ProvideCredentials, future};
    use aws_sdk_s3::config::retry::RetryConfig;
    use aws_sdk_s3::config::{Credentials, Region};

    use super::*;

    /// A server that gives these answers in turn and then the requests it got.
    struct Scripted {
        store: S3,
        served: JoinHandle<Vec<Request>>,
    }

    struct Request {
        line: String,
        headers: Vec<String>,
    }

    impl Scripted {
        async fn new(answers: Vec<(u16, &'static str)>) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let endpoint = format!("http://{}", listener.local_addr().unwrap());
            let served = thread::spawn(move || {
                answers
                    .into_iter()
                    .map(|(status, body)| serve(&listener, status, body))
                    .collect()
            });
            let mut store = S3::connect("bucket", "at/").await;
            let config = store.client.config().to_builder();
            let config = config
                .endpoint_url(endpoint)
                .force_path_style(true)
                .region(Region::new("eu-central-1"))
                .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
                .retry_config(
                    RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)),
                );
            store.client = Client::from_conf(config.build());
            Self { store, served }
        }

        /// The requests, once every answer has been asked for.
        fn requests(self) -> Vec<Request> {
            self.served.join().unwrap()
        }
    }

    fn serve(listener: &TcpListener, status: u16, body: &str) -> Request {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let length = head.iter().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        });
        reader
            .take(length.unwrap_or(0))
            .read_to_end(&mut Vec::new())
            .unwrap();
        write!(
            stream,
            "HTTP/1.1 {status} Scripted\r\nConnection: close\r\nETag: \"tag\"\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        Request {
            line: head.remove(0),
            headers: head,
        }
    }

    fn has(request: &Request, header: &str) -> bool {
        request
            .headers
            .iter()
            .any(|line| line.eq_ignore_ascii_case(header))
    }

    const PRECONDITION: &str = "<Error><Code>PreconditionFailed</Code></Error>";
    const CONFLICT: &str = "<Error><Code>ConditionalRequestConflict</Code></Error>";

    #[tokio::test]
    async fn a_create_asks_that_there_be_nothing_yet() {
        let server = Scripted::new(vec![(200, "")]).await;
        server.store.create("a", b"one").await.unwrap();
        let requests = server.requests();
        assert!(
            requests[0].line.starts_with("PUT /bucket/at/a?"),
            "{}",
            requests[0].line
        );
        assert!(
            has(&requests[0], "if-none-match: *"),
            "{:?}",
            requests[0].headers
        );
    }

    #[tokio::test]
    async fn a_create_that_finds_the_same_bytes_is_fine() {
        let server = Scripted::new(vec![(412, PRECONDITION), (200, "one")]).await;
        server.store.create("a", b"one").await.unwrap();
        server.requests();
    }

    #[tokio::test]
    async fn a_create_that_finds_other_bytes_is_refused() {
        let server = Scripted::new(vec![(412, PRECONDITION), (200, "two")]).await;
        let error = server.store.create("a", b"one").await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Exists { place } if place == "s3://bucket/at/a"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_create_during_another_one_is_sent_again() {
        let server = Scripted::new(vec![(409, CONFLICT), (409, CONFLICT), (200, "")]).await;
        server.store.create("a", b"one").await.unwrap();
        assert_eq!(server.requests().len(), 3);
    }

    #[tokio::test]
    async fn a_create_gives_up_when_others_never_end() {
        let server = Scripted::new(vec![(409, CONFLICT); 5]).await;
        let error = server.store.create("a", b"one").await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
        assert_eq!(server.requests().len(), 5);
    }

    #[tokio::test]
    async fn a_throttle_is_tried_again_and_then_unavailable() {
        let slow = (
            503,
            "<Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>",
        );
        let server = Scripted::new(vec![slow; 3]).await;
        let error = server.store.get("a").await.unwrap_err();
        let StoreError::Unavailable { source, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(
            source.to_string(),
            "S3 answered 503 SlowDown: Reduce your rate (request unknown)"
        );
        assert_eq!(server.requests().len(), 3);
    }

    #[tokio::test]
    async fn a_pointer_that_moved_or_is_gone_is_not_swapped() {
        let gone = "<Error><Code>NoSuchKey</Code></Error>";
        let server = Scripted::new(vec![
            (412, PRECONDITION),
            (409, CONFLICT),
            (404, gone),
            (200, ""),
        ])
        .await;
        let read = Version("\"tag\"".to_owned());
        for swapped in [false, false, false, true] {
            assert_eq!(
                server
                    .store
                    .swap("latest.json", Some(&read), b"2")
                    .await
                    .unwrap(),
                swapped
            );
        }
        assert!(has(&server.requests()[3], "if-match: \"tag\""));
    }

    #[tokio::test]
    async fn what_is_gone_already_is_deleted() {
        let gone = "<Error><Code>NoSuchKey</Code></Error>";
        let denied = "<Error><Code>AccessDenied</Code></Error>";
        let server = Scripted::new(vec![(204, ""), (404, gone), (403, denied)]).await;
        server.store.delete("a").await.unwrap();
        server.store.delete("a").await.unwrap();
        let error = server.store.delete("a").await.unwrap_err();
        assert!(matches!(error, StoreError::Denied { .. }), "{error:?}");
        let line = &server.requests()[0].line;
        assert!(line.starts_with("DELETE /bucket/at/a?"), "{line}");
    }

    #[tokio::test]
    async fn a_listing_leaves_out_the_markers_of_folders() {
        let page = "<ListBucketResult>\
            <Contents><Key>at/x/</Key><Size>0</Size></Contents>\
            <Contents><Key>at/x/b</Key><Size>2</Size></Contents></ListBucketResult>";
        let server = Scripted::new(vec![(200, page)]).await;
        let entries = server.store.list("x").await.unwrap();
        assert_eq!(
            entries,
            [Entry {
                key: "x/b".to_owned(),
                bytes: 2
            }]
        );
    }

    #[test]
    fn a_refusal_begins_with_what_is_not_allowed() {
        let said = "User: arn:aws:sts::1:assumed-role/role/session is not authorized to perform: s3:PutObject on resource: x";
        assert_eq!(refusal(said), "s3:PutObject on resource: x");
        assert_eq!(refusal("Access Denied"), "Access Denied");
    }

    #[test]
    fn answers_are_told_apart_by_what_a_caller_can_do() {
        let expected = [
            (404, "NoSuchKey", Kind::Missing),
            (404, "", Kind::Missing),
            (404, "NoSuchBucket", Kind::Denied),
            (403, "AccessDenied", Kind::Denied),
            (301, "PermanentRedirect", Kind::Denied),
            (400, "RequestTimeout", Kind::Unavailable),
            (400, "ThrottlingException", Kind::Unavailable),
            (429, "", Kind::Unavailable),
            (500, "InternalError", Kind::Unavailable),
            (409, "OperationAborted", Kind::Conflict),
            (412, "PreconditionFailed", Kind::Precondition),
        ];
        for (status, code, what) in expected {
            assert_eq!(kind(status, code), what, "{status} {code}");
        }
    }

    /// A chain of credentials that ends without any.
    #[derive(Debug)]
    struct Nobody;

    impl ProvideCredentials for Nobody {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready(Err(CredentialsError::not_loaded(
                "nobody is signed in",
            )))
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_unavailable_and_missing_credentials_are_not() {
        let server = Scripted::new(vec![]).await;
        let config = server
            .store
            .client
            .config()
            .to_builder()
            .endpoint_url("http://127.0.0.1:9");
        let store = S3::over(Client::from_conf(config.build()), "bucket", "");
        let error = store.get("a").await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        let config = store
            .client
            .config()
            .to_builder()
            .credentials_provider(Nobody);
        let store = S3::over(Client::from_conf(config.build()), "bucket", "");
        let error = store.get("a").await.unwrap_err();
        assert!(matches!(error, StoreError::Denied { .. }), "{error:?}");
    }
}
