//! The function `event_types`: the event types that AURA documents, for a webhook's `events`.

use crate::terraform::{Function, FunctionError, Parameter, Signature, Type, Value};

use super::panic_webhook::events;

/// The function.
pub(super) struct EventTypes;

static SIGNATURE: Signature = Signature {
    summary: "The event types of a group",
    description: "Returns the event types that AURA documents, in AURA's order and without deprecated ones, for the \
                  `events` of an `aura_panic_webhook`: those of the groups named, or all of them when no group is \
                  named. A later version of the provider may know more, so an upgrade can change the plan.",
    parameters: &[],
    variadic: Some(Parameter {
        name: "group",
        kind: Type::String,
        description: "Group of event types, as AURA's documentation has them: `callouts`, `subscriptions` or \
                      `customers`. A group named twice counts once.",
    }),
    returns: Type::List(&Type::String),
};

impl Function for EventTypes {
    fn name(&self) -> &'static str {
        "event_types"
    }

    fn signature(&self) -> &'static Signature {
        &SIGNATURE
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let named: Vec<_> = arguments.iter().filter_map(Value::as_str).collect();
        let is_group = |name: &str| events::GROUPS.iter().any(|(group, _)| *group == name);
        if let Some(index) = named.iter().position(|name| !is_group(name)) {
            let name = named.get(index).copied().unwrap_or_default();
            return Err(unknown(name).at(index));
        }
        let wanted = |group: &str| named.is_empty() || named.contains(&group);
        let groups = events::GROUPS.iter().filter(|(group, _)| wanted(group));
        let events = groups.flat_map(|(_, events)| events.iter().copied());
        Ok(Value::List(events.map(Value::from).collect()))
    }
}

fn unknown(name: &str) -> FunctionError {
    let groups: Vec<_> = events::GROUPS
        .iter()
        .map(|(group, _)| format!("\"{group}\""))
        .collect();
    let nearest = match events::nearest_group(name) {
        Some(nearest) => format!(" Did you mean \"{nearest}\"?"),
        None => String::new(),
    };
    FunctionError::new(format!(
        "\"{}\" is no group of event types; the groups are {}.{nearest}",
        name.escape_debug(),
        groups.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(groups: &[&str]) -> Result<Vec<String>, FunctionError> {
        let arguments: Vec<Value> = groups.iter().map(|group| Value::from(*group)).collect();
        let Value::List(events) = EventTypes.call(&arguments)? else {
            panic!("a list")
        };
        let text = |event: &Value| event.as_str().map(str::to_owned);
        Ok(events.iter().filter_map(text).collect())
    }

    #[test]
    fn no_group_means_every_group() {
        let all = call(&[]).unwrap();
        assert_eq!(
            all,
            call(&["customers", "subscriptions", "callouts"]).unwrap()
        );
        assert_eq!(all.first().map(String::as_str), Some("NEW_CALLOUT"));
        assert_eq!(all.last().map(String::as_str), Some("CREATED_CUSTOMER"));
    }

    #[test]
    fn a_group_named_twice_counts_once() {
        assert_eq!(
            call(&["customers", "customers"]).unwrap(),
            ["CREATED_CUSTOMER"]
        );
    }

    #[test]
    fn deprecated_events_are_left_out() {
        let deprecated = "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA".to_owned();
        assert!(!call(&[]).unwrap().contains(&deprecated));
    }

    #[test]
    fn an_unknown_group_is_pointed_at_with_the_nearest() {
        let error = call(&["customers", "Callout"]).unwrap_err();
        assert_eq!(error.argument, Some(1));
        assert_eq!(
            error.text,
            "\"Callout\" is no group of event types; the groups are \"callouts\", \"subscriptions\", \"customers\". \
             Did you mean \"callouts\"?"
        );
        assert!(!call(&["xyz"]).unwrap_err().text.contains("Did you mean"));
    }
}
