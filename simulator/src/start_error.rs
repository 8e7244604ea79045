//! Why a simulator didn't start, and what is said about it.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

/// Why a simulator didn't start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// It was to listen where other machines might reach it.
    NotLoopback(SocketAddr),
    /// The address can't be listened on.
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// Two sources have this name.
    DuplicateSource(String),
    /// Two sources have this client id.
    DuplicateClient(String),
    /// The source of this name has a token that it or another one already has.
    DuplicateToken(String),
    /// The certificates can't be made.
    Certificate(Box<dyn Error + Send + Sync>),
    /// The system has no thread or no event queue to give.
    Thread(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => write!(
                f,
                "{address} is not a loopback address: the simulator's credentials are no secrets, so it listens on \
                 127.0.0.0/8 or ::1 only"
            ),
            Self::Listen { address, error } => write!(f, "cannot listen on {address}: {error}"),
            Self::DuplicateSource(name) => write!(f, "two customer sources are named {name:?}"),
            Self::DuplicateClient(id) => write!(f, "two customer sources have client id {id:?}"),
            Self::DuplicateToken(name) => write!(
                f,
                "a token of customer source {name:?} is given twice: a token belongs to one source"
            ),
            Self::Certificate(error) => write!(f, "cannot make a certificate: {error}"),
            Self::Thread(error) => write!(f, "cannot start the server: {error}"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listen { error, .. } | Self::Thread(error) => Some(error),
            Self::Certificate(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}
