//! No answer, or none that is whole.

use aura_simulator::{Fault, Moment};

use crate::row::{At, BRIEFLY, Faults, Hazard, ONCE, Row, TWICE, TWICE_BRIEFLY};

const LOST: &str = "The connection to {host} was lost before AURA's answer was complete";

/// Each break, once and for good.
const BREAKS: &[(&str, Faults, Faults)] = &[
    (
        "a reset before reading",
        |_| vec![Fault::reset(Moment::BeforeReading)],
        |_| vec![Fault::reset(Moment::BeforeReading).forever()],
    ),
    (
        "a reset after reading",
        |_| vec![Fault::reset(Moment::AfterReading)],
        |_| vec![Fault::reset(Moment::AfterReading).forever()],
    ),
    (
        "a reset in the head",
        |_| vec![Fault::reset(Moment::InHead)],
        |_| vec![Fault::reset(Moment::InHead).forever()],
    ),
    (
        "a reset in the body",
        |_| vec![Fault::reset(Moment::InBody)],
        |_| vec![Fault::reset(Moment::InBody).forever()],
    ),
    (
        "an answer cut short",
        |_| vec![Fault::truncate()],
        |_| vec![Fault::truncate().forever()],
    ),
];

pub(crate) fn rows(at: At) -> Vec<Row> {
    let mut rows = Vec::new();
    for &(name, once, ever) in BREAKS {
        let name_once = format!("{name}, once");
        rows.push(Row::succeeds(
            &name_once,
            at,
            Hazard::Faults(once),
            TWICE,
            2,
        ));
        let row = Row::fails(
            &format!("{name}, for good"),
            at,
            Hazard::Faults(ever),
            ONCE,
            1,
        );
        rows.push(row.saying(lost(at)).ambiguous());
    }
    let once = Hazard::Faults(|_| vec![Fault::stall()]);
    rows.push(Row::succeeds("a stall, once", at, once, TWICE_BRIEFLY, 2));
    let ever = Hazard::Faults(|_| vec![Fault::stall().forever()]);
    rows.push(
        Row::fails("a stall, for good", at, ever, BRIEFLY, 1)
            .saying("o answer from {endpoint} within 1s")
            .saying("raise \"request_timeout\" or \"max_retries\"")
            .ambiguous(),
    );
    rows.push(
        Row::fails("nobody there", at, Hazard::Nobody, TWICE, 0)
            .saying("annot connect to {host}: connection refused (2 attempts).")
            .saying("Nothing was sent."),
    );
    rows
}

/// The sentence begins as one, or goes on.
fn lost(at: At) -> String {
    match at {
        At::Webhook => LOST.to_owned(),
        At::Token => format!("Cannot get an access token: {}", LOST.replacen('T', "t", 1)),
    }
}
