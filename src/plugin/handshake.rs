//! The one line on stdout by which the host finds us, and after which nothing is ever written there.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::APP_PROTOCOL;
use super::environment::Environment;
use super::listener::Address;
use super::tls::Identity;

/// go-plugin's own protocol between host and plugin.
const CORE_PROTOCOL: u8 = 1;

/// Prints the handshake line. The socket must be listening: the host connects at once.
pub(super) fn announce(
    environment: &Environment,
    address: &Address,
    identity: Option<&Identity>,
) -> io::Result<()> {
    let certificate = identity.map_or(&[][..], Identity::certificate);
    let line = line(address, certificate, environment.multiplexing_asked());
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes())?;
    stdout.flush()
}

fn line(address: &Address, certificate: &[u8], multiplexing_asked: bool) -> String {
    let certificate = STANDARD_NO_PAD.encode(certificate);
    // Hosts before go-plugin 1.6 split off six fields and would take a seventh for a part of the certificate.
    let multiplexing = if multiplexing_asked { "|false" } else { "" };
    format!(
        "{CORE_PROTOCOL}|{APP_PROTOCOL}|{}|{address}|grpc|{certificate}{multiplexing}\n",
        address.network()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_six_fields_even_without_a_certificate() {
        let address = Address::Unix("/tmp/plugin1/socket".into());
        assert_eq!(
            line(&address, &[], false),
            "1|6|unix|/tmp/plugin1/socket|grpc|\n"
        );
    }

    #[test]
    fn the_certificate_is_base64_without_padding() {
        let address = Address::Tcp("127.0.0.1:10000".parse().unwrap());
        assert_eq!(
            line(&address, b"abcd", false),
            "1|6|tcp|127.0.0.1:10000|grpc|YWJjZA\n"
        );
    }

    #[test]
    fn a_seventh_field_is_for_hosts_that_ask() {
        let address = Address::Tcp("127.0.0.1:10000".parse().unwrap());
        assert_eq!(
            line(&address, &[], true),
            "1|6|tcp|127.0.0.1:10000|grpc||false\n"
        );
    }
}
