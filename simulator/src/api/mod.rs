//! The Panic API's endpoints, and the road every request to them takes.

mod call;
mod event;
mod json;
mod token;
mod unserved;
mod webhook;

use axum::Router;
use axum::body::{self, Body};
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::request::Parts;
use http::{Request, StatusCode};

use crate::connection::Breaker;
use crate::delivery::Delivery;
use crate::fault::{Fault, Kind};
use crate::ledger::{Ledger, Shared};
use crate::received::Received;
use crate::reply::Reply;
use call::{Call, Terms, bearer};

const TOKEN: &str = "/panic-api/v2/oauth/token";
const WEBHOOKS: &str = "/panic-api/v2/notifiers/webhooks";

/// No registration comes near this, in bytes; it keeps what the log holds in bounds.
const LONGEST_BODY: usize = 1024 * 1024;

/// The documented endpoints, and refusals in AURA's form for everything else.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(
            TOKEN,
            post(exchange::<token::Exchange>).fallback(exchange::<unserved::Method>),
        )
        .route(
            WEBHOOKS,
            post(exchange::<webhook::Register>).fallback(exchange::<unserved::Method>),
        )
        .fallback(exchange::<unserved::Path>)
}

/// read → whose, and which fault → take effect → log → deliver.
async fn exchange<C: Call>(
    State(shared): State<Shared>,
    Extension(breaker): Extension<Breaker>,
    request: Request<Body>,
) -> Response {
    let (head, body) = request.into_parts();
    let strike = strike_before_reading::<C>(&mut shared.lock(), &head);
    if let Some(delivery) = strike {
        return delivery.send(&breaker).await;
    }
    let Ok(body) = body::to_bytes(body, LONGEST_BODY).await else {
        return too_long().into_response();
    };
    let call = C::parse(&head, &body);
    let delivery = settle(&mut shared.lock(), call, &head, &body);
    delivery.send(&breaker).await
}

fn strike_before_reading<C: Call>(ledger: &mut Ledger, head: &Parts) -> Option<Delivery> {
    let source = bearer(&head.headers).and_then(|token| ledger.directory.source_of_token(token));
    let fault = ledger
        .faults
        .take_before_reading(C::ENDPOINT, source.as_deref())?;
    // Never sent: the connection is reset instead.
    let delivery = Delivery::new(Reply::new(StatusCode::OK), Some(fault.kind));
    let received = Received::new(C::ENDPOINT, source, delivery.status(), head, &[]);
    ledger.log.push(received);
    Some(delivery)
}

/// Everything that needs the ledger, in one go, so that what takes effect and what is logged agree in order.
fn settle<C: Call>(ledger: &mut Ledger, call: C, head: &Parts, body: &[u8]) -> Delivery {
    let source = call.source(&ledger.directory);
    let fault = ledger.faults.take(C::ENDPOINT, source.as_deref());
    let terms = Terms {
        applies: fault.as_ref().is_none_or(Fault::takes_effect),
        echo: match &fault {
            Some(Fault {
                kind: Kind::WrongEcho(echo),
                ..
            }) => Some(echo),
            _ => None,
        },
    };
    let reply = call.answer(ledger, &terms);
    let kind = fault.map(|fault| fault.kind);
    if let (Some(Kind::ExpireToken), Some(token)) = (&kind, bearer(&head.headers)) {
        ledger.directory.forget(token);
    }
    let delivery = Delivery::new(reply, kind);
    let received = Received::new(C::ENDPOINT, source, delivery.status(), head, body);
    ledger.log.push(received);
    delivery
}

/// Not logged: there is no body to show.
fn too_long() -> Reply {
    Reply::message(
        StatusCode::PAYLOAD_TOO_LARGE,
        "The body is longer than 1 MiB or broke off.",
    )
}
