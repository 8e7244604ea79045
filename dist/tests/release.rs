//! What `make dist` packs is what the registries take, and runs where nothing else is installed. `make test` packs it
//! first and names it in `AURA_DIST`.

#![cfg(unix)]

mod empty_root;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use aura_simulator::{Certificate, Simulator, Source, Tls};
use aura_test_support::terraform::Workspace;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use empty_root::EmptyRoot;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const TOKEN: &str = "release-token";

/// The directory that was packed.
fn directory() -> PathBuf {
    let directory = std::env::var_os("AURA_DIST").expect("AURA_DIST is set, as by `make test`");
    directory.into()
}

/// A file of this version in it.
fn asset(end: &str) -> PathBuf {
    directory().join(format!("terraform-provider-aura_{VERSION}_{end}"))
}

/// The one zip in it.
fn packed() -> PathBuf {
    let entries = fs::read_dir(directory()).unwrap();
    let mut zips = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "zip"));
    let zip = zips.next().expect("there is a zip");
    assert_eq!(zips.next(), None, "there is one zip");
    zip
}

/// Unpacks the binary into a directory.
fn unpack(directory: &Path) -> PathBuf {
    let mut zip = ZipArchive::new(File::open(packed()).unwrap()).unwrap();
    zip.extract(directory).unwrap();
    directory.join(format!("terraform-provider-aura_v{VERSION}"))
}

#[test]
fn the_checksums_are_of_every_zip_and_the_manifest() {
    let sums = fs::read_to_string(asset("SHA256SUMS")).unwrap();
    let mut names = Vec::new();
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").expect("a line is sum and name");
        let content = fs::read(directory().join(name)).unwrap();
        let digest = Sha256::digest(content);
        let expected: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, expected, "{name}");
        names.push(directory().join(name));
    }
    assert_eq!(names, [packed(), asset("manifest.json")]);
}

#[test]
fn the_manifest_names_the_protocol() {
    let manifest = fs::read(asset("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(
        manifest,
        serde_json::json!({"version": 1, "metadata": {"protocol_versions": ["6.0"]}})
    );
}

#[test]
fn the_zip_holds_the_binary_by_the_name_that_terraform_looks_for_and_it_can_be_executed() {
    let mut zip = ZipArchive::new(File::open(packed()).unwrap()).unwrap();
    let names: Vec<_> = zip
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    let binary = format!("terraform-provider-aura_v{VERSION}");
    assert_eq!(names, ["LICENSE", &binary]);
    assert_eq!(
        zip.by_name(&binary).unwrap().unix_mode().unwrap() & 0o777,
        0o755
    );
    let mut license = String::new();
    zip.by_name("LICENSE")
        .unwrap()
        .read_to_string(&mut license)
        .unwrap();
    assert!(license.starts_with("Mozilla Public License"));
}

/// Puts the zip into a mirror for both products.
fn mirror(directory: &Path) {
    for host in ["registry.terraform.io", "registry.opentofu.org"] {
        let place = directory.join(host).join("aura/aura");
        fs::create_dir_all(&place).unwrap();
        let zip = packed();
        fs::copy(&zip, place.join(zip.file_name().unwrap())).unwrap();
    }
}

fn cli_config(mirror: &Path) -> String {
    format!("provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n")
}

fn configuration(provider: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    aura = {{ source = "aura/aura" }}
  }}
}}
provider "aura" {{
  token       = "{TOKEN}"
  max_retries = 0
  {provider}
}}
resource "aura_panic_webhook" "this" {{
  url    = "https://alerts.example.com/aura"
  events = ["NEW_CALLOUT"]
}}
"#
    )
}

fn source() -> Source {
    Source::new("fleet").token(TOKEN)
}

#[test]
fn the_zip_installs_as_a_packed_mirror() {
    let directory = tempfile::tempdir().unwrap();
    mirror(directory.path());
    let aura = Simulator::builder().source(source()).start().unwrap();
    let terraform = Workspace::with_cli_config(&cli_config(directory.path()));
    let endpoint = format!("base_url = {:?}", aura.base_url());
    terraform.write("main.tf", &configuration(&endpoint));
    terraform
        .run(&["init"])
        .ok()
        .says(&format!("aura/aura v{VERSION}"));
    terraform.apply().ok();
    assert_eq!(aura.webhook_posts().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn the_binary_runs_where_there_is_nothing_else() {
    let root = EmptyRoot::new();
    unpack(root.path());
    let said = root.run(
        &format!("/terraform-provider-aura_v{VERSION}"),
        &["--version"],
    );
    assert_eq!(said, format!("terraform-provider-aura {VERSION}\n"));
}

/// HTTPS to a host by its name, in a file system that has Terraform, the mirror and `/etc/hosts`.
#[cfg(target_os = "linux")]
#[test]
fn it_finds_aura_by_name_where_there_is_no_c_library() {
    let root = EmptyRoot::new();
    let Some(terraform) = root.terraform() else {
        eprintln!("not checked: this Terraform needs a C library itself");
        return;
    };
    let tls = Tls {
        // Which is for the name below.
        certificate: Certificate::WrongHost,
        ..Tls::default()
    };
    let aura = Simulator::builder()
        .source(source())
        .tls(tls)
        .start()
        .unwrap();
    mirror(&root.path().join("mirror"));
    root.write("etc/hosts", "127.0.0.1 elsewhere.invalid\n");
    root.write("etc/resolv.conf", "nameserver 127.0.0.1\n");
    root.write("cli.tfrc", &cli_config(Path::new("/mirror")));
    root.write("ca.pem", aura.ca_pem().unwrap());
    root.write(
        "main.tf",
        &configuration(&format!(
            "base_url = \"https://elsewhere.invalid:{}\"\n  ca_certificate = file(\"/ca.pem\")",
            aura.port()
        )),
    );
    root.run(&terraform, &["init", "-no-color"]);
    root.run(&terraform, &["apply", "-no-color", "-auto-approve"]);
    assert_eq!(aura.webhook_posts().len(), 1);
}
