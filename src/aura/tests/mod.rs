//! The client against a server on loopback.

mod answers;
mod interrupts;
mod retries;
mod secrecy;
mod server;
mod tls;
mod tokens;

use tokio_util::sync::CancellationToken;

use crate::aura::{Client, Credentials, Error, Registered, Registration, Secret};

const TOKEN: &str = "t0k3n-of-the-source";
const CLIENT_SECRET: &str = "cl13nt-s3cret";
const HEADER: &str = "h3ader-value";

fn token() -> Credentials {
    Credentials::Token(Secret::from(TOKEN.to_owned()))
}

fn client() -> Credentials {
    Credentials::Client {
        id: "the-client".to_owned(),
        secret: Secret::from(CLIENT_SECRET.to_owned()),
    }
}

fn registration() -> Registration {
    Registration {
        url: "https://example.com/aura".to_owned(),
        events: ["NEW_CALLOUT", "CALLOUT_CLOSED"].map(str::to_owned).into(),
        method: "webhook".to_owned(),
        headers: [("X-Key".to_owned(), Secret::from(HEADER.to_owned()))].into(),
    }
}

async fn register(client: &Client) -> Result<Registered, Error> {
    let never = CancellationToken::new();
    client.register(&registration(), &never).await
}
