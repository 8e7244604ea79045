use crate::aura::Secret;

/// Who asks: what identifies the customer source to AURA (AURA's documentation, "Authentication").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A bearer token, used as it is; nothing can renew it.
    Token(Secret),
    /// A client, exchanged for a token when one is needed.
    Client {
        /// The client's name; no secret.
        id: String,
        /// Its secret.
        secret: Secret,
    },
}

impl Credentials {
    pub(super) fn secret(&self) -> &Secret {
        match self {
            Self::Token(token) => token,
            Self::Client { secret, .. } => secret,
        }
    }
}
