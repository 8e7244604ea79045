//! Tokens that AURA no longer takes when they are used.

use aura_simulator::{Endpoint, Fault};
use http::StatusCode;

use crate::row::{At, Hazard, ONCE, Row, TWICE};

const EXPIRED: Hazard = Hazard::Placed(|| vec![expired()]);
const ALWAYS_EXPIRED: Hazard = Hazard::Placed(|| vec![expired().forever()]);
const REVOKED_BETWEEN_RETRIES: Hazard = Hazard::Placed(|| {
    let busy = Fault::status(StatusCode::SERVICE_UNAVAILABLE);
    vec![busy.on(Endpoint::Webhook), expired()]
});
const NO_OTHER_TOKEN: Hazard = Hazard::Placed(|| {
    // The first token request is answered as usual, whatever waits for the second.
    let busy = Fault::status(StatusCode::SERVICE_UNAVAILABLE);
    let usual = Fault::delay(std::time::Duration::ZERO);
    vec![
        usual.on(Endpoint::Token),
        expired(),
        busy.on(Endpoint::Token).forever(),
    ]
});

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::succeeds("a token that has expired", At::Token, EXPIRED, ONCE, 2).requests(2, 2),
        Row::fails(
            "tokens that have always expired",
            At::Token,
            ALWAYS_EXPIRED,
            TWICE,
            2,
        )
        .requests(2, 2)
        .saying("AURA answered 401 Unauthorized to POST {host}/panic-api/v2/notifiers/webhooks")
        .saying("The credentials came from the attribute \"client_id\""),
        Row::succeeds(
            "a token revoked between retries",
            At::Token,
            REVOKED_BETWEEN_RETRIES,
            TWICE,
            2,
        )
        .requests(2, 3),
        Row::fails(
            "a token that can't be renewed",
            At::Token,
            NO_OTHER_TOKEN,
            ONCE,
            2,
        )
        .requests(2, 1)
        .saying("Cannot get an access token: AURA answered 503 Service Unavailable"),
    ]
}

fn expired() -> Fault {
    Fault::expire_token().on(Endpoint::Webhook)
}
