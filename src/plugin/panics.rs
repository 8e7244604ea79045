//! Panics outside of any handler, in the form that Terraform shows to its user.

use std::backtrace::Backtrace;
use std::io::Write;
use std::panic::{self, PanicHookInfo};

use crate::server;

/// Installs the panic hook: inside an RPC handler a panic is noted and becomes a diagnostic; elsewhere it is
/// printed the way Go prints one, because Terraform shows the lines after `panic: ` and knows no other form.
pub fn install_hook() {
    panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    let location = info
        .location()
        .map_or_else(|| "unknown".to_owned(), ToString::to_string);
    if server::note_panic(&location) {
        return tracing::error!(location, "panic in a handler");
    }
    let message = info.payload_as_str().unwrap_or("no message");
    let backtrace = Backtrace::force_capture();
    // One write, lest another line come between; a closed stderr must not panic again.
    let report = format!("panic: {message}\n\n{location}\n{backtrace}\n");
    let _ = std::io::stderr().lock().write_all(report.as_bytes());
}
