//! One customer source and the connection to it.

use std::sync::Arc;

use crate::aura::{Client, Transport};
use crate::terraform::{Attr, Diagnostic};

use super::super::source::{Identity, Source};

/// A customer source: to AURA, whoever its credentials belong to.
#[derive(Debug)]
pub(in crate::provider) struct CustomerSource {
    name: Option<String>,
    source: Source,
    client: Option<Client>,
}

impl CustomerSource {
    /// Prepares a client; nothing is sent. The provider block's own source has no name.
    pub(super) fn new(name: Option<String>, source: Source, transport: &Arc<Transport>) -> Self {
        let client = source.base_url.clone().zip(source.credentials.clone());
        let client = client.map(|(base_url, credentials)| {
            Client::new(Arc::clone(transport), base_url, credentials)
        });
        Self {
            name,
            source,
            client,
        }
    }

    /// Its key in the provider's `customer_sources`.
    pub(in crate::provider) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The one place at AURA where this source's webhook is, as `<api host>/<who>`; a source has one webhook.
    pub(in crate::provider) fn slot(&self) -> Attr<String> {
        match (&self.source.base_url, &self.source.identity) {
            (Some(base_url), Some(identity)) => {
                let who = match identity {
                    Identity::Client(id) => id,
                    Identity::Token => self.name().unwrap_or("default"),
                };
                Attr::Known(format!("{}/{who}", base_url.host()))
            }
            _ => Attr::Unknown,
        }
    }

    /// The client for this source.
    ///
    /// # Errors
    ///
    /// While the configuration is not wholly known, which it always is when Terraform applies.
    pub(in crate::provider) fn client(&self) -> Result<&Client, Diagnostic> {
        self.client.as_ref().ok_or_else(not_known)
    }

    /// Whether there is an OAuth client, whose credentials can be exchanged for a token.
    pub(in crate::provider) fn has_client_credentials(&self) -> bool {
        matches!(self.source.identity, Some(Identity::Client(_)))
    }

    /// Where the credentials came from, in words.
    pub(in crate::provider) fn origin(&self) -> &str {
        &self.source.origin
    }
}

/// The error for a source that is still unknown when AURA is to be called.
pub(in crate::provider) fn not_known() -> Diagnostic {
    Diagnostic::error(
        "Provider Configuration Not Known",
        "The provider's endpoint or credentials depend on values that are still unknown, so AURA can't be called. \
         Apply what they depend on first, for example with -target.",
    )
}
