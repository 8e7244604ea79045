use url::Url;

use crate::aura::BaseUrl;

/// Where requests of one kind go.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) url: Url,
    /// As [`BaseUrl::host`].
    pub(super) host: String,
    /// Host and path, as errors and logs name it.
    pub(super) name: String,
    pub(super) route: Route,
}

/// What it takes to get there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Route {
    /// `https`, through a proxy if the environment names one.
    Tls,
    /// `https` on this machine.
    LocalTls,
    /// `http`, on this machine.
    LocalPlain,
}

impl Endpoint {
    pub(super) fn new(base: &BaseUrl, path: &str) -> Self {
        let url = base.endpoint(path);
        Self {
            name: format!("{}{}", base.host(), url.path()),
            host: base.host().to_owned(),
            route: base.route(),
            url,
        }
    }
}
