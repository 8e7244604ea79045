use std::{fmt, str::FromStr};

use url::{Host, Url};

use crate::aura::endpoint::Route;

/// The path of the API below its base (API reference, "Register a webhook").
const API_PATH: &str = "/panic-api/v2";

/// One of AURA's own installations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// `https://staging-panic.aura.services`, the host of AURA's API reference.
    Staging,
    /// `https://panic.aura.services`, as seen in public integrations.
    Production,
}

impl Environment {
    /// Every environment, in the order a text should list them.
    pub const ALL: [Self; 2] = [Self::Staging, Self::Production];

    /// The name people give it: `staging` or `production`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// Where its API lives.
    pub fn base_url(self) -> BaseUrl {
        let url = match self {
            Self::Staging => "https://staging-panic.aura.services",
            Self::Production => "https://panic.aura.services",
        };
        url.parse().expect("AURA's own base URLs are valid")
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|environment| environment.name() == name)
            .ok_or(UnknownEnvironment)
    }
}

/// A name that is none of [`Environment::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownEnvironment;

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the environment must be \"staging\" or \"production\"")
    }
}

impl std::error::Error for UnknownEnvironment {}

/// Where an API lives: scheme, host, port and, behind a gateway, a path prefix.
///
/// Only `https`, except on loopback, where nobody can listen in on the token.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    /// Its path is the prefix, without a trailing `/`.
    url: Url,
    host: String,
}

impl BaseUrl {
    /// Host, and port unless it is the scheme's default: `panic.aura.services`, `localhost:8080`, `[::1]:8080`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The URL of an endpoint, named as in the API reference without a leading `/`: `notifiers/webhooks`.
    pub fn endpoint(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        let prefix = self.url.path().trim_end_matches('/');
        url.set_path(&format!("{prefix}{API_PATH}/{path}"));
        url
    }

    pub(super) fn route(&self) -> Route {
        match (self.url.scheme(), is_loopback(&self.url)) {
            ("http", _) => Route::LocalPlain,
            (_, true) => Route::LocalTls,
            (_, false) => Route::Tls,
        }
    }
}

impl From<Environment> for BaseUrl {
    fn from(environment: Environment) -> Self {
        environment.base_url()
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The URL standard drops line breaks and turns `\` into `/`, silently: another host than the one written.
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(BaseUrlError::Characters);
        }
        let mut url = Url::parse(text).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => BaseUrlError::Relative,
            error => BaseUrlError::Malformed(error),
        })?;
        check_scheme(&url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::UserInfo);
        }
        if url.query().is_some() {
            return Err(BaseUrlError::Query);
        }
        if url.fragment().is_some() {
            return Err(BaseUrlError::Fragment);
        }
        let path = url.path().trim_end_matches('/');
        let prefix = path.strip_suffix(API_PATH).unwrap_or(path);
        let prefix = prefix.trim_end_matches('/').to_owned();
        url.set_path(&prefix);
        let host = match (url.host_str(), url.port()) {
            (None, _) => return Err(BaseUrlError::Relative),
            (Some(host), None) => host.to_owned(),
            (Some(host), Some(port)) => format!("{host}:{port}"),
        };
        Ok(Self { url, host })
    }
}

fn check_scheme(url: &Url) -> Result<(), BaseUrlError> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err(BaseUrlError::PlainHttp),
        _ => Err(BaseUrlError::Scheme),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

/// Why a text is no [`BaseUrl`]. The text itself is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// White space, a control character or a backslash.
    Characters,
    /// No scheme, or no host.
    Relative,
    /// Neither `https` nor `http`.
    Scheme,
    /// `http` to another machine.
    PlainHttp,
    /// `user:password@`.
    UserInfo,
    /// `?…`.
    Query,
    /// `#…`.
    Fragment,
    /// Not a URL for another reason.
    Malformed(url::ParseError),
}

impl fmt::Display for BaseUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Characters => {
                "the base URL must not contain white space, control characters or backslashes"
            }
            Self::Relative => "the base URL must be complete, such as https://panic.example.com",
            Self::Scheme => "the base URL must start with https://",
            Self::PlainHttp => {
                "the base URL must start with https://, because the access token is sent there; \
                 http:// is for localhost, 127.0.0.0/8 and [::1] only"
            }
            Self::UserInfo => "the base URL must not contain a user name or password",
            Self::Query => "the base URL must not contain a query (?…)",
            Self::Fragment => "the base URL must not contain a fragment (#…)",
            Self::Malformed(error) => return write!(f, "the base URL is not a URL: {error}"),
        })
    }
}

impl std::error::Error for BaseUrlError {}

#[cfg(test)]
mod tests;
