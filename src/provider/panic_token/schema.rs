//! The schema of `aura_panic_token`.

use crate::terraform::{Attribute, Schema, Type};

pub(super) static SCHEMA: Schema = Schema {
    version: 0,
    description: "A bearer token of the Panic API, in exchange for the client credentials of a customer source. It \
                  lives for one run and is stored neither in plan nor in state.",
    attributes: &[
        Attribute::optional(
            "customer_source",
            Type::String,
            "Key of the provider's `customer_sources` whose client credentials are exchanged. Defaults to those of \
             the provider block itself.",
        ),
        Attribute::computed("token", Type::String, "The token.").sensitive(),
        Attribute::computed(
            "token_type",
            Type::String,
            "How the token is to be sent, as AURA names it: `Bearer`.",
        ),
        Attribute::computed(
            "expires_at",
            Type::String,
            "Until when AURA takes the token, in RFC 3339 and UTC. Null if AURA doesn't say.",
        ),
    ],
};
