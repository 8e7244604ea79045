//! The environment that a host starts us with. The input is `NAME=value` pairs with a NUL after each, as the kernel
//! hands them over.

use std::collections::HashMap;

use terraform_provider_aura::plugin::{Environment, HostCertificate};

use super::memory;

const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// The cookie alone decides who has started us; everything else is taken or left. What is taken for the host's
/// certificate holds one, and only one.
pub fn check(block: &[u8]) {
    let block = String::from_utf8_lossy(block);
    let pairs = block.split('\0').filter_map(|pair| pair.split_once('='));
    let variables: HashMap<&str, &str> = pairs.collect();
    let variable = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    memory::bounded(block.as_bytes(), || {
        let started = variables.get(COOKIE.0) == Some(&COOKIE.1);
        assert_eq!(Environment::read(variable).is_ok(), started);
        assert!(Environment::read(|name| with_cookie(name, variable)).is_ok());
    });
    if let Some(pem) = variables.get("PLUGIN_CLIENT_CERT") {
        memory::bounded(block.as_bytes(), || check_certificate(pem));
    }
}

fn with_cookie(name: &str, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    match name == COOKIE.0 {
        true => Some(COOKIE.1.to_owned()),
        false => variable(name),
    }
}

fn check_certificate(pem: &str) {
    if HostCertificate::from_pem(pem).is_err() {
        return;
    }
    assert!(pem.contains("-----BEGIN CERTIFICATE-"));
    let twice = format!("{pem}\n{pem}");
    assert!(HostCertificate::from_pem(&twice).is_err(), "one of two");
}
