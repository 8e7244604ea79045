use std::time::{Duration, SystemTime};

use http::{HeaderMap, header::RETRY_AFTER};

/// The longest wait a server can ask for with `Retry-After`.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// How often, and after which waits, something that failed is tried again.
///
/// The waits grow exponentially and have full jitter: each is a random part of an upper limit that doubles.
/// Hundreds of webhooks refused at once must not all come back at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts after the first.
    pub max_retries: u32,
    /// The upper limit of the first wait.
    pub base_delay: Duration,
    /// What the upper limit stops growing at.
    pub max_delay: Duration,
}

impl Default for Retry {
    /// 4 retries, from half a second up to 30 seconds.
    fn default() -> Self {
        Self {
            max_retries: 4,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
        }
    }
}

impl Retry {
    /// How long to wait before retry number `retry` (from 0), if another is allowed: what the server asked for,
    /// else `random` (0 to 1) times the upper limit.
    pub(super) fn wait(
        &self,
        retry: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if retry >= self.max_retries {
            return None;
        }
        Some(retry_after.unwrap_or_else(|| self.limit(retry).mul_f64(random)))
    }

    fn limit(&self, retry: u32) -> Duration {
        let factor = 2u32.checked_pow(retry).unwrap_or(u32::MAX);
        self.base_delay.saturating_mul(factor).min(self.max_delay)
    }
}

/// The wait that a server asks for (RFC 9110, 10.2.3): seconds or a date, at most a minute.
///
/// Anything else, and a wait of nothing, is taken as not said.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(text.parse().ok()?)
    } else {
        let date = httpdate::parse_http_date(text).ok()?;
        date.duration_since(now).ok()?
    };
    (!wait.is_zero()).then(|| wait.min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, HeaderValue, header::RETRY_AFTER};

    use super::Retry;

    const NOW: Duration = Duration::from_secs(784_111_777);

    #[track_caller]
    fn retry_after(value: &str) -> Option<u64> {
        let value = HeaderValue::from_str(value).unwrap();
        let headers = HeaderMap::from_iter([(RETRY_AFTER, value)]);
        super::retry_after(&headers, SystemTime::UNIX_EPOCH + NOW).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_takes_seconds_and_dates() {
        assert_eq!(retry_after("7"), Some(7));
        assert_eq!(retry_after(" 7 "), Some(7));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:42 GMT"), Some(5));
    }

    #[test]
    fn retry_after_is_honoured_for_a_minute_at_most() {
        assert_eq!(retry_after("61"), Some(60));
        assert_eq!(retry_after("86400"), Some(60));
        assert_eq!(retry_after("Sat, 06 Nov 2094 08:49:37 GMT"), Some(60));
    }

    #[test]
    fn an_absurd_retry_after_is_taken_as_not_said() {
        for value in [
            "",
            "0",
            "-1",
            "1.5",
            "soon",
            "99999999999999999999999",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sat, 06 Nov 1993 08:49:37 GMT",
            "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(retry_after(value), None, "{value}");
        }
        assert_eq!(
            super::retry_after(&HeaderMap::new(), SystemTime::now()),
            None
        );
    }

    #[test]
    fn the_upper_limit_doubles_up_to_its_maximum() {
        let retry = Retry {
            max_retries: 100,
            ..Retry::default()
        };
        let limits: Vec<_> = (0..8).filter_map(|n| retry.wait(n, None, 1.0)).collect();
        assert_eq!(
            limits,
            [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000].map(Duration::from_millis)
        );
        assert_eq!(retry.wait(99, None, 1.0), Some(Duration::from_secs(30)));
    }

    #[test]
    fn jitter_takes_any_part_of_the_limit() {
        let retry = Retry::default();
        assert_eq!(retry.wait(1, None, 0.0), Some(Duration::ZERO));
        assert_eq!(retry.wait(1, None, 0.5), Some(Duration::from_millis(500)));
    }

    #[test]
    fn what_the_server_asks_for_has_no_jitter() {
        let asked = Some(Duration::from_secs(7));
        assert_eq!(Retry::default().wait(0, asked, 0.1), asked);
    }

    #[test]
    fn after_the_last_retry_there_is_no_wait() {
        let asked = Some(Duration::from_secs(7));
        assert_eq!(Retry::default().wait(4, asked, 0.5), None);
        let never = Retry {
            max_retries: 0,
            ..Retry::default()
        };
        assert_eq!(never.wait(0, None, 0.5), None);
    }
}
