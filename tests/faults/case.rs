//! A row with one of the operations: what happens, and what is expected.

use std::fmt;
use std::time::SystemTime;

use aura_test_support::terraform::Output;

use crate::acceptance::{CLIENT_SECRET, HEADER, TOKEN};
use crate::row::{At, Row};
use crate::world::{URL, WRITE_ONLY, World, words};

const MOVED_URL: &str = "https://moved.example.com/aura";
const RETIRED_URL: &str = "https://retired.example.com/aura";
const AMBIGUOUS: &str = "AURA may hold the new registration although it was not confirmed";

/// What Terraform is doing when the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Create,
    Update,
    OnDestroy,
}

use Operation::{Create, OnDestroy, Update};

/// One fault in one operation.
pub(crate) struct Case {
    operation: Operation,
    row: Row,
    representative: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = match self.operation {
            Create => "create",
            Update => "update",
            OnDestroy => "on_destroy",
        };
        write!(f, "{operation}: {}", self.row.name)
    }
}

impl Case {
    /// The cases of a row, the first, second or third of which represents it.
    pub(crate) fn of(number: usize, row: &Row) -> [Self; 3] {
        let places = [(0, Create), (1, Update), (2, OnDestroy)];
        places.map(|(place, operation)| Self {
            operation,
            row: row.clone(),
            representative: number % 3 == place,
        })
    }

    /// Whether this case is the one to run if only one of its row is.
    pub(crate) fn is_representative(&self) -> bool {
        self.representative
    }

    /// Lets it happen.
    pub(crate) fn run(&self) {
        let remote = self.row.hazard.is_remote();
        let mut world = match self.operation {
            Create => World::new(self.row.at, remote),
            Update | OnDestroy => World::applied(self.row.at, remote),
        };
        if self.operation == Update {
            world.webhook(MOVED_URL);
        }
        let before = world.story.resources();
        let secrets = self.secrets(&world);
        world.spoil(&self.row, &secrets);
        let output = self.operate(&world);
        self.assert_told(&output, &world, &secrets);
        assert_eq!(world.requests(), self.row.requests, "requests of {output}");
        let mut tokens = issued_tokens(&world);
        if self.row.succeeds {
            self.assert_waited(&world);
            self.assert_done(&world);
            world.mend();
            self.assert_settled(&world);
        } else {
            assert_eq!(world.story.resources(), before, "the state after {output}");
            world.mend();
            let healed = self.operate(&world);
            healed.ok();
            assert_eq!(world.story.posts().len(), 1, "requests of {healed}");
            assert_eq!(world.story.registered_url().as_deref(), Some(self.url()));
            self.assert_done(&world);
            tokens.extend(issued_tokens(&world));
        }
        assert_discreet(&world, &output, &tokens);
    }

    fn operate(&self, world: &World) -> Output {
        match self.operation {
            Create | Update => world.story.apply(),
            OnDestroy => world.story.run(&["destroy", "-auto-approve"]),
        }
    }

    fn url(&self) -> &'static str {
        match self.operation {
            Create => URL,
            Update => MOVED_URL,
            OnDestroy => RETIRED_URL,
        }
    }

    /// The secrets in the request that the fault strikes.
    fn secrets(&self, world: &World) -> String {
        match (self.row.at, self.operation) {
            (At::Token, _) => CLIENT_SECRET.to_owned(),
            (At::Webhook, Create | Update) if world.has_write_only() => {
                format!("{TOKEN} {HEADER} {WRITE_ONLY}")
            }
            (At::Webhook, _) => format!("{TOKEN} {HEADER}"),
        }
    }

    fn assert_told(&self, output: &Output, world: &World, secrets: &str) {
        let quoted = words(&["[redacted]"].repeat(secrets.split(' ').count()).join(" "));
        let host = world.host();
        let path = match self.row.at {
            At::Webhook => "notifiers/webhooks",
            At::Token => "oauth/token",
        };
        for sentence in &self.row.says {
            let endpoint = format!("{host}/panic-api/v2/{path}");
            let sentence = sentence.replace("{endpoint}", &endpoint);
            let sentence = sentence.replace("{host}", &host);
            output.says(&sentence.replace("{quoted}", &quoted));
        }
        if self.row.succeeds {
            output.ok();
            return;
        }
        output.fails();
        if self.row.ambiguous {
            output.says(AMBIGUOUS);
        } else {
            output.never_says(AMBIGUOUS);
        }
        match self.operation {
            Create | Update => output.says("Error: Unable to Register Webhook"),
            OnDestroy => output
                .says("Error: Unable to Register on_destroy")
                .says("The webhook stays in Terraform's state"),
        };
    }

    /// The wait between the first two requests was no shorter than AURA asked for.
    fn assert_waited(&self, world: &World) {
        let requests = world.story.aura().requests();
        if let [first, second, ..] = &requests[..] {
            let wait = second.at.duration_since(first.at);
            let wait = wait.unsigned_abs();
            assert!(wait >= self.row.waits, "tried again after {wait:?}");
            if let Some(date) = world.not_before {
                let date = date.duration_since(SystemTime::UNIX_EPOCH);
                let date = date.expect("it is not long ago").as_millis();
                let tried = second.at.as_millisecond();
                let tried = u128::try_from(tried).expect("it is not long ago");
                assert!(tried >= date, "tried again too soon");
            }
        }
    }

    /// Terraform's state, and the last request to AURA, are as after any success.
    fn assert_done(&self, world: &World) {
        assert_eq!(world.story.last_body()["url"], self.url());
        match self.operation {
            Create | Update => assert_eq!(world.story.stored()["url"], self.url()),
            OnDestroy => assert!(world.story.resources().is_empty()),
        }
    }

    fn assert_settled(&self, world: &World) {
        match self.operation {
            Create | Update => world.story.has_no_changes(),
            OnDestroy => {}
        }
    }
}

/// No secret is in what was printed (which [`Story::run`](crate::acceptance::Story::run) looks at, too), in the
/// provider's log or, unless it belongs there, in the state.
fn assert_discreet(world: &World, output: &Output, tokens: &[String]) {
    let log = world.log();
    let said = log.contains("ApplyResourceChange");
    assert!(said, "the provider's log tells nothing");
    let state = world.state();
    output.never_says(WRITE_ONLY);
    let never = [TOKEN, CLIENT_SECRET, WRITE_ONLY];
    for secret in never.into_iter().chain(tokens.iter().map(String::as_str)) {
        output.never_says(secret);
        assert!(!state.contains(secret), "{secret:?} is in the state");
    }
    let secrets = never.into_iter().chain([HEADER]);
    for secret in secrets.chain(tokens.iter().map(String::as_str)) {
        let told = log.lines().find(|line| line.contains(secret));
        assert_eq!(told, None, "{secret:?} is in the log");
    }
}

/// The tokens that registrations were sent with.
fn issued_tokens(world: &World) -> Vec<String> {
    if !world.story.is_aura_running() {
        return Vec::new();
    }
    let posts = world.story.posts();
    let headers = posts
        .iter()
        .filter_map(|post| post.headers.get("authorization"));
    let texts = headers.filter_map(|header| header.to_str().ok()?.strip_prefix("Bearer "));
    texts.map(str::to_owned).collect()
}
