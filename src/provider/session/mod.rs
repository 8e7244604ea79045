//! What one configure call sets up, and everything that lives as long: customer sources, connections, tokens.
//!
//! - [`CustomerSource`]: one source and the client for it
//! - `sources`: the sources that a provider block configures
//! - [`Slots`]: what this run has claimed and registered, slot by slot

mod customer_source;
mod slots;
mod sources;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::aura::{Retry, Transport, TransportOptions};
use crate::terraform::{Attr, Diagnostic, Diagnostics, Object};

use super::options::Options;
use super::source::{Source, Variable};

pub(super) use customer_source::{CustomerSource, not_known};
pub(super) use slots::{Slot, Slots};
pub(super) use sources::check_named_sources;
use sources::{CUSTOMER_SOURCES, Sources};

/// How many keys a text lists before it says "and more".
const LISTED_KEYS: usize = 40;

/// The provider as configured for one Terraform walk. Nothing of it outlives the next configure call.
#[derive(Debug)]
pub(super) struct Session {
    /// The source of the provider block itself; a fleet of named sources needs none.
    own: Option<CustomerSource>,
    /// `None` while the whole map is unknown.
    named: Option<BTreeMap<String, Attr<CustomerSource>>>,
    slots: Slots,
}

impl Session {
    /// Sets up a session. Nothing is opened, loaded or sent before it is needed.
    pub(super) fn new(
        config: &Object,
        variable: Variable<'_>,
        user_agent: String,
    ) -> Result<Self, Diagnostics> {
        let mut diagnostics = Vec::new();
        let sources =
            Sources::resolve(config, variable).map_err(|errors| diagnostics.extend(errors));
        let options = Options::parse(config).map_err(|errors| diagnostics.extend(errors));
        let (Ok(sources), Ok(options)) = (sources, options) else {
            return Err(diagnostics);
        };
        let transport = Arc::new(Transport::new(TransportOptions {
            request_timeout: options.request_timeout,
            retry: Retry {
                max_retries: options.max_retries,
                ..Retry::default()
            },
            ca_certificates: options.ca_certificates,
            user_agent,
        }));
        let named = sources.named.map(|named| {
            let connect = |(name, source): (String, Attr<Source>)| {
                let key = name.clone();
                (
                    name,
                    source.map(|source| CustomerSource::new(Some(key), source, &transport)),
                )
            };
            named.into_iter().map(connect).collect()
        });
        let own = sources
            .own
            .map(|source| CustomerSource::new(None, source, &transport));
        Ok(Self {
            own,
            named,
            slots: Slots::default(),
        })
    }

    /// The source whose webhook a resource manages: the named one, or the provider block's own. Unknown while the
    /// name or what it names is.
    ///
    /// # Errors
    ///
    /// When there is no such source; the error lists those that are.
    pub(super) fn source(&self, name: Attr<&str>) -> Result<Attr<&CustomerSource>, Diagnostic> {
        let name = match name {
            Attr::Null => {
                return self
                    .own
                    .as_ref()
                    .map(Attr::Known)
                    .ok_or_else(|| self.unnamed());
            }
            Attr::Unknown => return Ok(Attr::Unknown),
            Attr::Known(name) => name,
        };
        let Some(named) = &self.named else {
            return Ok(Attr::Unknown);
        };
        match named.get(name) {
            Some(Attr::Known(source)) => Ok(Attr::Known(source)),
            Some(Attr::Unknown) => Ok(Attr::Unknown),
            Some(Attr::Null) | None => Err(self.unknown_name(name)),
        }
    }

    /// The source whose webhook is in this slot; unknown while only a source that is still unknown could be it.
    ///
    /// # Errors
    ///
    /// When no source has this slot; the error lists those there are.
    pub(super) fn source_at(&self, slot: &str) -> Result<Attr<&CustomerSource>, Diagnostic> {
        let named = self.named.iter().flat_map(BTreeMap::values);
        let named = named.map(|source| match source {
            Attr::Known(source) => Some(source),
            Attr::Null | Attr::Unknown => None,
        });
        let mut known = Vec::new();
        let mut all_known = self.named.is_some();
        for source in self.own.iter().map(Some).chain(named) {
            match source.map(|source| (source, source.slot())) {
                Some((source, Attr::Known(found))) if found == slot => {
                    return Ok(Attr::Known(source));
                }
                Some((_, Attr::Known(found))) => known.push(format!("\"{found}\"")),
                _ => all_known = false,
            }
        }
        match all_known {
            true => Err(no_such_slot(slot, &known)),
            false => Ok(Attr::Unknown),
        }
    }

    /// What this run has claimed and registered.
    pub(super) fn slots(&self) -> &Slots {
        &self.slots
    }

    fn unnamed(&self) -> Diagnostic {
        Diagnostic::error(
            "Missing Customer Source",
            format!(
                "The provider block has no credentials of its own, so each resource must say which customer source it \
                 belongs to. Set \"customer_source\" to a key of the provider's \"{CUSTOMER_SOURCES}\": {}.",
                self.keys()
            ),
        )
        .at("customer_source")
    }

    fn unknown_name(&self, name: &str) -> Diagnostic {
        let keys = match self.named.as_ref().is_some_and(|named| !named.is_empty()) {
            true => format!("its keys are {}", self.keys()),
            false => "it has no keys".to_owned(),
        };
        Diagnostic::error(
            "Unknown Customer Source",
            format!(
                "\"{}\" is no key of the provider's \"{CUSTOMER_SOURCES}\"; {keys}. Correct \"customer_source\", or \
                 add the source to the provider block.",
                name.escape_debug()
            ),
        )
        .at("customer_source")
    }

    fn keys(&self) -> String {
        let keys = self.named.iter().flat_map(BTreeMap::keys);
        let mut listed: Vec<_> = keys
            .clone()
            .take(LISTED_KEYS)
            .map(|key| format!("\"{key}\""))
            .collect();
        match keys.count() - listed.len() {
            0 => {}
            more => listed.push(format!("and {more} more")),
        }
        listed.join(", ")
    }
}

fn no_such_slot(slot: &str, known: &[String]) -> Diagnostic {
    let more = match known.len().saturating_sub(LISTED_KEYS) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let listed: Vec<_> = known.iter().take(LISTED_KEYS).cloned().collect();
    Diagnostic::error(
        "No Such Slot",
        format!(
            "The provider's credentials are for {}{more}, and not for \"{}\". Correct \"api_host\" or \"customer\" of the \
             identity; or configure the provider for the environment and the customer that the webhook belongs to.",
            listed.join(", "),
            slot.escape_debug()
        ),
    )
}

/// The session of the last configure call, shared by the provider and its resources.
#[derive(Clone, Debug, Default)]
pub(super) struct CurrentSession(Arc<RwLock<Option<Arc<Session>>>>);

impl CurrentSession {
    pub(super) fn replace(&self, session: Session) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(session));
    }

    /// The session, to be kept for the whole of a call: another configure call may come meanwhile.
    pub(super) fn current(&self) -> Result<Arc<Session>, Diagnostic> {
        let session = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        session.ok_or_else(|| {
            Diagnostic::error(
                "Provider Not Configured",
                "The provider was asked to work before it was configured. Terraform always configures it first: \
                 please report this to the provider's developers.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::Value;

    fn session(config: Object) -> Result<Session, Diagnostics> {
        Session::new(&config, &|_| None, String::new())
    }

    fn entry(token: &str) -> Value {
        Value::Map([("token".to_owned(), token.into())].into())
    }

    fn fleet(entries: &[(&str, Value)]) -> Object {
        let entries = entries
            .iter()
            .map(|(name, entry)| ((*name).to_owned(), entry.clone()));
        [(CUSTOMER_SOURCES.to_owned(), Value::Map(entries.collect()))].into()
    }

    #[test]
    fn a_fleet_needs_no_credentials_of_the_block_itself() {
        let session = session(fleet(&[("north", entry("a")), ("south", entry("b"))])).unwrap();
        let Ok(Attr::Known(source)) = session.source(Attr::Known("north")) else {
            panic!("known")
        };
        assert_eq!(
            source.slot(),
            Attr::Known("staging-panic.aura.services/north".to_owned())
        );
        let error = session.source(Attr::Null).unwrap_err();
        assert!(
            error.detail.contains(r#""north", "south""#),
            "{}",
            error.detail
        );
    }

    #[test]
    fn an_unknown_key_is_an_error_that_lists_the_keys() {
        let session = session(fleet(&[("north", entry("a"))])).unwrap();
        let error = session.source(Attr::Known("nroth")).unwrap_err();
        assert_eq!(error.attribute, "customer_source".into());
        assert!(
            error.detail.contains(r#"its keys are "north""#),
            "{}",
            error.detail
        );
    }

    #[test]
    fn an_entry_without_credentials_is_named() {
        let error = session(fleet(&[("north", Value::Null), ("south", entry("b"))])).unwrap_err();
        assert_eq!(
            error[0].attribute.to_string(),
            r#"customer_sources["north"]"#
        );
        assert_eq!(error[0].summary, "Missing Credentials");
    }

    #[test]
    fn what_is_unknown_in_a_fleet_is_unknown_and_no_error() {
        let session_of = |value| session([(CUSTOMER_SOURCES.to_owned(), value)].into()).unwrap();
        let whole = session_of(Value::Unknown);
        assert!(matches!(
            whole.source(Attr::Known("north")),
            Ok(Attr::Unknown)
        ));
        let one = session(fleet(&[("north", Value::Unknown)])).unwrap();
        assert!(matches!(
            one.source(Attr::Known("north")),
            Ok(Attr::Unknown)
        ));
        assert!(matches!(one.source(Attr::Unknown), Ok(Attr::Unknown)));
    }
}
