//! The schema of `aura_panic_webhook`.

use crate::terraform::{Attribute, Schema, Type};

/// What `resource "aura_panic_webhook"` may contain.
///
/// Attributes have been added without a new version: state that lacks them reads as if they were null. The
/// stored states in `tests/states` show it.
pub(super) static SCHEMA: Schema = Schema {
    version: 0,
    description: "Registers the webhook that AURA posts events to. A customer source has one active webhook: \
                  registering replaces whatever was registered before. AURA can't be asked what is registered, and \
                  has no way to unregister.",
    attributes: &[
        Attribute::required(
            "url",
            Type::String,
            "HTTPS endpoint that AURA posts event payloads to.",
        ),
        Attribute::required(
            "events",
            Type::Set(&Type::String),
            "Event types to subscribe to, such as `NEW_CALLOUT`; at least one. Their order doesn't matter.",
        ),
        Attribute::optional_computed(
            "method",
            Type::String,
            "Delivery method. AURA knows one, `webhook`, which is the default.",
        ),
        Attribute::optional(
            "headers",
            Type::Map(&Type::String),
            "Headers that AURA sends with every delivery, such as an authorization token. Hidden in Terraform's \
             output but stored in its state, unlike `headers_wo`.",
        )
        .sensitive(),
        Attribute::optional(
            "headers_wo",
            Type::Map(&Type::String),
            "The same as `headers`, but never stored in plan or state; both are sent together. Needs Terraform or \
             OpenTofu 1.11. A changed value is noticed and registered, unless `headers_wo_version` is set.",
        )
        .sensitive()
        .write_only(),
        Attribute::optional(
            "headers_wo_version",
            Type::Number,
            "Change it to register changed `headers_wo`. When it is set, it alone decides, and no hash of \
             `headers_wo` is kept.",
        ),
        Attribute::optional(
            "customer_source",
            Type::String,
            "Which of the provider's `customer_sources` this webhook belongs to; the provider block's own if not set. \
             Another one replaces this resource.",
        ),
        Attribute::optional(
            "triggers",
            Type::Map(&Type::String),
            "Any values. When one changes, the webhook is registered again, in place.",
        ),
        Attribute::optional(
            "on_destroy",
            Type::Object(ON_DESTROY),
            "What to register in place of this webhook when it is destroyed, because AURA can't unregister. If that \
             fails, the resource stays in state. Apply this before you destroy: Terraform destroys what is in state.",
        ),
        Attribute::computed(
            "id",
            Type::String,
            "The slot that this webhook occupies at AURA: API host and customer source, as `<host>/<client id>`; \
             without a client id `<host>/<customer_source>`, or `<host>/default`.",
        ),
        Attribute::computed(
            "registered_at",
            Type::String,
            "When AURA last accepted this webhook, in RFC 3339, UTC. A plan that shows it as known after apply is \
             going to register again.",
        ),
    ],
};

static ON_DESTROY: &[Attribute] = &[
    Attribute::required("url", Type::String, "HTTPS endpoint that AURA then posts to."),
    Attribute::required(
        "events",
        Type::Set(&Type::String),
        "Event types to stay subscribed to; at least one.",
    ),
    Attribute::optional(
        "headers",
        Type::Map(&Type::String),
        "Headers that AURA then sends with every delivery. Stored in state: no write-only value can be, because a \
         destroy has no configuration to read it from.",
    )
    .sensitive(),
];
