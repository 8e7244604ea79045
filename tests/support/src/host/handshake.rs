//! The line with which a provider says where and how it can be reached.

use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls_pki_types::CertificateDer;

/// The first line on a provider's standard output, `CORE|APP|NETWORK|ADDRESS|PROTOCOL|CERTIFICATE[|MULTIPLEX]`
/// (go-plugin's `client.go`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// go-plugin's own version: always 1.
    pub core: u32,
    /// Terraform's protocol version.
    pub protocol: u32,
    /// Where the provider listens.
    pub address: Address,
    /// The certificate the provider will show, when it speaks TLS.
    pub certificate: Option<CertificateDer<'static>>,
    /// Whether one connection can carry several; only said to hosts that asked.
    pub multiplex: Option<bool>,
}

/// Where a provider listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket, by its path.
    Unix(PathBuf),
    /// A TCP port, which must be on loopback.
    Tcp(SocketAddr),
}

impl Handshake {
    /// Reads the line, without its end, as strictly as the strictest supported Terraform.
    ///
    /// # Errors
    ///
    /// What is wrong with the line, as a sentence.
    pub fn parse(line: &str) -> Result<Self, String> {
        let fields: Vec<&str> = line.split('|').collect();
        let (core, app, network, address, kind, certificate, multiplex) = match fields[..] {
            [core, app, network, address, kind, certificate] => {
                (core, app, network, address, kind, certificate, None)
            }
            [core, app, network, address, kind, certificate, multiplex] => {
                let multiplex = Some(parse_multiplex(multiplex)?);
                (core, app, network, address, kind, certificate, multiplex)
            }
            _ => return Err(format!("it has {} fields instead of 6 or 7", fields.len())),
        };
        if core != "1" {
            return Err(format!("its core version is {core:?} instead of 1"));
        }
        if app != "6" {
            return Err(format!("its protocol version is {app:?} instead of 6"));
        }
        if kind != "grpc" {
            return Err(format!("its protocol is {kind:?} instead of grpc"));
        }
        Ok(Self {
            core: 1,
            protocol: 6,
            address: parse_address(network, address)?,
            certificate: parse_certificate(certificate)?,
            multiplex,
        })
    }
}

fn parse_multiplex(text: &str) -> Result<bool, String> {
    text.parse()
        .map_err(|_| format!("its multiplexing field is {text:?} instead of true or false"))
}

fn parse_address(network: &str, address: &str) -> Result<Address, String> {
    match network {
        "unix" if address.starts_with('/') => Ok(Address::Unix(address.into())),
        "unix" => Err(format!("its socket path {address:?} is not absolute")),
        "tcp" => match address.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_loopback() => Ok(Address::Tcp(address)),
            Ok(address) => Err(format!("it listens on {address}, which is not loopback")),
            Err(error) => Err(format!("its address {address:?} can't be read: {error}")),
        },
        _ => Err(format!("its network is {network:?} instead of unix or tcp")),
    }
}

fn parse_certificate(text: &str) -> Result<Option<CertificateDer<'static>>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let der = STANDARD_NO_PAD
        .decode(text)
        .map_err(|error| format!("its certificate is not unpadded base64: {error}"))?;
    Ok(Some(der.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_refused(line: &str, reason: &str) {
        let message = Handshake::parse(line).expect_err("the line is refused");
        assert!(message.contains(reason), "{message}");
    }

    #[test]
    fn a_unix_line_with_a_certificate_is_read() {
        let handshake = Handshake::parse("1|6|unix|/tmp/plugin1|grpc|AQID/w").expect("a good line");
        assert_eq!(
            handshake,
            Handshake {
                core: 1,
                protocol: 6,
                address: Address::Unix("/tmp/plugin1".into()),
                certificate: Some(vec![1, 2, 3, 255].into()),
                multiplex: None,
            }
        );
    }

    #[test]
    fn a_plaintext_line_ends_with_its_separator() {
        let handshake = Handshake::parse("1|6|tcp|127.0.0.1:10000|grpc|").expect("a good line");
        assert_eq!(
            handshake.address,
            Address::Tcp(([127, 0, 0, 1], 10000).into())
        );
        assert_eq!(handshake.certificate, None);
        assert_refused("1|6|tcp|127.0.0.1:10000|grpc", "5 fields");
    }

    #[test]
    fn a_seventh_field_says_whether_connections_multiplex() {
        let handshake = Handshake::parse("1|6|unix|/tmp/p|grpc||false").expect("a good line");
        assert_eq!(handshake.multiplex, Some(false));
        assert_refused("1|6|unix|/tmp/p|grpc||no", "multiplexing");
    }

    #[test]
    fn what_terraform_would_refuse_is_refused() {
        assert_refused("", "1 fields");
        assert_refused("hello", "1 fields");
        assert_refused("2|6|unix|/tmp/p|grpc|", "core version");
        assert_refused("1|5|unix|/tmp/p|grpc|", "protocol version");
        assert_refused("1|6|udp|/tmp/p|grpc|", "network");
        assert_refused("1|6|unix|p|grpc|", "not absolute");
        assert_refused("1|6|tcp|somewhere|grpc|", "can't be read");
        assert_refused("1|6|unix|/tmp/p|netrpc|", "instead of grpc");
    }

    #[test]
    fn a_certificate_with_padding_is_refused_as_go_refuses_it() {
        assert_refused("1|6|unix|/tmp/p|grpc|AQID/w==", "unpadded base64");
    }

    #[test]
    fn a_port_open_to_the_network_is_refused() {
        assert_refused("1|6|tcp|0.0.0.0:10000|grpc|", "not loopback");
    }
}
