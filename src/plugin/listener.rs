//! The socket: a unix socket in a directory only its owner can enter, or TCP on loopback where there are none.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::environment::Environment;
use super::error::{Error, Kind};

/// The longest path that fits `sockaddr_un` on every system (macOS has the shortest), without its NUL.
#[cfg(unix)]
const MAX_SOCKET_PATH: usize = 103;

/// The socket's name in its directory.
#[cfg(unix)]
const SOCKET: &str = "socket";

/// Where to go when the directory named by `TMPDIR` is none, or can't be told to the host.
#[cfg(unix)]
const FALLBACK_DIRECTORY: &str = "/tmp";

/// A connection, of whichever network.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Where the host finds us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    #[cfg_attr(not(unix), allow(dead_code))]
    Unix(PathBuf),
    Tcp(SocketAddr),
}

impl Address {
    pub(super) fn network(&self) -> &'static str {
        match self {
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "{}", path.display()),
            Self::Tcp(address) => write!(f, "{address}"),
        }
    }
}

/// A listening socket. Dropping it removes its file and directory.
pub(super) struct Listener {
    socket: Socket,
    address: Address,
    _directory: Option<TempDir>,
}

enum Socket {
    #[cfg(unix)]
    Unix(UnixListener),
    #[cfg_attr(unix, allow(dead_code))]
    Tcp(TcpListener),
}

impl Listener {
    /// Listens the way this system's hosts expect.
    #[cfg(unix)]
    pub(super) fn bind(environment: &Environment) -> Result<Self, Error> {
        Self::bind_unix(environment)
    }

    /// Listens the way this system's hosts expect.
    #[cfg(not(unix))]
    pub(super) fn bind(environment: &Environment) -> Result<Self, Error> {
        Self::bind_tcp(environment)
    }

    /// The directory, not the socket's own mode, keeps others out: a mode can be changed only after binding.
    #[cfg(unix)]
    fn bind_unix(environment: &Environment) -> Result<Self, Error> {
        let parent = environment
            .socket_directory()
            .map_or_else(std::env::temp_dir, PathBuf::from);
        let mut directory = private_directory(&parent)?;
        if !is_speakable(&directory.path().join(SOCKET)) && environment.socket_directory().is_none()
        {
            directory = private_directory(FALLBACK_DIRECTORY.as_ref())?;
        }
        let path = directory.path().join(SOCKET);
        let socket = Socket::Unix(UnixListener::bind(&path)?);
        Ok(Self {
            socket,
            address: Address::Unix(path),
            _directory: Some(directory),
        })
    }

    #[cfg_attr(unix, allow(dead_code))]
    fn bind_tcp(environment: &Environment) -> Result<Self, Error> {
        let (min, max) = environment.ports();
        let bind = |port| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
        let socket = (min..=max).find_map(bind).ok_or(Kind::Ports { min, max })?;
        socket.set_nonblocking(true)?;
        let socket = TcpListener::from_std(socket)?;
        let address = Address::Tcp(socket.local_addr()?);
        Ok(Self {
            socket: Socket::Tcp(socket),
            address,
            _directory: None,
        })
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(socket) => Ok(Box::new(socket.accept().await?.0)),
            Socket::Tcp(socket) => {
                let (stream, _) = socket.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

/// Whether a path fits a socket's address and the handshake line, which is text.
#[cfg(unix)]
fn is_speakable(path: &std::path::Path) -> bool {
    path.to_str()
        .is_some_and(|path| path.len() <= MAX_SOCKET_PATH)
}

/// An empty parent, as of an empty `TMPDIR`, is none: it would mean the user's working directory.
#[cfg(unix)]
fn private_directory(parent: &std::path::Path) -> io::Result<TempDir> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    let owner_only = Permissions::from_mode(0o700);
    let parent = if parent.as_os_str().is_empty() {
        FALLBACK_DIRECTORY.as_ref()
    } else {
        parent
    };
    tempfile::Builder::new()
        .prefix("plugin")
        .permissions(owner_only)
        .tempdir_in(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let lookup = |name: &str| match name {
            "TF_PLUGIN_MAGIC_COOKIE" => Some(COOKIE.to_owned()),
            _ => variables
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned()),
        };
        Environment::read(lookup).unwrap()
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_can_enter_the_sockets_directory_and_it_goes_with_the_listener() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().to_str().unwrap();
        let listener = Listener::bind(&environment(&[("PLUGIN_UNIX_SOCKET_DIR", path)])).unwrap();
        let Address::Unix(socket) = listener.address().clone() else {
            panic!("a unix socket")
        };
        let directory = socket.parent().unwrap();
        assert_eq!(directory.parent().unwrap(), parent.path());
        assert_eq!(
            directory.metadata().unwrap().permissions().mode() & 0o777,
            0o700
        );
        drop(listener);
        assert!(!directory.exists());
    }

    #[tokio::test]
    async fn the_first_free_port_of_the_range_is_taken() {
        let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let range = [
            ("PLUGIN_MIN_PORT", port.to_string()),
            ("PLUGIN_MAX_PORT", port.to_string()),
        ];
        let range = range.each_ref().map(|(name, port)| (*name, port.as_str()));
        let error = Listener::bind_tcp(&environment(&range))
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("is free"), "{error}");
        drop(taken);
        let listener = Listener::bind_tcp(&environment(&range)).unwrap();
        assert_eq!(listener.address().to_string(), format!("127.0.0.1:{port}"));
    }
}
