//! The customer sources that a provider block configures: its own, and named ones.

use std::collections::BTreeMap;

use crate::aura::BaseUrl;
use crate::terraform::{Attr, AttributePath, Diagnostics, Object, Value};

use super::super::source::{self, Place, Source, Variable};

/// The attribute of the provider block that holds named sources.
pub(super) const CUSTOMER_SOURCES: &str = "customer_sources";

/// The sources of a provider block, not yet connected to anything.
pub(super) struct Sources {
    pub(super) own: Option<Source>,
    pub(super) named: Option<BTreeMap<String, Attr<Source>>>,
}

impl Sources {
    pub(super) fn resolve(config: &Object, variable: Variable<'_>) -> Result<Self, Diagnostics> {
        let place = Place::provider_block(variable);
        let mut diagnostics = Source::check(config, &AttributePath::default());
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let endpoint = source::provider_endpoint(config, &place).map_err(|error| vec![error])?;
        let fleet = Attr::map_of(config, CUSTOMER_SOURCES);
        let own = if !fleet.is_null() && Source::is_absent(config, &place) {
            Ok(None)
        } else {
            Source::resolve(config, &place, endpoint.clone()).map(Some)
        };
        let own = own.map_err(|errors| diagnostics.extend(errors));
        let named =
            named_sources(fleet, endpoint.as_ref()).map_err(|errors| diagnostics.extend(errors));
        match (own, named) {
            (Ok(own), Ok(named)) => Ok(Self { own, named }),
            _ => Err(diagnostics),
        }
    }
}

fn named_sources(
    fleet: Attr<&Object>,
    endpoint: Option<&BaseUrl>,
) -> Result<Option<BTreeMap<String, Attr<Source>>>, Diagnostics> {
    let entries = match fleet {
        Attr::Null => return Ok(Some(BTreeMap::new())),
        Attr::Unknown => return Ok(None),
        Attr::Known(entries) => entries,
    };
    let mut sources = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for (name, entry) in entries {
        match named_source(name, entry, endpoint.cloned()) {
            Ok(source) => drop(sources.insert(name.clone(), source)),
            Err(errors) => diagnostics.extend(errors),
        }
    }
    if diagnostics.is_empty() {
        Ok(Some(sources))
    } else {
        Err(diagnostics)
    }
}

fn named_source(
    name: &str,
    entry: &Value,
    endpoint: Option<BaseUrl>,
) -> Result<Attr<Source>, Diagnostics> {
    let nothing = Object::new();
    let block = match entry {
        Value::Unknown => return Ok(Attr::Unknown),
        Value::Map(block) => block,
        // A null entry lacks what an empty one lacks.
        _ => &nothing,
    };
    let place = Place::entry(AttributePath::from(CUSTOMER_SOURCES).key(name));
    Source::resolve(block, &place, endpoint).map(Attr::Known)
}

/// Judges the named sources of a provider block offline, as far as they are known.
pub(in crate::provider) fn check_named_sources(config: &Object) -> Diagnostics {
    let entries = Attr::map_of(config, CUSTOMER_SOURCES)
        .known()
        .into_iter()
        .flatten();
    let check = |(name, entry): (&String, &Value)| {
        let path = AttributePath::from(CUSTOMER_SOURCES).key(name);
        entry
            .as_map()
            .map(|block| Source::check(block, &path))
            .unwrap_or_default()
    };
    entries.flat_map(check).collect()
}
