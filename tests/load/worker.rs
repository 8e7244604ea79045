//! One of many that ask at once, with a customer source of its own, so that it knows the right answer to everything.

use std::time::Duration;

use aura_simulator::Simulator;
use aura_test_support::value::{attribute, encode, is_unknown, known, with};
use bytes::Bytes;
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6 as pb;
use tokio::time::timeout;

use crate::troubles::{self, Trouble, UNREADABLE, nonsense};
use crate::wire::{Planned, Terraform, apply_request, errors, rules, warnings};

/// The source of what is given up half way: whether it is registered nobody can know.
pub(crate) const ABANDONED: &str = "site-abandoned";

pub(crate) struct Worker<'a> {
    terraform: &'a Terraform,
    simulator: &'a Simulator,
    source: String,
    config: Value,
    stored: Option<Stored>,
    registered: u64,
}

/// What the last successful apply has left, and of which configuration.
struct Stored {
    config: Value,
    state: Value,
    private: Bytes,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(terraform: &'a Terraform, simulator: &'a Simulator, source: &str) -> Self {
        Self {
            terraform,
            simulator,
            source: source.to_owned(),
            config: config(terraform, source),
            stored: None,
            registered: 0,
        }
    }

    /// With headers that are kept as a hash only, which takes 7 MiB each time.
    pub(crate) fn make_secretive(&mut self) {
        let headers = known(json!({"X-Key": "write-only"}));
        self.config = with(self.config.clone(), "headers_wo", headers);
    }

    /// One plan, of the kind whose turn it is.
    pub(crate) async fn plan(&self, number: usize) {
        match number % 8 {
            0 => self.plan_creation().await,
            1 => self.plan_nothing().await,
            2 => self.plan_destruction().await,
            3 => self.plan_nonsense(number / 8).await,
            4 => self.plan_unheard_of().await,
            5 => self.plan_conflict().await,
            6 => self.abandon_plan(number / 8).await,
            _ => drop(self.plan_change(number).await),
        }
    }

    async fn plan_creation(&self) {
        let planned = self.planned(&Value::Nil, b"", &self.config).await;
        assert!(is_unknown(attribute(&planned.state, "registered_at")));
    }

    async fn plan_nothing(&self) {
        let Some(stored) = &self.stored else {
            return self.plan_creation().await;
        };
        let planned = self.planned(&stored.state, &stored.private, &stored.config);
        assert_eq!(
            planned.await.state,
            stored.state,
            "there is nothing to change"
        );
    }

    async fn plan_change(&self, number: usize) -> (Value, Planned) {
        let config = with(
            self.config.clone(),
            "triggers",
            known(json!({"run": number.to_string()})),
        );
        let planned = match &self.stored {
            Some(stored) => self.planned(&stored.state, &stored.private, &config).await,
            None => self.planned(&Value::Nil, b"", &config).await,
        };
        assert!(is_unknown(attribute(&planned.state, "registered_at")));
        (config, planned)
    }

    async fn planned(&self, prior: &Value, private: &[u8], config: &Value) -> Planned {
        let request = self.terraform.plan_request(prior, private, config);
        let answer = self.terraform.ask_plan(request).await;
        assert_eq!(answer.diagnostics, [], "{}", self.source);
        let state = aura_test_support::value::decode(answer.planned_state.as_ref());
        let attributes = self.terraform.webhook_attributes();
        rules::assert_valid_plan(attributes, prior, config, &state);
        let slot = format!("{}/{}", self.simulator.address(), client(&self.source));
        assert_eq!(attribute(&state, "id"), &Value::from(slot));
        Planned { state, answer }
    }

    async fn plan_destruction(&self) {
        let Some(stored) = &self.stored else {
            return self.plan_creation().await;
        };
        let request = self
            .terraform
            .plan_request(&stored.state, &stored.private, &Value::Nil);
        let answer = self.terraform.ask_plan(request).await;
        assert_eq!(
            warnings(&answer.diagnostics),
            ["Webhook Stays Active at AURA"]
        );
        assert_eq!(errors(&answer.diagnostics), [""; 0]);
        assert_eq!(answer.planned_state, Some(encode(&Value::Nil)));
    }

    async fn plan_nonsense(&self, number: usize) {
        let mut request = self.terraform.plan_request(&Value::Nil, b"", &self.config);
        request.proposed_new_state = Some(nonsense(number, &self.config));
        self.refused(request, UNREADABLE).await;
    }

    async fn plan_unheard_of(&self) {
        let mut request = self.terraform.plan_request(&Value::Nil, b"", &self.config);
        request.type_name = "aura_nothing".to_owned();
        self.refused(request, &["Unknown Resource Type"]).await;
    }

    /// After a plan of ours another webhook for our slot is one too many.
    async fn plan_conflict(&self) {
        self.plan_creation().await;
        let other = with(
            self.config.clone(),
            "url",
            "https://other.example.com".into(),
        );
        let request = self.terraform.plan_request(&Value::Nil, b"", &other);
        self.refused(request, &["Two Webhooks for One Slot"]).await;
    }

    async fn refused(&self, request: pb::plan_resource_change::Request, why: &[&str]) {
        let answer = self.terraform.ask_plan(request).await;
        assert_eq!(errors(&answer.diagnostics), why, "{}", self.source);
        assert_eq!(answer.planned_state, None);
    }

    async fn abandon_plan(&self, number: usize) {
        let request = self.terraform.plan_request(&Value::Nil, b"", &self.config);
        let patience = Duration::from_micros(number as u64 % 3_000);
        _ = timeout(patience, self.terraform.ask_plan(request)).await;
    }

    /// A plan and its apply, in the trouble whose turn it is.
    pub(crate) async fn apply(&mut self, number: usize, troubles: &[Trouble]) {
        match number % 10 {
            7 => self.abandon_apply(number).await,
            8 => self.apply_nonsense(number / 10).await,
            9 => self.destroy().await,
            _ => {
                self.apply_in(number, &troubles[number % troubles.len()])
                    .await
            }
        }
    }

    async fn apply_in(&mut self, number: usize, trouble: &Trouble) {
        let (config, planned) = self.plan_change(number).await;
        if let Some(fault) = trouble.fault.clone() {
            self.simulator.fault(troubles::at(fault, &self.source));
        }
        let prior = self
            .stored
            .as_ref()
            .map_or(Value::Nil, |it| it.state.clone());
        let request = apply_request(&prior, &planned, &config);
        let answer = self.terraform.ask_apply(request).await.expect("an answer");
        let told = rules::well_formed(answer.diagnostics);
        let what = format!("{} in {}", self.source, trouble.what);
        assert_eq!(errors(&told), trouble.errors, "{what}: {told:?}");
        assert_eq!(warnings(&told), trouble.warnings, "{what}: {told:?}");
        self.registered += trouble.registered;
        assert_eq!(self.registrations(), self.registered, "{what}");
        if !trouble.errors.is_empty() {
            return assert_eq!(answer.new_state, None, "{what}");
        }
        let state = aura_test_support::value::decode(answer.new_state.as_ref());
        rules::assert_consistent_result(&planned.state, &state);
        let private = answer.private;
        self.stored = Some(Stored {
            config,
            state,
            private,
        });
    }

    fn registrations(&self) -> u64 {
        let registration = self.simulator.registration(&self.source);
        registration.map_or(0, |registration| {
            assert_eq!(registration.url, url(&self.source));
            registration.count
        })
    }

    async fn abandon_apply(&self, number: usize) {
        let config = config(self.terraform, ABANDONED);
        let request = self.terraform.plan_request(&Value::Nil, b"", &config);
        let answer = self.terraform.ask_plan(request).await;
        let state = aura_test_support::value::decode(answer.planned_state.as_ref());
        let planned = Planned { state, answer };
        let request = apply_request(&Value::Nil, &planned, &config);
        let patience = Duration::from_micros(number as u64 % 9_000);
        _ = timeout(patience, self.terraform.ask_apply(request)).await;
    }

    async fn apply_nonsense(&self, number: usize) {
        let request = pb::apply_resource_change::Request {
            type_name: crate::wire::WEBHOOK.to_owned(),
            planned_state: Some(nonsense(number, &self.config)),
            config: Some(encode(&self.config)),
            ..Default::default()
        };
        let answer = self.terraform.ask_apply(request).await.expect("an answer");
        assert_eq!(errors(&answer.diagnostics), UNREADABLE);
        assert_eq!(answer.new_state, None);
        assert_eq!(self.registrations(), self.registered);
    }

    /// Without `on_destroy` it only leaves state.
    async fn destroy(&mut self) {
        let Some(stored) = self.stored.take() else {
            return;
        };
        let request = pb::apply_resource_change::Request {
            type_name: crate::wire::WEBHOOK.to_owned(),
            prior_state: Some(encode(&stored.state)),
            planned_state: Some(encode(&Value::Nil)),
            config: Some(encode(&Value::Nil)),
            planned_private: stored.private,
            ..Default::default()
        };
        let answer = self.terraform.ask_apply(request).await.expect("an answer");
        assert_eq!(errors(&answer.diagnostics), [""; 0]);
        assert_eq!(answer.new_state, Some(encode(&Value::Nil)));
        assert_eq!(self.registrations(), self.registered);
    }
}

/// A source's webhook: always the same, for its slot may be claimed for one only.
fn config(terraform: &Terraform, source: &str) -> Value {
    terraform.webhook(json!({
        "url": url(source),
        "events": ["NEW_CALLOUT", "CALLOUT_CLOSED"],
        "headers": {"X-Site": source},
        "customer_source": source,
    }))
}

fn url(source: &str) -> String {
    format!("https://{source}.example.com/aura")
}

pub(crate) fn client(source: &str) -> String {
    format!("{source}-client")
}

pub(crate) fn secret(source: &str) -> String {
    format!("{source}-secret")
}
