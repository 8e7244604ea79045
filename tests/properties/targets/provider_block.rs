//! What a user may write into the provider block: addresses, durations, certificates. The input is the block in JSON.

use super::host::Host;
use super::{memory, value};

/// Whatever the block says: the diagnostics show nothing sensitive, and what validation refuses is not configured.
pub fn check(json: &[u8]) {
    let Some(block) = value::block(json, value::provider_schema()) else {
        return;
    };
    let host = Host::start();
    memory::bounded(json, || {
        let (validated, configured) = (host.validate_provider(&block), host.configure(&block));
        for told in [&validated, &configured] {
            assert!(!value::leaks(&told.text(), json), "{}", told.text());
        }
        assert!(
            configured.has_errors() || !validated.has_errors(),
            "configured in spite of {}",
            validated.text()
        );
    });
}
