//! What is remembered of a token that was handed out: whose it is and when it ends, never the token.

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::terraform::Diagnostic;

/// The form of the private data. A Terraform run never sees two.
const VERSION: u32 = 1;

/// A token in use.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lease {
    /// The named source that it belongs to, or the provider block's own.
    pub(super) customer_source: Option<String>,
    /// Its end, if that is known.
    pub(super) expires_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    version: u32,
    customer_source: Option<String>,
    expires_at: Option<String>,
}

impl Lease {
    pub(super) fn to_private(&self) -> Bytes {
        let wire = Wire {
            version: VERSION,
            customer_source: self.customer_source.clone(),
            expires_at: self.expires_at.as_ref().map(Timestamp::to_string),
        };
        serde_json::to_vec(&wire).unwrap_or_default().into()
    }

    pub(super) fn from_private(private: &[u8]) -> Result<Self, Diagnostic> {
        let wire = serde_json::from_slice::<Wire>(private).ok();
        let wire = wire
            .filter(|wire| wire.version == VERSION)
            .ok_or_else(unreadable)?;
        let expires_at = wire.expires_at.map(|end| end.parse()).transpose();
        Ok(Self {
            customer_source: wire.customer_source,
            expires_at: expires_at.map_err(|_| unreadable())?,
        })
    }

    /// The token's end, if it is behind us.
    pub(super) fn ran_out(&self, now: Timestamp) -> Option<Timestamp> {
        self.expires_at.filter(|end| *end <= now)
    }
}

fn unreadable() -> Diagnostic {
    Diagnostic::error(
        "Unreadable Private Data",
        "Terraform asked to renew or close an aura_panic_token, but not with the data that the provider gave it. Apply \
         again; if this comes back, please report it to the provider's developers.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_survives_its_way_through_terraform() {
        let lease = Lease {
            customer_source: Some("north".to_owned()),
            expires_at: Some(Timestamp::UNIX_EPOCH),
        };
        assert_eq!(Lease::from_private(&lease.to_private()), Ok(lease));
    }

    #[test]
    fn a_token_has_run_out_from_its_end_on() {
        let lease = |expires_at| Lease {
            customer_source: None,
            expires_at,
        };
        let end = Timestamp::UNIX_EPOCH;
        assert_eq!(lease(Some(end)).ran_out(end), Some(end));
        assert_eq!(lease(Some(end)).ran_out(Timestamp::MIN), None);
        assert_eq!(lease(None).ran_out(Timestamp::MAX), None);
    }

    #[test]
    fn other_data_is_refused() {
        for private in [
            &b""[..],
            b"{}",
            br#"{"version":2}"#,
            br#"{"version":1,"expires_at":"soon"}"#,
        ] {
            assert!(Lease::from_private(private).is_err());
        }
    }
}
