//! Packs builds of the provider as the registries of Terraform and OpenTofu demand: see the usage below.

use std::path::PathBuf;
use std::process::ExitCode;

use aura_dist::{Platform, Release};

const USAGE: &str = "\
aura-dist zip DIRECTORY BINARY OS_ARCH    Pack one build, for example of linux_amd64, into DIRECTORY
aura-dist sums DIRECTORY                  Add the manifest, and the checksums of everything there";

fn main() -> ExitCode {
    match run() {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, String> {
    let mut arguments = lexopt::Parser::from_env();
    let mut words = Vec::new();
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            lexopt::Arg::Value(word) => words.push(word),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    let release = Release::current();
    match words.as_slice() {
        ["zip", directory, binary, platform] => {
            let platform: Platform = platform.parse()?;
            let packed = release.pack(directory.as_ref(), binary.as_ref(), &platform);
            packed.map(|path| path.display().to_string())
        }
        ["sums", directory] => {
            let directory = PathBuf::from(directory);
            let sums = release
                .copy_manifest(&directory)
                .and_then(|()| release.write_checksums(&directory));
            sums.map(|path| path.display().to_string())
        }
        _ => Err("What shall be done?".to_owned()),
    }
}
