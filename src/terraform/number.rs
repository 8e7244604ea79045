//! Terraform's numbers: decimals of up to 512 bits, more than any machine type holds.
//!
//! Terraform writes an integer that fits 64 bits as an integer, an exactly representable fraction as a float
//! and everything else as decimal text. Reading `"0.1"` into an `f64` and answering that would be another
//! number, so a [`Number`] keeps what it was given and compares by value.

use std::cmp::Ordering;

/// A number as Terraform means it: exact, of any size.
#[derive(Clone, Debug)]
pub enum Number {
    /// An integer of 64 bits, the usual case.
    Int(i64),
    /// An IEEE 754 double that *is* the number (its full binary expansion), or an infinity.
    Float(f64),
    /// Any other number.
    Decimal(Decimal),
}

/// An exact decimal: `±digits × 10^exponent`, without leading or trailing zeros in `digits`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Number {
    /// Reads decimal text as JSON and msgpack carry it: `12`, `-0.5`, `1e30`, and `Inf` with either sign.
    ///
    /// Returns `None` for anything else. Memory stays within the length of the text.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(integer) = text.parse::<i64>() {
            return Some(Self::Int(integer));
        }
        let infinity = match text {
            "Inf" | "+Inf" => Some(f64::INFINITY),
            "-Inf" => Some(f64::NEG_INFINITY),
            _ => None,
        };
        if let Some(infinity) = infinity {
            return Some(Self::Float(infinity));
        }
        let decimal = Decimal::parse(text)?;
        Some(decimal.to_i64().map_or(Self::Decimal(decimal), Self::Int))
    }

    /// Takes a double as the exact number it stands for. Returns `None` for NaN, which Terraform doesn't have.
    pub fn from_f64(float: f64) -> Option<Self> {
        if float.is_nan() {
            return None;
        }
        let decimal = float.is_finite().then(|| Decimal::exact(float)).flatten();
        let integer = decimal.and_then(|decimal| decimal.to_i64());
        Some(integer.map_or(Self::Float(float), Self::Int))
    }

    /// The number as an integer, if it is one of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(integer) => Some(*integer),
            Self::Float(_) | Self::Decimal(_) => None,
        }
    }

    /// Decimal text that [`parse`](Self::parse) and Terraform read back as the same number.
    pub fn to_text(&self) -> String {
        match self {
            Self::Int(integer) => integer.to_string(),
            Self::Float(float) if float.is_infinite() => {
                let infinity = if *float < 0.0 { "-Inf" } else { "Inf" };
                infinity.to_owned()
            }
            Self::Float(float) => Decimal::exact(*float).map_or_else(String::new, |d| d.to_text()),
            Self::Decimal(decimal) => decimal.to_text(),
        }
    }

    fn canonical(&self) -> Canonical {
        match self {
            Self::Int(integer) => Canonical::finite(Decimal::parse(&integer.to_string())),
            Self::Float(float) if float.is_infinite() => Canonical::Infinite(*float > 0.0),
            Self::Float(float) => Canonical::finite(Decimal::exact(*float)),
            Self::Decimal(decimal) => Canonical::Finite(decimal.clone()),
        }
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self::Int(integer)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A total order that agrees with equality of value. It sorts sets; it is *not* the numeric order.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            _ => self.canonical().key().cmp(&other.canonical().key()),
        }
    }
}

/// A number in the one form that equal numbers share.
enum Canonical {
    Infinite(bool),
    Finite(Decimal),
}

impl Canonical {
    fn finite(decimal: Option<Decimal>) -> Self {
        Self::Finite(decimal.unwrap_or_else(Decimal::zero))
    }

    fn key(&self) -> (bool, bool, i64, &str) {
        match self {
            Self::Infinite(positive) => (true, !positive, 0, ""),
            Self::Finite(decimal) => (false, decimal.negative, decimal.exponent, &decimal.digits),
        }
    }
}

impl Decimal {
    fn zero() -> Self {
        Self {
            negative: false,
            digits: String::new(),
            exponent: 0,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: String = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        Self::normalized(negative, &digits, exponent)
    }

    /// The full binary expansion of a finite double: at most 1,074 fraction digits.
    fn exact(float: f64) -> Option<Self> {
        Self::parse(&format!("{float:.1074}"))
    }

    fn normalized(negative: bool, digits: &str, exponent: i64) -> Option<Self> {
        let significant = digits.trim_start_matches('0');
        let trimmed = significant.trim_end_matches('0');
        if trimmed.is_empty() {
            return Some(Self::zero());
        }
        let zeros = i64::try_from(significant.len() - trimmed.len()).ok()?;
        Some(Self {
            negative,
            digits: trimmed.to_owned(),
            exponent: exponent.checked_add(zeros)?,
        })
    }

    fn to_i64(&self) -> Option<i64> {
        let exponent = u32::try_from(self.exponent).ok()?;
        let sign = if self.negative { -1 } else { 1 };
        let digits: i128 = if self.digits.is_empty() {
            0
        } else {
            self.digits.parse().ok()?
        };
        let scaled = digits.checked_mul(10_i128.checked_pow(exponent)?)?;
        i64::try_from(sign * scaled).ok()
    }

    fn to_text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        match self.digits.as_str() {
            "" => "0".to_owned(),
            digits if self.exponent == 0 => format!("{sign}{digits}"),
            digits => format!("{sign}{digits}e{}", self.exponent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn number(text: &str) -> Number {
        Number::parse(text).expect("a number")
    }

    #[test]
    fn a_tenth_is_not_the_double_nearest_to_it() {
        assert_ne!(number("0.1"), Number::from_f64(0.1).unwrap());
        assert_eq!(number("0.1").to_text(), "1e-1");
    }

    #[test]
    fn the_same_number_is_equal_in_every_spelling() {
        assert_eq!(number("2.5"), Number::from_f64(2.5).unwrap());
        assert_eq!(number("1e3"), Number::Int(1000));
        assert_eq!(number("1.0"), Number::Int(1));
        assert_eq!(number("-0"), Number::Int(0));
        assert_eq!(number("1000000000000000000000"), number("1e21"));
    }

    #[test]
    fn integers_beyond_64_bits_keep_every_digit() {
        assert_eq!(
            number("18446744073709551617").to_text(),
            "18446744073709551617"
        );
        assert_eq!(number("9223372036854775808").as_i64(), None);
        assert_eq!(number("-9223372036854775808").as_i64(), Some(i64::MIN));
    }

    #[test]
    fn text_reads_back_as_the_same_number() {
        for text in [
            "0",
            "-1",
            "0.1",
            "1e30",
            "-2.75",
            "1e-400",
            "123456789.000001",
            "Inf",
            "-Inf",
        ] {
            assert_eq!(number(&number(text).to_text()), number(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "-",
            "1.2.3",
            "0x10",
            "ten",
            "1e",
            "NaN",
            "1e99999999999999999999",
            ".",
        ] {
            assert!(Number::parse(text).is_none(), "{text:?}");
        }
        assert!(Number::from_f64(f64::NAN).is_none());
    }
}
