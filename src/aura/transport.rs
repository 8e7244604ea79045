use std::{
    sync::OnceLock,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION},
};
use reqwest::{Request, Response, redirect::Policy};
use rustls_pki_types::CertificateDer;
use serde_json::{Map, Value};
use url::Url;

use crate::aura::{
    ErrorKind, Retry, cause,
    endpoint::{Endpoint, Route},
    failure::Failure,
    redaction::Redaction,
    retry::retry_after,
};

const MAX_BODY: usize = 1024 * 1024;
const MAX_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How requests are made.
#[derive(Debug, Clone)]
pub struct TransportOptions {
    /// The time an attempt has, from connecting to the end of the answer. Connecting may take half of it, at most
    /// 10 seconds, so that an unreachable server is told from a silent one.
    pub request_timeout: Duration,
    /// How often and when a failed attempt is repeated.
    pub retry: Retry,
    /// Trusted beside the system's store.
    pub ca_certificates: Vec<CertificateDer<'static>>,
    /// Sent as `User-Agent`, without characters that can't be in a header.
    pub user_agent: String,
}

impl Default for TransportOptions {
    /// 30 seconds per attempt, [`Retry::default`], the system's trust store, this package's name and version.
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            retry: Retry::default(),
            ca_certificates: Vec::new(),
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Connections to AURA, shared by every [`Client`](crate::aura::Client) of a process.
///
/// Nothing is loaded, opened or read before the first request.
#[derive(Debug)]
pub struct Transport {
    options: TransportOptions,
    /// For `https`. Building it reads the system's trust store, which takes milliseconds.
    tls: OnceLock<Result<reqwest::Client, Failure>>,
    /// For `https` to loopback.
    local_tls: OnceLock<Result<reqwest::Client, Failure>>,
    /// For `http`, which is to loopback only; without a trust store.
    local_plain: OnceLock<Result<reqwest::Client, Failure>>,
}

impl Transport {
    /// A transport with no connections yet.
    pub fn new(options: TransportOptions) -> Self {
        Self {
            options,
            tls: OnceLock::new(),
            local_tls: OnceLock::new(),
            local_plain: OnceLock::new(),
        }
    }

    pub(super) fn options(&self) -> &TransportOptions {
        &self.options
    }

    /// Sends one request. Success is a 2xx with a JSON object, or with no body at all: an empty object.
    pub(super) async fn post(
        &self,
        endpoint: &Endpoint,
        attempt: u32,
        authorization: Option<&HeaderValue>,
        body: Bytes,
        redaction: &Redaction<'_>,
    ) -> Result<Answer, Failure> {
        let started = Instant::now();
        let outcome = self
            .exchange(endpoint, authorization, body, redaction)
            .await;
        let (status, error) = match &outcome {
            Ok(answer) => (Some(answer.status), None),
            Err(failure) => (failure.status, Some(&failure.kind)),
        };
        tracing::debug!(
            endpoint = endpoint.name,
            attempt,
            status = status.map(|status| status.as_u16()),
            error = error.map(tracing::field::debug),
            duration_ms = started.elapsed().as_millis(),
            "request done"
        );
        outcome
    }

    async fn exchange(
        &self,
        endpoint: &Endpoint,
        authorization: Option<&HeaderValue>,
        body: Bytes,
        redaction: &Redaction<'_>,
    ) -> Result<Answer, Failure> {
        let mut request = Request::new(Method::POST, endpoint.url.clone());
        *request.body_mut() = Some(body.into());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(ACCEPT, JSON);
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        let mut response = self.connections(endpoint)?.execute(request).await?;
        let status = response.status();
        if status.is_success() {
            let body = read(&mut response).await?;
            return Answer::parse(status, response.headers(), &body, redaction);
        }
        if let Some(host) = redirect(&response, &endpoint.url) {
            let host = host.map(|host| redaction.clean(&host));
            return Err(Failure::answered(ErrorKind::Redirect { host }, status));
        }
        // The status alone decides; a body that can't be read takes only the message away.
        let body = read(&mut response).await.unwrap_or_default();
        Err(Failure {
            message: serde_json::from_slice(&body)
                .ok()
                .and_then(|body| message(&body, redaction)),
            retry_after: retry_after(response.headers(), SystemTime::now()),
            ..Failure::answered(refusal(status), status)
        })
    }

    fn connections(&self, endpoint: &Endpoint) -> Result<&reqwest::Client, Failure> {
        let connections = match endpoint.route {
            Route::Tls => self.tls.get_or_init(|| self.build_tls(self.builder())),
            Route::LocalTls => self
                .local_tls
                .get_or_init(|| self.build_tls(self.local_builder())),
            Route::LocalPlain => self
                .local_plain
                .get_or_init(|| build(self.local_builder().tls_certs_only([]))),
        };
        connections.as_ref().map_err(Failure::clone)
    }

    fn build_tls(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Failure> {
        let certificates = &self.options.ca_certificates;
        let extra: Result<Vec<_>, _> = certificates
            .iter()
            .map(|der| reqwest::Certificate::from_der(der))
            .collect();
        let extra = extra.map_err(|error| setup(&error))?;
        build(builder.https_only(true).tls_certs_merge(extra))
    }

    /// Without proxies: what is meant for this machine would leave it, over `http` with the token in the clear.
    /// Providers written in Go do the same (`net/http.ProxyFromEnvironment`).
    fn local_builder(&self) -> reqwest::ClientBuilder {
        self.builder().no_proxy()
    }

    fn builder(&self) -> reqwest::ClientBuilder {
        let timeout = self.options.request_timeout;
        let agent = self.options.user_agent.chars();
        let agent: String = agent.filter(|c| matches!(c, ' '..='~')).collect();
        let builder = reqwest::Client::builder();
        #[cfg(all(target_env = "gnu", target_feature = "crt-static"))]
        let builder = builder.dns_resolver(super::resolver::Resolver::default());
        builder
            .user_agent(agent)
            .redirect(Policy::none())
            .referer(false)
            .timeout(timeout)
            .connect_timeout(MAX_CONNECT_TIMEOUT.min(timeout / 2))
    }
}

fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Failure> {
    builder.build().map_err(|error| setup(&error))
}

fn setup(error: &reqwest::Error) -> Failure {
    Failure::new(ErrorKind::Setup).because(cause::root(error))
}

/// A 2xx answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Map<String, Value>,
}

impl Answer {
    fn parse(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        redaction: &Redaction<'_>,
    ) -> Result<Self, Failure> {
        if body.trim_ascii().is_empty() {
            let body = Map::new();
            return Ok(Self { status, body });
        }
        if let Ok(Value::Object(body)) = serde_json::from_slice(body) {
            return Ok(Self { status, body });
        }
        let failure = Failure::answered(ErrorKind::NotJson, status);
        let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        Err(match content_type {
            Some(content_type) => failure.because(redaction.clean(content_type)),
            None => failure,
        })
    }

    /// AURA's own words, made safe to show.
    pub(super) fn message(&self, redaction: &Redaction<'_>) -> Option<String> {
        text(self.body.get("message")?, redaction)
    }
}

fn message(body: &Value, redaction: &Redaction<'_>) -> Option<String> {
    text(body.get("message")?, redaction)
}

/// A text or, as validators like to answer, a list of them.
fn text(message: &Value, redaction: &Redaction<'_>) -> Option<String> {
    let message = match message {
        Value::String(message) => redaction.clean(message),
        Value::Array(messages) => {
            let messages = messages.iter().filter_map(Value::as_str);
            redaction.clean(&messages.collect::<Vec<_>>().join("; "))
        }
        _ => return None,
    };
    (!message.trim().is_empty()).then_some(message)
}

/// The body, up to 1 MiB.
async fn read(response: &mut Response) -> Result<Vec<u8>, Failure> {
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Failure {
        status: Some(status),
        ..Failure::from(error)
    })? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(Failure::answered(ErrorKind::TooLarge, status));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Where a redirect leads. `Some(None)` for one to an address that is none.
fn redirect(response: &Response, from: &Url) -> Option<Option<String>> {
    if !response.status().is_redirection() {
        return None;
    }
    let location = response.headers().get(LOCATION)?;
    let target = location.to_str().ok().and_then(|to| from.join(to).ok());
    Some(target.and_then(|target| {
        let host = target.host_str()?;
        Some(match target.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    }))
}

fn refusal(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::UNAUTHORIZED => ErrorKind::Unauthorized,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
        status if status.is_server_error() => ErrorKind::ServerError {
            status: status.as_u16(),
        },
        status => ErrorKind::Rejected {
            status: status.as_u16(),
        },
    }
}
