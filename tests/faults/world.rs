//! An AURA, a Terraform with one webhook, and what can stand in AURA's place.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::SystemTime;

use aura_simulator::{Certificate, Fault, Reply, Simulator, Tls};
use aura_test_support::terraform::Feature;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde_json::json;
use tempfile::TempDir;

use crate::acceptance::{CLIENT_ID, CLIENT_SECRET, HEADER, Story, TOKEN, source};
use crate::row::{At, Hazard, ONCE};
use crate::tunnel::{self, Open};
use crate::{old_tls, row::Row};

/// Where the webhook delivers to at first.
pub(crate) const URL: &str = "https://alerts.example.com/aura";
/// In `headers_wo`; nothing holds it.
pub(crate) const WRITE_ONLY: &str = "canary-write-only";
/// What the simulator has a certificate for, and no name server an address.
const REMOTE: &str = "elsewhere.invalid";

/// A workspace, and all that stands between it and AURA.
pub(crate) struct World {
    pub(crate) story: Story,
    at: At,
    /// The proxy in front of an AURA with a name, and what that AURA's certificate is signed by.
    remote: Option<(Open, String)>,
    impostor: Option<Impostor>,
    /// The date in a `Retry-After`.
    pub(crate) not_before: Option<SystemTime>,
    log: TempDir,
}

/// Who is at AURA's address, or the proxy's, until AURA is back.
enum Impostor {
    Aura(Simulator),
    Other { _open: Open },
}

impl World {
    /// One in which all is well, and nothing registered.
    pub(crate) fn new(at: At, remote: bool) -> Self {
        let (mut story, remote) = match remote {
            true => behind_a_proxy(),
            false => (Story::new(), None),
        };
        let log = tempfile::tempdir().expect("a temporary directory can be made");
        story.env("TF_LOG_PROVIDER", "TRACE");
        let path = log.path().join("provider.log");
        story.env("TF_LOG_PATH", path.to_str().expect("UTF-8"));
        story.write(
            "secrets.tf",
            &format!(
                "locals {{\n  token = {TOKEN:?}\n  client_secret = {CLIENT_SECRET:?}\n  header = {HEADER:?}\n  \
                 write_only = {WRITE_ONLY:?}\n}}\n"
            ),
        );
        let mut world = Self {
            story,
            at,
            remote,
            impostor: None,
            not_before: None,
            log,
        };
        world.webhook(URL);
        world.mend();
        world
    }

    /// The same after an apply. Only the first of its kind really applies: the others are given its state.
    pub(crate) fn applied(at: At, remote: bool) -> Self {
        static STATES: [OnceLock<String>; 2] = [OnceLock::new(), OnceLock::new()];
        let state = STATES[usize::from(at == At::Token)].get_or_init(|| {
            let first = Self::new(at, false);
            first.story.apply().ok();
            first.state().replace(&first.host(), "{host}")
        });
        let world = Self::new(at, remote);
        let state = state.replace("{host}", &world.host());
        world.story.write("terraform.tfstate", &state);
        world
    }

    /// Declares the webhook, with a secret wherever one can be.
    pub(crate) fn webhook(&self, url: &str) {
        let write_only = match self.has_write_only() {
            true => "  headers_wo = { X-Write-Only = local.write_only }\n",
            false => "",
        };
        self.story.webhook(&format!(
            "  url     = {url:?}\n  events  = [\"NEW_CALLOUT\"]\n  headers = {{ X-Key = local.header }}\n{write_only}  \
             on_destroy = {{\n    url     = \"https://retired.example.com/aura\"\n    events  = [\"CALLOUT_CLOSED\"]\n    \
             headers = {{ X-Key = local.header }}\n  }}"
        ));
    }

    pub(crate) fn has_write_only(&self) -> bool {
        static HAS: OnceLock<bool> = OnceLock::new();
        *HAS.get_or_init(|| self.story.version().has(Feature::WRITE_ONLY))
    }

    /// Host and port of AURA, as messages and ids have them.
    pub(crate) fn host(&self) -> String {
        match self.remote {
            Some(_) => REMOTE.to_owned(),
            None => self.story.host(),
        }
    }

    /// Lets the row's hazard happen from now on. AURA's own words, if it has any, quote `secrets`.
    pub(crate) fn spoil(&mut self, row: &Row, secrets: &str) {
        let settings = row.settings;
        let https = format!("https://{}", self.host());
        self.provider(&https, None, settings);
        match &row.hazard {
            Hazard::Faults(faults) => self.faults(faults(secrets), settings),
            Hazard::Placed(faults) => self.placed(faults(), settings),
            Hazard::Status { code, times } => {
                let fault = Fault::reply(refusal(*code, secrets));
                let fault = match times {
                    Some(times) => fault.times(*times),
                    None => fault.forever(),
                };
                self.faults(vec![fault], settings);
            }
            Hazard::RetryAfter(value) => {
                let value = value();
                self.not_before = httpdate::parse_http_date(&value).ok();
                let value = HeaderValue::from_str(&value).expect("a header value");
                let reply = refusal(429, secrets).header(RETRY_AFTER, value);
                self.faults(vec![Fault::reply(reply)], settings);
            }
            hazard => self.replace_aura(hazard, settings),
        }
    }

    /// Puts someone else, or nobody, in AURA's place or on the way to it.
    fn replace_aura(&mut self, hazard: &Hazard, settings: &str) {
        match hazard {
            Hazard::Nobody => {
                self.story.stop_aura();
                self.healthy(settings);
            }
            Hazard::Tls { tls, trusted } => self.impersonate(*tls, *trusted, settings),
            Hazard::OldTls => {
                self.story.stop_aura();
                let _open = old_tls::listen(self.story.address());
                self.impostor = Some(Impostor::Other { _open });
            }
            Hazard::Proxy(Some(answer)) => {
                let _open = tunnel::answering(answer);
                self.story.env("HTTPS_PROXY", &_open.as_proxy());
                self.impostor = Some(Impostor::Other { _open });
            }
            Hazard::Proxy(None) => {
                // Its port is free again when this line is done.
                let address = tunnel::answering("").as_proxy();
                self.story.env("HTTPS_PROXY", &address);
            }
            Hazard::Unresolved => self.story.env("HTTPS_PROXY", ""),
            // The address is https now, and AURA as it was.
            _ => {}
        }
    }

    /// Lets all be well again, with nothing registered and no request made.
    pub(crate) fn mend(&mut self) {
        self.impostor = None;
        if !self.story.is_aura_running() {
            self.story.restart_aura();
        }
        if let Some((proxy, _)) = &self.remote {
            let proxy = proxy.as_proxy();
            self.story.env("HTTPS_PROXY", &proxy);
        }
        self.story.aura().clear();
        self.healthy(ONCE);
    }

    /// How many requests whoever is at AURA's address got, for tokens and for registrations.
    pub(crate) fn requests(&self) -> (usize, usize) {
        match &self.impostor {
            Some(Impostor::Aura(aura)) => counts(aura),
            _ if self.story.is_aura_running() => counts(self.story.aura()),
            _ => (0, 0),
        }
    }

    /// The provider's log so far, of all its processes.
    pub(crate) fn log(&self) -> String {
        let log = fs::read(self.log.path().join("provider.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// The state as it is on disk; empty if there is none.
    pub(crate) fn state(&self) -> String {
        let path: PathBuf = self.story.directory().join("terraform.tfstate");
        fs::read_to_string(path).unwrap_or_default()
    }

    fn healthy(&self, settings: &str) {
        match &self.remote {
            Some((_, ca)) => self.provider(&format!("https://{REMOTE}"), Some(ca), settings),
            None => self.provider(self.story.base_url(), None, settings),
        }
    }

    fn provider(&self, base_url: &str, ca: Option<&str>, settings: &str) {
        let credentials = match self.at {
            At::Webhook => "token = local.token".to_owned(),
            At::Token => {
                format!("client_id = {CLIENT_ID:?}\nclient_secret = local.client_secret")
            }
        };
        let ca = ca.map_or(String::new(), |ca| format!("ca_certificate = {ca:?}"));
        self.story.provider(&format!(
            "base_url = {base_url:?}\n{credentials}\n{ca}\n{settings}"
        ));
    }

    fn faults(&self, faults: Vec<Fault>, settings: &str) {
        let endpoint = self.at.endpoint();
        let faults = faults.into_iter().map(|fault| fault.on(endpoint));
        self.placed(faults.collect(), settings);
    }

    fn placed(&self, faults: Vec<Fault>, settings: &str) {
        for fault in faults {
            self.story.aura().fault(fault);
        }
        self.healthy(settings);
    }

    fn impersonate(&mut self, tls: Tls, trusted: bool, settings: &str) {
        self.story.stop_aura();
        let aura = Simulator::builder()
            .listen(self.story.address())
            .source(source())
            .tls(tls)
            .start()
            .expect("the address is still free");
        let ca = aura.ca_pem().filter(|_| trusted);
        self.provider(aura.base_url(), ca, settings);
        self.impostor = Some(Impostor::Aura(aura));
    }
}

/// An AURA at a name that only a proxy can find.
fn behind_a_proxy() -> (Story, Option<(Open, String)>) {
    let tls = Tls {
        certificate: Certificate::WrongHost,
        ..Tls::default()
    };
    let aura = Simulator::builder().source(source()).tls(tls).start();
    let aura = aura.expect("an AURA can be simulated");
    let ca = aura.ca_pem().expect("it has TLS").to_owned();
    let proxy = tunnel::to(aura.address());
    (Story::with(aura), Some((proxy, ca)))
}

/// What AURA says when it refuses, with the secrets it was sent.
pub(crate) fn words(secrets: &str) -> String {
    format!("Not now: {secrets}")
}

fn refusal(code: u16, secrets: &str) -> Reply {
    let code = StatusCode::from_u16(code).expect("a status");
    Reply::new(code).body(json!({"message": words(secrets)}).to_string())
}

fn counts(aura: &Simulator) -> (usize, usize) {
    (aura.token_requests().len(), aura.webhook_posts().len())
}
