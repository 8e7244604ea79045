//! What a started program inherits from the environment of the tests.

use std::env;
use std::ffi::OsString;

const FOREIGN: [&str; 3] = ["AURA_", "PLUGIN_", "TF_"];
const PROXIES: [&str; 4] = ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/// The environment without what would change a test's outcome: the provider's, Terraform's and go-plugin's
/// variables, and proxies, which would stand between the provider and the simulator.
pub(crate) fn inherited() -> impl Iterator<Item = (OsString, OsString)> {
    env::vars_os().filter(|(name, _)| !is_foreign(&name.to_string_lossy()))
}

fn is_foreign(name: &str) -> bool {
    FOREIGN.iter().any(|prefix| name.starts_with(prefix))
        || PROXIES.iter().any(|proxy| name.eq_ignore_ascii_case(proxy))
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn what_would_change_an_outcome_is_not_inherited() {
        for name in ["AURA_TOKEN", "TF_LOG", "PLUGIN_CLIENT_CERT", "https_proxy"] {
            assert!(is_foreign(name), "{name}");
        }
    }

    #[test]
    fn what_a_version_manager_needs_is_inherited() {
        for name in ["HOME", "PATH", "TFENV_ROOT", "XDG_CACHE_HOME"] {
            assert!(!is_foreign(name), "{name}");
        }
    }
}
