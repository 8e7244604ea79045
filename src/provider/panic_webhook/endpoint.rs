//! The URL that AURA posts events to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, ParseError, Url};

use crate::terraform::{AttributePath, Diagnostic};

/// Judges an endpoint: an error if AURA would refuse it or a credential would leak, a warning if AURA can hardly
/// reach it.
pub(super) fn check(text: &str, path: AttributePath) -> Option<Diagnostic> {
    match parse(text) {
        Err(problem) => Some(
            Diagnostic::error(
                "Invalid Webhook URL",
                format!(
                    "The URL {problem}. Write an absolute HTTPS URL, such as \
                     \"https://alerts.example.com/aura\"."
                ),
            )
            .at(path),
        ),
        Ok(url) => unreachable_host(&url).map(|host| {
            Diagnostic::warning(
                "Webhook URL Not Reachable for AURA",
                format!(
                    "AURA posts events from its own network and can't reach \"{host}\", which is local or private. \
                     Emergency events would go nowhere: use a host name that is public."
                ),
            )
            .at(path)
        }),
    }
}

/// Never quotes the URL: what is wrong with it may be a password in it.
fn parse(text: &str) -> Result<Url, &'static str> {
    // The URL standard silently drops these, so that AURA would get another URL than the one written.
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("has spaces or line breaks in or around it");
    }
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => "is not absolute",
        ParseError::EmptyHost => "has no host",
        ParseError::InvalidPort => "has an invalid port",
        _ => "is malformed",
    })?;
    if url.scheme() != "https" {
        return Err("is not HTTPS, which AURA requires because deliveries carry personal data");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("has no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "has a user name or password in it, which would be stored in clear; send credentials in a header",
        );
    }
    if url.fragment().is_some() {
        return Err("has a fragment (from \"#\" on), which is never sent to a server");
    }
    Ok(url)
}

fn unreachable_host(url: &Url) -> Option<String> {
    let host = url.host()?;
    let unreachable = match &host {
        Host::Domain(name) => is_local_name(name),
        Host::Ipv4(address) => is_local_v4(*address),
        Host::Ipv6(address) => is_local_v6(*address),
    };
    unreachable.then(|| host.to_string())
}

/// Names that by convention exist only inside a network: RFC 6761, RFC 6762, RFC 8375, `.internal`.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let local = [
        "localhost",
        "local",
        "internal",
        "home.arpa",
        "test",
        "invalid",
    ];
    !name.contains('.')
        || local
            .iter()
            .any(|suffix| name.ends_with(&format!(".{suffix}")))
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let carrier_grade_nat = a == 100 && (64..128).contains(&b);
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || carrier_grade_nat
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_local_v4(address),
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let diagnostic = check(text, "url".into()).expect(text);
        assert!(
            diagnostic.is_error() && diagnostic.detail.contains(why),
            "{}",
            diagnostic.detail
        );
    }

    #[test]
    fn only_absolute_https_urls_without_secrets_are_taken() {
        assert_eq!(
            check("https://alerts.example.com/aura?tenant=7", "url".into()),
            None
        );
        refused("http://alerts.example.com", "is not HTTPS");
        refused("/aura", "is not absolute");
        refused("alerts.example.com", "is not absolute");
        refused("https://", "has no host");
        refused(
            "https://me:pw@alerts.example.com",
            "a user name or password",
        );
        refused("https://alerts.example.com/#top", "a fragment");
        refused(" https://alerts.example.com", "spaces or line breaks");
        refused("https://alerts.exa\nmple.com", "spaces or line breaks");
        refused("", "is not absolute");
    }

    #[test]
    fn an_error_never_quotes_a_password() {
        let diagnostic = check("https://me:s3cret@alerts.example.com", "url".into()).unwrap();
        assert!(!diagnostic.detail.contains("s3cret"));
    }

    #[test]
    fn a_host_that_aura_cannot_reach_is_a_warning() {
        for host in [
            "localhost",
            "127.0.0.1",
            "10.1.2.3",
            "100.64.0.1",
            "[::1]",
            "[fd00::1]",
            "nas.local",
            "nas",
        ] {
            let diagnostic = check(&format!("https://{host}/aura"), "url".into()).expect(host);
            assert!(
                !diagnostic.is_error() && diagnostic.detail.contains(host),
                "{}",
                diagnostic.detail
            );
        }
        for host in [
            "8.8.8.8",
            "100.128.0.1",
            "[2606:4700::1]",
            "locals.example.com",
        ] {
            assert_eq!(check(&format!("https://{host}/aura"), "url".into()), None);
        }
    }
}
