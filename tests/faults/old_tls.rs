//! A server that speaks TLS 1.0 and nothing newer, as far as a client that asks for more can tell.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use crate::tunnel::Open;

/// A fatal alert, `protocol_version`, in a record of TLS 1.0 (RFC 5246, 7.2 and appendix E.1).
const ALERT: [u8; 7] = [21, 3, 1, 0, 2, 2, 70];

/// Listens here until it is dropped.
pub(crate) fn listen(address: SocketAddr) -> Open {
    let listener = TcpListener::bind(address).expect("the address is free");
    Open::serve(listener, |mut caller| {
        thread::spawn(move || {
            let mut hello = [0; 1024];
            // Who hangs up first has its answer.
            let _ = caller.read(&mut hello);
            let _ = caller.write_all(&ALERT);
        });
    })
}
