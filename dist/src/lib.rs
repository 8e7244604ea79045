//! A release as the registries demand it (Terraform's "Publish providers", OpenTofu's the same): a zip for each
//! platform, a manifest that names the protocol, and the checksums of both for whoever signs them.

#![forbid(unsafe_code)]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const NAME: &str = "terraform-provider-aura";
const MANIFEST: &[u8] = include_bytes!("../../terraform-registry-manifest.json");
const LICENSE: &[u8] = include_bytes!("../../LICENSE");

/// What a build runs on, in Go's words, which the registries use: `linux_amd64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    os: String,
    arch: String,
}

impl FromStr for Platform {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (os, arch) = text.split_once('_').unwrap_or_default();
        let known = matches!(os, "linux" | "darwin" | "windows" | "freebsd")
            && matches!(arch, "amd64" | "arm64" | "arm" | "386");
        known
            .then(|| Self {
                os: os.to_owned(),
                arch: arch.to_owned(),
            })
            .ok_or_else(|| format!("{text:?} is no platform, such as linux_amd64."))
    }
}

/// One version of the provider.
#[derive(Clone, Debug)]
pub struct Release {
    version: String,
}

impl Release {
    /// The version that this was built from.
    pub fn current() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Packs a binary and gives the zip's path. The same binary makes the same zip, to the byte.
    ///
    /// # Errors
    ///
    /// If a file can't be read or written; the text names it.
    pub fn pack(
        &self,
        directory: &Path,
        binary: &Path,
        platform: &Platform,
    ) -> Result<PathBuf, String> {
        let Platform { os, arch } = platform;
        let path = directory.join(self.file(&format!("{os}_{arch}.zip")));
        let extension = if os == "windows" { ".exe" } else { "" };
        let inside = format!("{NAME}_v{}{extension}", self.version);
        let content = fs::read(binary).map_err(|error| at(binary, &error))?;
        self.write_zip(&path, &inside, &content)
            .map_err(|error| at(&path, &error))?;
        Ok(path)
    }

    fn write_zip(&self, path: &Path, inside: &str, binary: &[u8]) -> zip::result::ZipResult<()> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let mut zip = ZipWriter::new(File::create(path)?);
        // Of no time: the default is the format's first day.
        let options = SimpleFileOptions::default().compression_level(Some(9));
        zip.start_file("LICENSE", options.unix_permissions(0o644))?;
        zip.write_all(LICENSE)?;
        zip.start_file(inside, options.unix_permissions(0o755))?;
        zip.write_all(binary)?;
        zip.finish().map(drop)
    }

    /// Puts the registry's manifest beside the zips.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn copy_manifest(&self, directory: &Path) -> Result<(), String> {
        let path = directory.join(self.file("manifest.json"));
        fs::write(&path, MANIFEST).map_err(|error| at(&path, &error))
    }

    /// Writes the checksums of this version's zips and manifest, in the form of `sha256sum`, and gives their path.
    ///
    /// # Errors
    ///
    /// If a file can't be read or written, or there is no zip.
    pub fn write_checksums(&self, directory: &Path) -> Result<PathBuf, String> {
        let names = self.assets(directory)?;
        if !names.iter().any(|name| name.ends_with(".zip")) {
            return Err(format!("There is no zip in {}.", directory.display()));
        }
        let mut sums = String::new();
        for name in names {
            let path = directory.join(&name);
            let content = fs::read(&path).map_err(|error| at(&path, &error))?;
            for byte in Sha256::digest(content) {
                sums.push_str(&format!("{byte:02x}"));
            }
            sums.push_str(&format!("  {name}\n"));
        }
        let path = directory.join(self.file("SHA256SUMS"));
        fs::write(&path, sums).map_err(|error| at(&path, &error))?;
        Ok(path)
    }

    /// The names of what is to be signed for, in order.
    fn assets(&self, directory: &Path) -> Result<Vec<String>, String> {
        let entries = fs::read_dir(directory).map_err(|error| at(directory, &error))?;
        let names = entries
            .filter_map(Result::ok)
            .filter_map(|entry| entry.file_name().into_string().ok());
        let ours = self.file("");
        let mut names: Vec<_> = names
            .filter(|name| name.starts_with(&ours))
            .filter(|name| name.ends_with(".zip") || name.ends_with("_manifest.json"))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    fn file(&self, end: &str) -> String {
        format!("{NAME}_{}_{end}", self.version)
    }
}

fn at(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_named_as_go_does() {
        assert!("linux_amd64".parse::<Platform>().is_ok());
        for wrong in ["linux_x86_64", "linux", "", "macos_arm64"] {
            assert!(wrong.parse::<Platform>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_same_binary_makes_the_same_zip() {
        let directory = tempfile::tempdir().unwrap();
        let binary = directory.path().join("binary");
        fs::write(&binary, "content").unwrap();
        let pack = || {
            let platform = "windows_amd64".parse().unwrap();
            let zip = Release::current().pack(directory.path(), &binary, &platform);
            fs::read(zip.unwrap()).unwrap()
        };
        assert_eq!(pack(), pack());
    }

    #[test]
    fn checksums_without_a_zip_are_none() {
        let directory = tempfile::tempdir().unwrap();
        let sums = Release::current().write_checksums(directory.path());
        assert!(sums.unwrap_err().starts_with("There is no zip"));
    }
}
