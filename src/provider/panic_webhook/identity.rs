//! The slot as Terraform's resource identity: two webhooks in one slot can't be.

use crate::terraform::{Attribute, Object, Schema, Type};

/// What `identity = { … }` of an `import` block takes.
pub(super) static SCHEMA: Schema = Schema {
    version: 0,
    description: "The slot that a webhook occupies at AURA.",
    attributes: &[
        Attribute::required(
            "api_host",
            Type::String,
            "Host of the Panic API, with its port unless that is the default, such as `panic.aura.services`.",
        ),
        Attribute::required(
            "customer",
            Type::String,
            "Whose webhook it is: the client id; without one the key in the provider's `customer_sources`, or \
             `default`.",
        ),
    ],
};

/// The identity of a webhook, from its `id`; `None` while that is unknown, or not recorded as after an import.
pub(super) fn of(state: &Object) -> Option<Object> {
    let (host, customer) = state.get("id")?.as_str()?.split_once('/')?;
    Some(Object::from([
        ("api_host".to_owned(), host.into()),
        ("customer".to_owned(), customer.into()),
    ]))
}

/// The slot that an identity names, as `id` has it; `None` while a part of it is unknown.
pub(super) fn slot(identity: &Object) -> Option<String> {
    let part = |name| identity.get(name)?.as_str();
    Some(format!("{}/{}", part("api_host")?, part("customer")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::Value;

    #[test]
    fn an_identity_is_the_slot_and_back() {
        for id in ["panic.aura.services/c", "[::1]:8080/a/b", "localhost:1/"] {
            let identity = of(&[("id".to_owned(), id.into())].into()).expect(id);
            assert_eq!(slot(&identity).as_deref(), Some(id));
        }
    }

    #[test]
    fn a_slot_that_isn_t_known_is_no_identity() {
        for id in [Value::Null, Value::Unknown, "none".into()] {
            assert!(of(&[("id".to_owned(), id)].into()).is_none());
        }
    }
}
