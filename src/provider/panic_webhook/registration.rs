//! From a webhook, planned or stored, to what AURA is asked to register.

use std::collections::{BTreeMap, BTreeSet};

use crate::aura::{Registration, Secret};
use crate::terraform::{Attr, AttributePath, Diagnostic, Object, Value};

use super::METHOD;

/// Reads a planned webhook, with the write-only headers that only its configuration has.
///
/// # Errors
///
/// When something in it is null or unknown, which validation and Terraform rule out before an apply: but nothing
/// may be registered by half because of a mistake there.
pub(super) fn of_webhook(planned: &Object, config: &Object) -> Result<Registration, Diagnostic> {
    let mut registration = read(planned, &AttributePath::default())?;
    registration
        .headers
        .extend(headers(config, &"headers_wo".into(), "headers_wo")?);
    Ok(registration)
}

/// Reads what is to remain when a webhook is destroyed: an object of url, events and headers.
pub(super) fn of_on_destroy(on_destroy: &Object) -> Result<Registration, Diagnostic> {
    read(on_destroy, &"on_destroy".into())
}

fn read(object: &Object, path: &AttributePath) -> Result<Registration, Diagnostic> {
    let place = |name: &'static str| path.clone().attribute(name);
    let url = text(object.get("url"), &place("url"))?;
    let Attr::Known(events) = Attr::list(object, "events") else {
        return Err(not_known(&place("events")));
    };
    let events: Result<BTreeSet<_>, _> = events
        .iter()
        .map(|event| text(Some(event), &place("events")))
        .collect();
    let headers = headers(object, &place("headers"), "headers")?;
    Ok(Registration {
        url,
        events: events?,
        method: METHOD.to_owned(),
        headers,
    })
}

fn headers(
    object: &Object,
    path: &AttributePath,
    name: &str,
) -> Result<BTreeMap<String, Secret>, Diagnostic> {
    let map = match Attr::map_of(object, name) {
        Attr::Null => return Ok(BTreeMap::new()),
        Attr::Unknown => return Err(not_known(path)),
        Attr::Known(map) => map,
    };
    let secret = |(header, value): (&String, &Value)| {
        Ok((
            header.clone(),
            Secret::from(text(Some(value), &path.clone().key(header))?),
        ))
    };
    map.iter().map(secret).collect()
}

fn text(value: Option<&Value>, path: &AttributePath) -> Result<String, Diagnostic> {
    let text = value.and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| not_known(path))
}

fn not_known(path: &AttributePath) -> Diagnostic {
    Diagnostic::error(
        "Value Not Known",
        format!(
            "{path} must be known and not null when the webhook is registered. Give it a value; if it has one, please \
             report this to the provider's developers."
        ),
    )
    .at(path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &str) -> Value {
        Value::Map([(name.to_owned(), "v".into())].into())
    }

    #[test]
    fn events_are_sent_in_order_and_headers_of_both_maps_as_they_are_spelt() {
        let webhook = Object::from([
            ("url".to_owned(), "https://a.example".into()),
            (
                "events".to_owned(),
                Value::List(vec!["B".into(), "A".into()]),
            ),
            ("headers".to_owned(), headers("X-Key")),
        ]);
        let config = [("headers_wo".to_owned(), headers("Authorization"))].into();
        let registration = of_webhook(&webhook, &config).unwrap();
        assert_eq!(registration.events.iter().collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(
            registration.headers.keys().collect::<Vec<_>>(),
            ["Authorization", "X-Key"]
        );
        assert_eq!(registration.method, "webhook");
    }

    #[test]
    fn nothing_is_registered_by_half() {
        let events = || {
            (
                "events".to_owned(),
                Value::List(vec!["A".into(), Value::Unknown]),
            )
        };
        let url = || ("url".to_owned(), Value::from("https://a.example"));
        let none = Object::new();
        let error = of_webhook(&[url(), events()].into(), &none).unwrap_err();
        assert_eq!(error.attribute, "events".into());
        let error = of_webhook(&[events()].into(), &none).unwrap_err();
        assert_eq!(error.attribute, "url".into());
        let error = of_on_destroy(&[events()].into()).unwrap_err();
        assert_eq!(error.attribute.to_string(), "on_destroy.url");
        let known = ("events".to_owned(), Value::List(vec!["A".into()]));
        let unknown = [("headers_wo".to_owned(), Value::Unknown)].into();
        let error = of_webhook(&[url(), known].into(), &unknown).unwrap_err();
        assert_eq!(error.attribute, "headers_wo".into());
    }
}
