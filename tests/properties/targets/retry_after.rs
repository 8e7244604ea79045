//! The value of `Retry-After`.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue};
use terraform_provider_aura::aura::retry_after;

use super::memory;

const LONGEST: Duration = Duration::from_secs(60);

/// A server can make us wait for a minute at most, whatever it says and whenever it says it.
pub fn check(value: &[u8]) {
    let Ok(header) = HeaderValue::from_bytes(value) else {
        return;
    };
    let headers = HeaderMap::from_iter([(RETRY_AFTER, header)]);
    for now in [0, 784_111_777, 4_102_444_800] {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
        let wait = memory::bounded(value, || retry_after(&headers, now));
        assert!(wait.is_none_or(|wait| !wait.is_zero() && wait <= LONGEST));
    }
    let seconds = str::from_utf8(value).ok().filter(|it| is_number(it));
    if let Some(seconds) = seconds.and_then(|it| it.parse().ok()) {
        let asked = Duration::from_secs(seconds);
        let expected = (!asked.is_zero()).then(|| asked.min(LONGEST));
        assert_eq!(retry_after(&headers, SystemTime::now()), expected);
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
