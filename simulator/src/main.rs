//! The simulator as a program; `--help` says how it is used.

mod arguments;

use std::error::Error;
use std::fs;
use std::io::{self, Write as _};
use std::process::ExitCode;

use aura_simulator::{Simulator, Tls};

use arguments::{Arguments, HELP, Options};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aura-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    match Arguments::parse(lexopt::Parser::from_env())? {
        Arguments::Help => print(HELP),
        Arguments::Version => print(concat!("aura-simulator ", env!("CARGO_PKG_VERSION"), "\n")),
        Arguments::Run(options) => simulate(&options),
    }
}

fn simulate(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut builder = Simulator::builder()
        .listen(options.listen)
        .keep_requests(options.keep_requests);
    for source in &options.sources {
        builder = builder.source(source.clone());
    }
    if options.tls.is_some() {
        builder = builder.tls(Tls::default());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        // Listened for before the address is known, so that no signal finds the program unprepared.
        let stop = stop_signal()?;
        let simulator = builder.start()?;
        let mut banner = format!("listening on {}\n", simulator.base_url());
        if let (Some(directory), Some(ca_pem)) = (&options.tls, simulator.ca_pem()) {
            let path = directory.join("ca.pem");
            fs::create_dir_all(directory)
                .and_then(|()| fs::write(&path, ca_pem))
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            banner += &format!("CA to trust:   {}\n", path.display());
        }
        banner += &options.demo_credentials();
        print(&banner)?;
        stop.await;
        Ok(())
    })
}

/// In one write, so that a script which reads the first line only can't break the pipe in between.
fn print(text: &str) -> Result<(), Box<dyn Error>> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
