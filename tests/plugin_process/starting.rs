//! By hand, and up to the line by which the host finds us.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use aura_test_support::host::{Address, Handshake, Host, Identity};

use crate::wire::{BINARY, Terraform};

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

fn by_hand(arguments: &[&str], cookie: Option<&str>) -> Output {
    let mut command = Command::new(BINARY);
    command.env_clear().args(arguments).stdin(Stdio::null());
    if let Some(cookie) = cookie {
        command.env("TF_PLUGIN_MAGIC_COOKIE", cookie);
    }
    command.output().expect("the binary runs")
}

#[track_caller]
fn assert_sent_away(output: &Output) {
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "This binary is a plugin. These are not meant to be executed directly.\n\
         Please execute the program that consumes these plugins, which will\n\
         load any plugins automatically\n"
    );
}

#[test]
fn a_person_is_sent_away_in_go_plugins_own_words() {
    assert_sent_away(&by_hand(&[], None));
}

#[test]
fn a_wrong_cookie_is_no_cookie() {
    for cookie in ["", "true", &COOKIE.to_uppercase(), &COOKIE[1..]] {
        assert_sent_away(&by_hand(&[], Some(cookie)));
    }
}

#[test]
fn help_and_version_are_answered() {
    for flag in ["--help", "-h"] {
        let help = by_hand(&[flag], None);
        assert_eq!(help.status.code(), Some(0));
        let text = String::from_utf8(help.stdout).unwrap();
        assert!(
            text.contains("aura/aura") && text.contains("--version"),
            "{text}"
        );
        assert_eq!(help.stderr, b"");
    }
    for flag in ["--version", "-V"] {
        let version = by_hand(&[flag], None);
        assert_eq!(version.status.code(), Some(0));
        let expected = concat!("terraform-provider-aura ", env!("CARGO_PKG_VERSION"), "\n");
        assert_eq!(String::from_utf8(version.stdout).unwrap(), expected);
        assert_eq!(version.stderr, b"");
    }
}

#[test]
fn an_unknown_argument_is_named_with_the_way_out() {
    for argument in ["--verbose", "-x", "serve"] {
        let refused = by_hand(&[argument], Some(COOKIE));
        assert_eq!(refused.status.code(), Some(2), "{argument}");
        assert_eq!(refused.stdout, b"");
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(text.contains(argument) && text.contains("--help"), "{text}");
    }
}

/// The first line on stdout, as it is.
fn handshake_line(variables: &[(&str, &str)]) -> String {
    let mut provider = Command::new(BINARY)
        .env_clear()
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    let stdout = provider.stdout.take().expect("stdout is piped");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let terminated = Command::new("kill").arg(provider.id().to_string()).status();
    assert!(terminated.expect("kill runs").success());
    provider.wait().expect("the provider ends");
    line
}

#[test]
fn the_handshake_is_one_line_of_six_fields() {
    let identity = Identity::generate();
    let line = handshake_line(&[("PLUGIN_CLIENT_CERT", identity.pem())]);
    let fields: Vec<_> = line
        .strip_suffix('\n')
        .expect("a line")
        .split('|')
        .collect();
    let [core, app, network, address, kind, certificate] = fields[..] else {
        panic!("six fields, not {line}")
    };
    assert_eq!((core, app, network, kind), ("1", "6", "unix", "grpc"));
    assert!(Path::new(address).is_absolute(), "{address}");
    let base64 = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    assert!(certificate.chars().all(base64), "{certificate}");
    // go-plugin ignores what is no longer than this.
    assert!(certificate.len() > 50, "{certificate}");
}

#[test]
fn without_tls_the_sixth_field_is_there_and_empty() {
    let line = handshake_line(&[]);
    assert!(
        line.starts_with("1|6|unix|/") && line.ends_with("|grpc|\n"),
        "{line}"
    );
}

#[test]
fn a_seventh_field_is_for_hosts_that_ask() {
    let line = handshake_line(&[("PLUGIN_MULTIPLEX_GRPC", "true")]);
    assert!(line.ends_with("|grpc||false\n"), "{line}");
    let line = handshake_line(&[("PLUGIN_MULTIPLEX_GRPC", "")]);
    assert!(line.ends_with("|grpc|\n"), "{line}");
}

#[test]
fn version_6_is_spoken_whatever_the_host_offers() {
    for offered in ["5,6", "6,5", "5", "", "six,,7"] {
        let line = handshake_line(&[("PLUGIN_PROTOCOL_VERSIONS", offered)]);
        assert!(line.starts_with("1|6|"), "{offered}: {line}");
    }
}

#[test]
fn every_start_has_a_certificate_of_its_own() {
    let identity = Identity::generate();
    let start = || handshake_line(&[("PLUGIN_CLIENT_CERT", identity.pem())]);
    let certificate = |line: String| Handshake::parse(line.trim_end()).unwrap().certificate;
    let (first, second) = (certificate(start()), certificate(start()));
    assert!(first.is_some() && first != second);
}

pub(crate) fn socket(host: &Host) -> PathBuf {
    match &host.handshake().address {
        Address::Unix(path) => path.clone(),
        Address::Tcp(address) => panic!("{address} is no unix socket"),
    }
}

#[tokio::test]
async fn the_socket_is_in_a_directory_that_only_its_owner_can_enter() {
    let host = Terraform::builder().start().await;
    let socket = socket(&host);
    assert!(socket.metadata().unwrap().file_type().is_socket());
    let directory = socket.parent().unwrap().metadata().unwrap();
    assert_eq!(directory.permissions().mode() & 0o7777, 0o700);
    host.shutdown().await;
}

#[tokio::test]
async fn the_socket_is_where_the_host_wants_it() {
    let wanted = tempfile::tempdir().unwrap();
    for (variable, other) in [("PLUGIN_UNIX_SOCKET_DIR", "TMPDIR"), ("TMPDIR", "IGNORED")] {
        let builder = Terraform::builder().env(variable, wanted.path());
        let host = builder.env(other, "/nowhere").start().await;
        assert!(socket(&host).starts_with(wanted.path()), "{variable}");
        host.shutdown().await;
        let left = wanted.path().read_dir().unwrap().count();
        assert_eq!(left, 0, "{variable}");
    }
}

#[tokio::test]
async fn an_empty_directory_variable_is_an_unset_one() {
    for variable in ["PLUGIN_UNIX_SOCKET_DIR", "TMPDIR"] {
        let builder = Terraform::builder().env_remove("TMPDIR").env(variable, "");
        let host = builder.start().await;
        let socket = socket(&host);
        host.shutdown().await;
        let parent = socket.parent().and_then(Path::parent);
        assert_eq!(parent, Some(Path::new("/tmp")), "{variable}");
    }
}

#[tokio::test]
async fn a_temporary_directory_too_deep_for_a_socket_is_evaded() {
    let deep = tempfile::tempdir().unwrap();
    let path = deep.path().join("d".repeat(120));
    std::fs::create_dir(&path).unwrap();
    let terraform = Terraform::with(Terraform::builder().env("TMPDIR", &path)).await;
    terraform.assert_alive().await;
    assert_eq!(path.read_dir().unwrap().count(), 0, "nothing is left there");
}

#[tokio::test]
async fn a_directory_that_can_t_be_used_ends_the_start_with_the_reason() {
    let deep = tempfile::tempdir().unwrap();
    let too_deep = deep.path().join("d".repeat(120));
    std::fs::create_dir(&too_deep).unwrap();
    for (directory, reason) in [
        (Path::new("/nowhere/at/all"), "/nowhere/at/all"),
        (&too_deep, "path"),
    ] {
        let builder = Terraform::builder().env("PLUGIN_UNIX_SOCKET_DIR", directory);
        let error = builder.try_start().await.err().expect("it can't start");
        assert_eq!(error.status.and_then(|status| status.code()), Some(1));
        assert_eq!(error.stdout, "");
        assert!(error.stderr.contains(reason), "{error}");
        assert_eq!(error.stderr.lines().count(), 1, "{error}");
    }
    assert_eq!(too_deep.read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn what_the_host_sets_for_others_is_ignored() {
    let others: HashMap<_, _> = [
        ("PLUGIN_MIN_PORT", "many"),
        ("PLUGIN_MAX_PORT", "-1"),
        ("TF_REATTACH_PROVIDERS", "{}"),
    ]
    .into();
    let builder = others
        .into_iter()
        .fold(Terraform::builder(), |builder, (name, value)| {
            builder.env(name, value)
        });
    Terraform::with(builder).await.assert_alive().await;
}
