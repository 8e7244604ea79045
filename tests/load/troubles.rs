//! What goes wrong, and what is the right answer then.

use std::time::Duration;

use aura_simulator::{Echo, Endpoint, Fault, Moment};
use aura_test_support::value::{encode, with};
use http::{HeaderValue, StatusCode};
use rmpv::Value;
use terraform_provider_aura::proto::tfplugin6 as pb;

/// How often the provider tries again.
pub(crate) const MAX_RETRIES: u64 = 2;

const REFUSED: &[&str] = &["Unable to Register Webhook"];

/// Something that goes wrong at AURA.
pub(crate) struct Trouble {
    pub(crate) what: &'static str,
    pub(crate) fault: Option<Fault>,
    /// How many registrations take effect all the same.
    pub(crate) registered: u64,
    pub(crate) errors: &'static [&'static str],
    pub(crate) warnings: &'static [&'static str],
}

impl Trouble {
    /// Nothing, or nothing that a retry wouldn't mend.
    fn mended(what: &'static str, fault: impl Into<Option<Fault>>, registered: u64) -> Self {
        Self {
            what,
            fault: fault.into(),
            registered,
            errors: &[],
            warnings: &[],
        }
    }

    fn fatal(what: &'static str, fault: Fault) -> Self {
        Self {
            errors: REFUSED,
            ..Self::mended(what, fault, 0)
        }
    }
}

/// One after the other strikes, each the applies of one customer source, so that the right answer is known.
pub(crate) fn troubles() -> Vec<Trouble> {
    let status = |status| Fault::status(status);
    let elsewhere = Echo {
        url: Some("https://elsewhere.example.com".to_owned()),
        ..Echo::default()
    };
    let page = Fault::body(HeaderValue::from_static("text/html"), "<html>Log in</html>");
    vec![
        Trouble::mended("none", None, 1),
        Trouble::mended("a 500", status(StatusCode::INTERNAL_SERVER_ERROR), 1),
        Trouble::mended("none", None, 1),
        Trouble::mended("a reset at once", Fault::reset(Moment::BeforeReading), 1),
        Trouble::mended("a late answer", Fault::delay(Duration::from_millis(20)), 1),
        Trouble::mended("a reset later", Fault::reset(Moment::AfterReading), 1),
        Trouble::fatal("a 403", status(StatusCode::FORBIDDEN)),
        Trouble::mended("a reset in the head", Fault::reset(Moment::InHead), 2),
        Trouble {
            warnings: &["AURA Registered Something Else"],
            ..Trouble::mended("a wrong echo", Fault::wrong_echo(elsewhere), 1)
        },
        Trouble::mended("a reset in the body", Fault::reset(Moment::InBody), 2),
        Trouble::mended("an expired token", Fault::expire_token(), 1),
        Trouble::mended("a truncated body", Fault::truncate(), 2),
        Trouble::fatal(
            "a 503 for good",
            status(StatusCode::SERVICE_UNAVAILABLE).times(MAX_RETRIES + 1),
        ),
        Trouble::fatal("a login page", page),
        Trouble::fatal("a 404", status(StatusCode::NOT_FOUND)),
        Trouble::mended("none", None, 1),
    ]
}

/// The fault, of this customer source's registrations only.
pub(crate) fn at(fault: Fault, source: &str) -> Fault {
    fault.on(Endpoint::Webhook).for_source(source)
}

/// A value that no honest host sends, and the title of what is said of it.
pub(crate) fn nonsense(number: usize, honest: &Value) -> pb::DynamicValue {
    let msgpack = |bytes: Vec<u8>| pb::DynamicValue {
        msgpack: bytes.into(),
        ..Default::default()
    };
    match number % 6 {
        0 => msgpack(vec![0x91; 10_000]),
        1 => msgpack(b"\xdd\xff\xff\xff\xff\xc0".to_vec()),
        2 => encode(&with(honest.clone(), "url", Value::from(1))),
        3 => encode(&with(honest.clone(), "surplus", Value::Nil)),
        4 => encode(&Value::from("text")),
        _ => {
            // Of no bytes at all it would be null.
            let whole = encode(honest).msgpack;
            msgpack(whole[..1 + number % (whole.len() - 1)].to_vec())
        }
    }
}

/// The title of what is said of [`nonsense`].
pub(crate) const UNREADABLE: &[&str] = &["Unreadable Data from Terraform"];
