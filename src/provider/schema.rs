//! The provider block's schema.

use crate::terraform::{Attribute, Schema, Type};

/// What `provider "aura"` may contain.
pub(super) static SCHEMA: Schema = Schema {
    version: 0,
    description: "Manages integrations with [AURA](https://www.aura.services)'s emergency response: webhooks of the \
                  Panic API, declared as code.",
    attributes: &[
        Attribute::optional(
            "environment",
            Type::String,
            "AURA's environment: `staging` (the default) or `production`. Can also be set with the environment \
             variable `AURA_ENVIRONMENT`. Conflicts with `base_url`.",
        ),
        Attribute::optional(
            "base_url",
            Type::String,
            "Base URL of the Panic API, in place of `environment`, such as `https://panic.aura.services`; a trailing \
             `/panic-api/v2` is accepted. Plain `http` is accepted for loopback addresses only. Can also be set with \
             the environment variable `AURA_BASE_URL`.",
        ),
        Attribute::optional(
            "token",
            Type::String,
            "Bearer token of the customer source, used as it is. Can also be set with the environment variable \
             `AURA_TOKEN`. Conflicts with `client_id` and `client_secret`.",
        )
        .sensitive(),
        Attribute::optional(
            "client_id",
            Type::String,
            "Client id of the customer source, exchanged with `client_secret` for a token when one is first needed. \
             Can also be set with the environment variable `AURA_CLIENT_ID`.",
        ),
        Attribute::optional(
            "client_secret",
            Type::String,
            "Client secret of the customer source. Can also be set with the environment variable \
             `AURA_CLIENT_SECRET`.",
        )
        .sensitive(),
        Attribute::optional(
            "customer_sources",
            Type::Map(&CUSTOMER_SOURCE),
            "Further customer sources by name, for resources to choose with `customer_source`: a whole fleet from one \
             provider block. With these, the block itself needs no credentials.",
        ),
        Attribute::optional(
            "request_timeout",
            Type::String,
            "How long one attempt of a request may take, as a duration such as `30s` (the default) or `1m30s`.",
        ),
        Attribute::optional(
            "max_retries",
            Type::Number,
            "How often a request is tried again after connection failures, timeouts and the answers 408, 429 and 5xx. \
             Defaults to `4`.",
        ),
        Attribute::optional(
            "ca_certificate",
            Type::String,
            "PEM certificates of authorities to trust beside the system's, for a proxy that inspects TLS or a test \
             double of the API.",
        ),
    ],
};

/// One of the provider's `customer_sources`.
static CUSTOMER_SOURCE: Type = Type::Object(&[
    Attribute::optional(
        "environment",
        Type::String,
        "AURA's environment: `staging` or `production`. Defaults to the provider's own endpoint.",
    ),
    Attribute::optional(
        "base_url",
        Type::String,
        "Base URL of the Panic API, in place of `environment`. Defaults to the provider's own endpoint.",
    ),
    Attribute::optional(
        "token",
        Type::String,
        "Bearer token of this customer source, used as it is.",
    )
    .sensitive(),
    Attribute::optional(
        "client_id",
        Type::String,
        "Client id of this customer source, exchanged with `client_secret` for a token when one is first needed.",
    ),
    Attribute::optional(
        "client_secret",
        Type::String,
        "Client secret of this customer source.",
    )
    .sensitive(),
]);
