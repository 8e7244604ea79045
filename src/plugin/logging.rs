//! Log lines as hclog's JSON on stderr, which the host reads, filters and shows as its own.

use std::fmt;
use std::io::Write;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// Our own events only. Libraries below us would log requests with their headers.
const OUR_CRATE: &str = env!("CARGO_CRATE_NAME");

/// Starts logging at the level that the host's user asked for. Without a request nothing is set up, and a log
/// statement costs a load and a branch.
///
/// The variables are looked up through `variable`: `TF_LOG_PROVIDER_AURA`, else `TF_LOG_PROVIDER`, else `TF_LOG`.
pub fn install(provider_address: &'static str, variable: impl Fn(&str) -> Option<String>) {
    let Some(level) = requested_level(variable) else {
        return;
    };
    let subscriber = tracing_subscriber::registry().with(Hclog {
        provider_address,
        level,
    });
    // Fails only if logging is on already.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

fn requested_level(variable: impl Fn(&str) -> Option<String>) -> Option<LevelFilter> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let asked = ["TF_LOG_PROVIDER_AURA", "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(set)?;
    match asked.to_ascii_uppercase().as_str() {
        "OFF" => None,
        "ERROR" => Some(LevelFilter::ERROR),
        "WARN" => Some(LevelFilter::WARN),
        "INFO" => Some(LevelFilter::INFO),
        "DEBUG" => Some(LevelFilter::DEBUG),
        // TRACE, JSON (trace in another form), and like Terraform anything it doesn't know.
        _ => Some(LevelFilter::TRACE),
    }
}

struct Hclog {
    provider_address: &'static str,
    level: LevelFilter,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Hclog {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target().starts_with(OUR_CRATE) && *metadata.level() <= self.level
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.0.extend(outer.0.clone());
            }
        }
        event.record(&mut fields);
        let line = self.line(event.metadata(), fields.0, Timestamp::now());
        // One write per line; a closed stderr is the host's choice.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

impl Hclog {
    fn line(
        &self,
        metadata: &Metadata<'_>,
        mut fields: Map<String, Value>,
        now: Timestamp,
    ) -> String {
        let message = fields.remove("message").unwrap_or_default();
        fields.insert(
            "@message".into(),
            message.as_str().unwrap_or_default().into(),
        );
        fields.insert("@level".into(), level_name(*metadata.level()).into());
        fields.insert("@module".into(), module(metadata.target()).into());
        fields.insert("@timestamp".into(), timestamp(now).into());
        fields.insert("tf_provider_addr".into(), self.provider_address.into());
        let mut line = json!(fields).to_string();
        line.push('\n');
        line
    }
}

/// `provider.aura` for an event of `terraform_provider_aura::aura::client`.
fn module(target: &str) -> String {
    match target.split("::").nth(1) {
        Some(module) => format!("provider.{module}"),
        None => "provider".to_owned(),
    }
}

/// Six fraction digits exactly: with any other precision Terraform takes the whole line for plain text.
fn timestamp(now: Timestamp) -> String {
    static PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
    PRINTER.timestamp_to_string(&now)
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn insert(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if !value.is_empty() {
            self.insert(field, value.into());
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value.into());
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.insert(field, u64::try_from(value).unwrap_or(u64::MAX).into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(variables: &[(&str, &str)]) -> Option<LevelFilter> {
        requested_level(|name| {
            variables
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_is_logged_unless_asked_for() {
        assert_eq!(level(&[]), None);
        assert_eq!(level(&[("TF_LOG", "")]), None);
        assert_eq!(level(&[("TF_LOG_CORE", "TRACE")]), None);
    }

    #[test]
    fn the_most_specific_variable_decides() {
        assert_eq!(level(&[("TF_LOG", "debug")]), Some(LevelFilter::DEBUG));
        assert_eq!(
            level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "WARN")]),
            Some(LevelFilter::WARN)
        );
        assert_eq!(
            level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER_AURA", "OFF")]),
            None
        );
        assert_eq!(level(&[("TF_LOG", "JSON")]), Some(LevelFilter::TRACE));
    }

    #[test]
    fn a_timestamp_always_has_six_fraction_digits() {
        let at = |nanoseconds| timestamp(Timestamp::new(1_700_000_000, nanoseconds).unwrap());
        assert_eq!(at(0), "2023-11-14T22:13:20.000000Z");
        assert_eq!(at(123_456_789), "2023-11-14T22:13:20.123456Z");
    }

    #[test]
    fn a_module_is_named_after_the_part_that_speaks() {
        assert_eq!(
            module("terraform_provider_aura::aura::client"),
            "provider.aura"
        );
        assert_eq!(module("terraform_provider_aura"), "provider");
    }
}
