//! A proxy for `CONNECT`, which leads every caller to one address or gives all of them the same answer.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// A listener with a thread that serves it, until it is dropped.
pub(crate) struct Open {
    address: SocketAddr,
    closed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Open {
    /// Hands every caller to `serve`, which must not take long.
    pub(crate) fn serve(listener: TcpListener, serve: impl Fn(TcpStream) + Send + 'static) -> Self {
        let address = listener.local_addr().expect("a listener has an address");
        let closed = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&closed);
        let thread = thread::spawn(move || {
            for caller in listener.incoming() {
                if seen.load(Ordering::Acquire) {
                    return;
                }
                caller.into_iter().for_each(&serve);
            }
        });
        Self {
            address,
            closed,
            thread: Some(thread),
        }
    }

    /// As a value of `HTTPS_PROXY`.
    pub(crate) fn as_proxy(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Release);
        // One more caller, so that the thread looks.
        if TcpStream::connect(self.address).is_ok()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

/// A proxy that leads to this address, whatever is asked for.
pub(crate) fn to(target: SocketAddr) -> Open {
    Open::serve(free(), move |caller| {
        thread::spawn(move || join(caller, target));
    })
}

/// A proxy that answers this, and hangs up.
pub(crate) fn answering(answer: &'static str) -> Open {
    Open::serve(free(), move |mut caller| {
        thread::spawn(move || {
            let _ = head(&mut caller).and_then(|()| caller.write_all(answer.as_bytes()));
        });
    })
}

fn free() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free")
}

/// An error is for caller and target to notice: both are hung up on.
fn join(mut caller: TcpStream, target: SocketAddr) -> io::Result<()> {
    head(&mut caller)?;
    let mut target = TcpStream::connect(target)?;
    caller.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let (mut up, mut down) = (caller.try_clone()?, target.try_clone()?);
    let upwards = thread::spawn(move || {
        let _ = io::copy(&mut up, &mut down);
        let _ = down.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut target, &mut caller);
    let _ = caller.shutdown(Shutdown::Both);
    let _ = upwards.join();
    Ok(())
}

/// Reads up to the empty line.
fn head(caller: &mut TcpStream) -> io::Result<()> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        caller.read_exact(&mut byte)?;
        read.push(byte[0]);
    }
    Ok(())
}
