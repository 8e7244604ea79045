use super::{BaseUrl, BaseUrlError, Environment};

#[track_caller]
fn endpoint(base: &str) -> String {
    let base: BaseUrl = base.parse().expect("a base URL");
    base.endpoint("notifiers/webhooks").into()
}

#[track_caller]
fn error(base: &str) -> BaseUrlError {
    base.parse::<BaseUrl>().expect_err("no base URL")
}

#[test]
fn every_accepted_spelling_leads_to_the_same_endpoint() {
    for base in [
        "https://staging-panic.aura.services",
        "https://staging-panic.aura.services/",
        "https://STAGING-panic.aura.services:443//",
        "https://staging-panic.aura.services/panic-api/v2",
        "https://staging-panic.aura.services/panic-api/v2/",
    ] {
        assert_eq!(
            endpoint(base),
            "https://staging-panic.aura.services/panic-api/v2/notifiers/webhooks",
            "{base}"
        );
    }
}

#[test]
fn a_gateway_s_path_prefix_is_kept() {
    for base in [
        "https://gw.example/aura",
        "https://gw.example/aura/panic-api/v2/",
    ] {
        assert_eq!(
            endpoint(base),
            "https://gw.example/aura/panic-api/v2/notifiers/webhooks"
        );
    }
}

#[test]
fn the_environments_are_the_documented_hosts() {
    assert_eq!("staging".parse(), Ok(Environment::Staging));
    assert_eq!("production".parse(), Ok(Environment::Production));
    assert!("Production".parse::<Environment>().is_err());
    let host = |environment: Environment| environment.base_url().host().to_owned();
    assert_eq!(host(Environment::Staging), "staging-panic.aura.services");
    assert_eq!(host(Environment::Production), "panic.aura.services");
}

#[test]
fn the_host_names_the_port_only_if_it_is_not_the_default() {
    let host = |base: &str| base.parse::<BaseUrl>().unwrap().host().to_owned();
    assert_eq!(host("https://a.example:443/x"), "a.example");
    assert_eq!(host("https://a.example:8443"), "a.example:8443");
    assert_eq!(host("http://[::1]:8080"), "[::1]:8080");
    assert_eq!(host("http://localhost:80"), "localhost");
}

#[test]
fn plain_http_is_for_loopback_only() {
    for base in [
        "http://localhost:1",
        "http://127.0.0.1",
        "http://127.9.9.9:1",
        "http://[::1]",
    ] {
        assert!(base.parse::<BaseUrl>().is_ok(), "{base}");
    }
    for base in [
        "http://panic.aura.services",
        "http://localhost.example",
        "http://10.0.0.1",
        "http://[::2]",
    ] {
        assert_eq!(error(base), BaseUrlError::PlainHttp, "{base}");
    }
}

#[test]
fn what_a_base_url_can_t_have_is_refused_by_name() {
    assert_eq!(error(""), BaseUrlError::Relative);
    assert_eq!(error("panic.aura.services"), BaseUrlError::Relative);
    assert_eq!(error("localhost:8080"), BaseUrlError::Scheme);
    assert_eq!(error("ftp://a.example"), BaseUrlError::Scheme);
    assert_eq!(error("https://me:pw@a.example"), BaseUrlError::UserInfo);
    assert_eq!(error("https://me@a.example"), BaseUrlError::UserInfo);
    assert_eq!(error("https://a.example?"), BaseUrlError::Query);
    assert_eq!(error("https://a.example#x"), BaseUrlError::Fragment);
    assert_eq!(error("https://a.example\n"), BaseUrlError::Characters);
    assert_eq!(error("https:\\\\a.example"), BaseUrlError::Characters);
    assert_eq!(
        error("https://").to_string(),
        "the base URL is not a URL: empty host"
    );
}

#[test]
fn a_base_url_shows_without_the_api_s_own_path() {
    let base: BaseUrl = "https://gw.example/aura/panic-api/v2/".parse().unwrap();
    assert_eq!(base.to_string(), "https://gw.example/aura");
    assert_eq!(format!("{base:?}"), "BaseUrl(https://gw.example/aura)");
}
