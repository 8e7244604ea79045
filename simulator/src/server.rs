//! Accepts connections and serves HTTP/1.1 on each.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tower_service::Service as _;

use crate::connection::{Breaker, Connection, Socket};
use crate::ledger::Shared;
use crate::{api, control};

/// Serves until dropped.
pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Shared) {
    let router = api::routes()
        .nest(control::PREFIX, control::routes())
        .with_state(shared);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connect(stream, tls.clone(), router.clone()));
            }
            // Out of file descriptors, usually: others may be closed meanwhile.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connect(stream: TcpStream, tls: Option<TlsAcceptor>, router: Router) {
    // Failing costs a little latency and nothing else.
    let _ = stream.set_nodelay(true);
    match tls {
        None => converse(stream, router).await,
        Some(tls) => {
            // A client that doesn't trust the certificate hangs up here, which is its right.
            if let Ok(stream) = tls.accept(stream).await {
                converse(stream, router).await;
            }
        }
    }
}

async fn converse<S: Socket>(stream: S, router: Router) {
    let breaker = Breaker::default();
    let io = TokioIo::new(Connection::new(stream, breaker.clone()));
    let service = {
        let breaker = breaker.clone();
        service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(breaker.clone());
            let answer = router.clone().call(request);
            async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
        })
    };
    let mut http = http1::Builder::new().serve_connection(io, service);
    let reset_now = tokio::select! {
        // Errors are the client's: it hung up, or spoke no HTTP.
        _ = &mut http => false,
        () = breaker.broken() => true,
    };
    let connection = http.into_parts().io.into_inner();
    if reset_now || connection.ends_in_reset() {
        connection.reset();
    }
}
