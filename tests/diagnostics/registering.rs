//! A webhook that is registered, and what AURA or the way to it does then.

use std::collections::BTreeMap;

use aura_simulator::{Certificate, Echo, Endpoint, Fault, Moment, Reply, Simulator, Source, Tls};
use aura_test_support::value::{known, unknown, with};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use rmpv::Value;
use serde_json::{Value as Json, json};
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::transcript::Transcript;
use crate::wire::{Terraform, apply_request, eventually};

const RPC: &str = "ApplyResourceChange";

/// Hears everything that a registration can say.
pub(crate) async fn hear(transcript: &mut Transcript) {
    let aura = Simulator::http().expect("an AURA can be simulated");
    let terraform = Terraform::at(&aura).await;
    answers(transcript, &aura, &terraform).await;
    tokens(transcript, &aura, &terraform).await;
    echoes(transcript, &aura, &terraform).await;
    ways(transcript, &aura, &terraform).await;
    interrupts(transcript, &aura, &terraform).await;
    unknowns(transcript, &aura, &terraform).await;
}

/// Registers with a provider block of this kind and hears of it.
async fn register(terraform: &Terraform, block: Json) -> Vec<pb::Diagnostic> {
    assert_eq!(terraform.configure(&terraform.block(block)).await, []);
    let config = with(
        terraform.simple(),
        "headers",
        known(json!({"X-Key": "first-key", "X-Other": "other-key"})),
    );
    terraform.create(&config).await.answer.diagnostics
}

fn with_token(aura: &Simulator) -> Json {
    json!({"base_url": aura.base_url(), "token": Source::DEMO_TOKEN, "max_retries": 0})
}

fn with_client(aura: &Simulator, secret: &str) -> Json {
    json!({
        "base_url": aura.base_url(), "client_id": Source::DEMO_CLIENT_ID, "client_secret": secret,
        "max_retries": 0,
    })
}

/// The same without patience.
fn brief(mut block: Json) -> Json {
    block["request_timeout"] = json!("100ms");
    block
}

async fn answers(transcript: &mut Transcript, aura: &Simulator, terraform: &Terraform) {
    let location = HeaderValue::from_static("https://login.example.com/?next=aura");
    let html = HeaderValue::from_static("text/html");
    for (what, fault) in [
        ("400", Fault::status(StatusCode::BAD_REQUEST)),
        ("401", Fault::status(StatusCode::UNAUTHORIZED)),
        ("403", Fault::status(StatusCode::FORBIDDEN)),
        ("404", Fault::status(StatusCode::NOT_FOUND)),
        ("409", Fault::status(StatusCode::CONFLICT)),
        ("429", Fault::status(StatusCode::TOO_MANY_REQUESTS)),
        ("503", Fault::status(StatusCode::SERVICE_UNAVAILABLE)),
        (
            "a 500 without words",
            Fault::reply(Reply::new(StatusCode::INTERNAL_SERVER_ERROR).body("")),
        ),
        (
            "a redirect",
            Fault::redirect(StatusCode::TEMPORARY_REDIRECT, location),
        ),
        ("a login page", Fault::body(html, "<html>")),
        ("an answer without end", Fault::big_body(2 << 20)),
        (
            "a connection that is reset",
            Fault::reset(Moment::AfterReading),
        ),
        ("half an answer", Fault::truncate()),
    ] {
        aura.clear();
        aura.fault(fault.on(Endpoint::Webhook));
        let told = register(terraform, with_token(aura)).await;
        transcript.note(RPC, format!("a registration gets {what}"), &told);
    }
    aura.clear();
    aura.fault(Fault::stall().on(Endpoint::Webhook));
    let told = register(terraform, brief(with_token(aura))).await;
    transcript.note(RPC, "a registration gets no answer in time", &told);

    aura.clear();
    let unavailable = Fault::status(StatusCode::SERVICE_UNAVAILABLE).on(Endpoint::Webhook);
    aura.fault(unavailable.forever());
    let mut block = with_token(aura);
    block["max_retries"] = json!(2);
    let told = register(terraform, block).await;
    transcript.note(RPC, "a registration gets 503 again and again", &told);
}

async fn tokens(transcript: &mut Transcript, aura: &Simulator, terraform: &Terraform) {
    aura.clear();
    let told = register(terraform, with_client(aura, "not-the-secret")).await;
    transcript.note(RPC, "a wrong client_secret", &told);
    let json = HeaderValue::from_static("application/json");
    let body = |body: Json| Fault::body(json.clone(), body.to_string());
    for (what, fault) in [
        ("400", Fault::status(StatusCode::BAD_REQUEST)),
        ("403", Fault::status(StatusCode::FORBIDDEN)),
        ("404", Fault::status(StatusCode::NOT_FOUND)),
        ("503", Fault::status(StatusCode::SERVICE_UNAVAILABLE)),
        ("no token", body(json!({}))),
        (
            "a token with a line break",
            body(json!({"access_token": "t\nt", "expires_in": 3600})),
        ),
    ] {
        aura.clear();
        aura.revoke_tokens();
        aura.fault(fault.on(Endpoint::Token));
        let told = register(terraform, with_client(aura, Source::DEMO_CLIENT_SECRET)).await;
        transcript.note(RPC, format!("a request for a token gets {what}"), &told);
    }
    let block = with_client(aura, Source::DEMO_CLIENT_SECRET);
    aura.clear();
    aura.fault(Fault::stall().on(Endpoint::Token));
    let told = register(terraform, brief(block.clone())).await;
    transcript.note(RPC, "a request for a token gets no answer in time", &told);

    aura.clear();
    aura.fault(
        Fault::status(StatusCode::UNAUTHORIZED)
            .on(Endpoint::Webhook)
            .forever(),
    );
    let told = register(terraform, block).await;
    transcript.note(RPC, "a registration with a fresh token gets 401", &told);

    aura.clear();
    let start = Terraform::builder()
        .env("AURA_TOKEN", "not-the-token")
        .env("AURA_BASE_URL", aura.base_url());
    let told = register(&Terraform::with(start).await, json!({"max_retries": 0})).await;
    transcript.note(RPC, "a wrong AURA_TOKEN", &told);
}

async fn echoes(transcript: &mut Transcript, aura: &Simulator, terraform: &Terraform) {
    let headers = [("X-Key", "another-key"), ("X-More", "more-keys")];
    let headers: BTreeMap<_, _> = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let everything = Echo {
        url: Some("https://other.example.com/".to_owned()),
        events: Some(vec!["CALLOUT_CLOSED".to_owned()]),
        method: Some("email".to_owned()),
        headers: Some(headers),
    };
    let url = Echo {
        url: everything.url.clone(),
        ..Echo::default()
    };
    let json = HeaderValue::from_static("application/json");
    let nothing = json!({"message": "Webhook registered", "notifier": {"config": []}});
    for (what, fault) in [
        ("another URL", Fault::wrong_echo(url)),
        ("other things altogether", Fault::wrong_echo(everything)),
        ("nothing", Fault::body(json, nothing.to_string())),
    ] {
        aura.clear();
        aura.fault(fault.on(Endpoint::Webhook));
        let told = register(terraform, with_token(aura)).await;
        transcript.note(
            RPC,
            format!("AURA answers that it registered {what}"),
            &told,
        );
    }
}

/// The way to AURA: who listens there, and with which certificate.
async fn ways(transcript: &mut Transcript, aura: &Simulator, terraform: &Terraform) {
    let gone = Simulator::http().expect("an AURA can be simulated");
    let refused = with_token(&gone);
    drop(gone);
    let told = register(terraform, refused).await;
    transcript.note(RPC, "nobody listens", &told);

    let mut block = with_token(aura);
    block["base_url"] = json!(aura.base_url().replace("http:", "https:"));
    let told = register(terraform, block).await;
    transcript.note(RPC, "https to a server without TLS", &told);

    let valid = Simulator::https().expect("an AURA can be simulated");
    let told = register(terraform, with_token(&valid)).await;
    transcript.note(
        RPC,
        "a certificate of an authority that is not trusted",
        &told,
    );
    for (what, certificate) in [
        ("an expired certificate", Certificate::Expired),
        ("a certificate for another host", Certificate::WrongHost),
    ] {
        let tls = Tls {
            certificate,
            ..Tls::default()
        };
        let aura = Simulator::builder()
            .tls(tls)
            .start()
            .expect("an AURA can be simulated");
        let mut block = with_token(&aura);
        block["ca_certificate"] = json!(aura.ca_pem());
        let told = register(terraform, block).await;
        transcript.note(RPC, what, &told);
    }
}

async fn interrupts(transcript: &mut Transcript, aura: &Simulator, terraform: &Terraform) {
    aura.clear();
    let busy = Reply::new(StatusCode::SERVICE_UNAVAILABLE)
        .header(RETRY_AFTER, HeaderValue::from_static("60"));
    aura.fault(Fault::reply(busy).on(Endpoint::Webhook).forever());
    let mut block = with_token(aura);
    block["max_retries"] = json!(4);
    assert_eq!(terraform.configure(&terraform.block(block)).await, []);
    let config = terraform.simple();
    let planned = terraform.plan(&Value::Nil, &config).await;
    let apply = terraform.ask_apply(apply_request(&Value::Nil, &planned, &config));
    let apply = tokio::spawn(apply);
    eventually("AURA was asked", || aura.webhook_posts().len() == 1).await;
    terraform.stop().await;
    let told = apply.await.expect("it ends").expect("no gRPC error");
    transcript.note(RPC, "an interrupt between two attempts", &told.diagnostics);
    aura.clear();
}

/// What Terraform rules out before it applies.
async fn unknowns(transcript: &mut Transcript, aura: &Simulator, terraform: &Terraform) {
    let base = terraform.block(json!({"base_url": aura.base_url()}));
    let block = with(base, "token", unknown());
    assert_eq!(terraform.configure(&block).await, []);
    let config = terraform.simple();
    let planned = terraform.plan(&Value::Nil, &config).await;
    let told = terraform.apply(&Value::Nil, &planned, &config).await;
    transcript.note(
        RPC,
        "a token that is still not known",
        &told.answer.diagnostics,
    );

    terraform.configure_for(aura, json!({})).await;
    let config = with(terraform.simple(), "url", unknown());
    let planned = terraform.plan(&Value::Nil, &config).await;
    let told = terraform.apply(&Value::Nil, &planned, &config).await;
    transcript.note(
        RPC,
        "a URL that is still not known",
        &told.answer.diagnostics,
    );
    assert_eq!(aura.total_requests(), 0);
}
