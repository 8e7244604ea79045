//! Where an interrupt comes.

use std::time::{Duration, Instant};

use aura_simulator::{Endpoint, Fault, Reply};
use aura_test_support::terraform::Running;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use crate::acceptance::{CLIENT_ID, CLIENT_SECRET, Story};

/// Longer than it takes to interrupt, and to be interrupted.
const SLOW: Duration = Duration::from_millis(2500);
const PATIENCE: Duration = Duration::from_secs(60);

/// A point in the course of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// The provider is configured, and not asked to apply yet: something else is applied first.
    BeforeRequest,
    /// The request is at AURA, and no answer yet.
    DuringRequest,
    /// AURA has asked to come back in a minute.
    BetweenRetries,
    /// The request for a token is at AURA, and no answer yet.
    DuringTokenFetch,
}

impl Point {
    pub(crate) const ALL: [Self; 4] = [
        Self::BeforeRequest,
        Self::DuringRequest,
        Self::BetweenRetries,
        Self::DuringTokenFetch,
    ];

    /// Makes the story's next command stop here.
    pub(crate) fn arrange(self, story: &Story) {
        match self {
            Self::BeforeRequest => {}
            Self::DuringRequest => story.aura().fault(Fault::delay(SLOW).on(Endpoint::Webhook)),
            Self::BetweenRetries => {
                let busy = Reply::new(StatusCode::SERVICE_UNAVAILABLE)
                    .header(RETRY_AFTER, HeaderValue::from_static("60"));
                story.settings("max_retries = 3");
                story.aura().fault(Fault::reply(busy).forever());
            }
            Self::DuringTokenFetch => story.aura().fault(Fault::delay(SLOW).on(Endpoint::Token)),
        }
    }

    /// The provider block of all commands but the one to be interrupted.
    pub(crate) fn configure(self, story: &Story) {
        if self == Self::DuringTokenFetch {
            let base_url = story.base_url();
            story.provider(&format!(
                "base_url = {base_url:?}\nclient_id = {CLIENT_ID:?}\nclient_secret = {CLIENT_SECRET:?}"
            ));
        } else {
            story.settings("");
        }
    }

    /// Waits until the command is here.
    #[track_caller]
    pub(crate) fn wait(self, running: &mut Running, story: &Story) {
        if self == Self::BeforeRequest {
            running.wait_for("the gate is shut");
            return;
        }
        let begun = Instant::now();
        while story.aura().total_requests() == 0 {
            assert!(begun.elapsed() < PATIENCE, "AURA is never asked");
            std::thread::sleep(Duration::from_millis(10));
        }
        if self == Self::BetweenRetries {
            // The answer has to arrive; the wait is long.
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}
