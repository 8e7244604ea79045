//! A fault as it is asked for over HTTP.
//!
//! The variants are told apart by an outer key on purpose. serde's other ways (`tag`, `flatten`, `untagged`) buffer
//! numbers, which fails once any crate of the build turns on serde_json's `arbitrary_precision`.

use std::collections::BTreeMap;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use crate::fault::{Echo, Fault, Moment};
use crate::received::Endpoint;
use crate::reply::Reply;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    fault: Kind,
    endpoint: Option<Target>,
    source: Option<String>,
    times: Option<Value>,
    applies: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Target {
    Any,
    Token,
    Webhook,
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Status(StatusOrder),
    Body(BodyOrder),
    Redirect(RedirectOrder),
    Delay(String),
    Stall,
    Reset(MomentOrder),
    Truncate,
    BigBody(u64),
    WrongEcho(EchoOrder),
    ExpireToken,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusOrder {
    code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyOrder {
    content_type: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RedirectOrder {
    code: u16,
    location: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum MomentOrder {
    BeforeReading,
    AfterReading,
    InHead,
    InBody,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EchoOrder {
    url: Option<String>,
    events: Option<Vec<String>>,
    method: Option<String>,
    headers: Option<BTreeMap<String, String>>,
}

impl Order {
    /// The fault asked for, or what is wrong with the order.
    pub(crate) fn parse(body: &[u8]) -> Result<Fault, String> {
        let order: Self = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let mut fault = order.fault.into_fault()?;
        fault.endpoint = order.endpoint.and_then(Target::endpoint);
        fault.source = order.source;
        fault.times = times(order.times)?;
        fault.applies = order.applies;
        if fault.strikes_before_reading() && fault.applies == Some(true) {
            return Err("A request that isn't read can't take effect: leave out applies.".into());
        }
        Ok(fault)
    }
}

impl Target {
    fn endpoint(self) -> Option<Endpoint> {
        match self {
            Self::Any => None,
            Self::Token => Some(Endpoint::Token),
            Self::Webhook => Some(Endpoint::Webhook),
            Self::Other => Some(Endpoint::Other),
        }
    }
}

impl Kind {
    fn into_fault(self) -> Result<Fault, String> {
        Ok(match self {
            Self::Status(order) => Fault::reply(order.reply()?),
            Self::Body(order) => Fault::body(header_value(&order.content_type)?, order.body),
            Self::Redirect(order) => {
                Fault::redirect(status(order.code)?, header_value(&order.location)?)
            }
            Self::Delay(delay) => Fault::delay(duration(&delay)?),
            Self::Stall => Fault::stall(),
            Self::Reset(moment) => Fault::reset(moment.into()),
            Self::Truncate => Fault::truncate(),
            Self::BigBody(bytes) => Fault::big_body(bytes),
            Self::WrongEcho(echo) => Fault::wrong_echo(echo.into()),
            Self::ExpireToken => Fault::expire_token(),
        })
    }
}

impl StatusOrder {
    fn reply(self) -> Result<Reply, String> {
        let mut reply = Reply::new(status(self.code)?);
        if let Some(body) = self.body {
            reply = reply
                .header(CONTENT_TYPE, HeaderValue::from_static("text/plain"))
                .body(body);
        }
        for (name, value) in self.headers {
            let name = HeaderName::try_from(&name)
                .map_err(|_| format!("{name:?} is not a header name."))?;
            reply = reply.header(name, header_value(&value)?);
        }
        Ok(reply)
    }
}

impl From<MomentOrder> for Moment {
    fn from(order: MomentOrder) -> Self {
        match order {
            MomentOrder::BeforeReading => Self::BeforeReading,
            MomentOrder::AfterReading => Self::AfterReading,
            MomentOrder::InHead => Self::InHead,
            MomentOrder::InBody => Self::InBody,
        }
    }
}

impl From<EchoOrder> for Echo {
    fn from(order: EchoOrder) -> Self {
        Self {
            url: order.url,
            events: order.events,
            method: order.method,
            headers: order.headers,
        }
    }
}

/// A number, `"forever"`, or once if left out.
fn times(times: Option<Value>) -> Result<Option<u64>, String> {
    match times {
        None => Ok(Some(1)),
        Some(Value::String(text)) if text == "forever" => Ok(None),
        Some(value) => match value.as_u64() {
            Some(times) => Ok(Some(times)),
            None => Err("times must be a whole number or \"forever\".".into()),
        },
    }
}

/// 1xx are no final answers, so they can't be given as one.
fn status(code: u16) -> Result<StatusCode, String> {
    StatusCode::from_u16(code)
        .ok()
        .filter(|status| !status.is_informational())
        .ok_or_else(|| format!("{code} is not a status from 200 to 999."))
}

fn header_value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| "A header's value has characters it can't have.".into())
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed: Result<SignedDuration, _> = text.parse();
    parsed
        .ok()
        .and_then(|signed| Duration::try_from(signed).ok())
        .ok_or_else(|| format!("{text:?} is not a duration such as \"1.5s\" or \"200ms\"."))
}
