//! The control interface: what the library offers, as JSON over HTTP.

mod order;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http::StatusCode;
use serde_json::{Value, json};

use crate::ledger::Shared;
use crate::reply::Reply;
use order::Order;

pub(crate) const PREFIX: &str = "/_control";

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(
            "/registrations",
            get(registrations).delete(forget_registrations),
        )
        .route("/requests", get(requests).delete(forget_requests))
        .route("/faults", get(faults).post(add_fault).delete(forget_faults))
        .route("/tokens", delete(revoke_tokens))
        .route("/reset", post(reset))
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
}

async fn registrations(State(shared): State<Shared>) -> Response {
    let ledger = shared.lock();
    let registrations: Vec<Value> = ledger
        .registrations()
        .map(crate::Registration::to_json)
        .collect();
    ok(&json!({"registrations": registrations}))
}

async fn forget_registrations(State(shared): State<Shared>) -> StatusCode {
    shared.lock().clear_registrations();
    StatusCode::NO_CONTENT
}

async fn requests(State(shared): State<Shared>) -> Response {
    let (entries, total) = {
        let ledger = shared.lock();
        (ledger.log.entries(), ledger.log.total())
    };
    let requests: Vec<Value> = entries.iter().map(|entry| entry.to_json()).collect();
    ok(&json!({"total": total, "requests": requests}))
}

async fn forget_requests(State(shared): State<Shared>) -> StatusCode {
    shared.lock().log.clear();
    StatusCode::NO_CONTENT
}

async fn faults(State(shared): State<Shared>) -> Response {
    ok(&json!({"waiting": shared.lock().faults.len()}))
}

async fn add_fault(State(shared): State<Shared>, body: Bytes) -> Response {
    match Order::parse(&body) {
        Ok(fault) => {
            shared.lock().faults.push(fault);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(message) => Reply::message(StatusCode::BAD_REQUEST, &message).into_response(),
    }
}

async fn forget_faults(State(shared): State<Shared>) -> StatusCode {
    shared.lock().faults.clear();
    StatusCode::NO_CONTENT
}

async fn revoke_tokens(State(shared): State<Shared>) -> StatusCode {
    shared.lock().directory.revoke_issued();
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Shared>) -> StatusCode {
    shared.lock().clear();
    StatusCode::NO_CONTENT
}

async fn wrong_method() -> Response {
    let message = "The control interface has no such method here.";
    Reply::message(StatusCode::METHOD_NOT_ALLOWED, message).into_response()
}

async fn unknown_path() -> Response {
    let message = "The control interface has no such path.";
    Reply::message(StatusCode::NOT_FOUND, message).into_response()
}

fn ok(body: &Value) -> Response {
    Reply::json(StatusCode::OK, body).into_response()
}
