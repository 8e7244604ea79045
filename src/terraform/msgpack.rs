//! The msgpack form of a value, as Terraform sends it and wants it answered.
//!
//! Any extension code means *unknown* (0 is the plain kind, 12 carries refinements, which a plan may drop), so
//! we read all of them and write code 0. Decoding untrusted bytes costs memory in proportion to their number:
//! lengths are believed only as far as bytes are there to back them, and depth is bounded.

use std::fmt;
use std::str;

use rmp::Marker;
use rmp::decode;
use rmp::encode;

use super::text::nfc;
use super::{Number, Object, Value};

/// Deeper than any schema, shallow enough for any stack.
const MAX_DEPTH: usize = 128;

/// Reads one value, which must be all there is.
///
/// # Errors
///
/// When the bytes are not one whole msgpack value that Terraform could have sent.
pub fn from_slice(bytes: &[u8]) -> Result<Value, MsgpackError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(0)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(MsgpackError::TrailingBytes)
    }
}

/// Writes a value; maps in key order, integers and lengths in their shortest form.
pub fn to_vec(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    write(&mut bytes, value);
    bytes
}

/// Why bytes are not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MsgpackError {
    /// The bytes end inside a value.
    Truncated,
    /// There is more after the value.
    TrailingBytes,
    /// Nested deeper than any schema.
    TooDeep,
    /// A string that is not UTF-8.
    NotUtf8,
    /// A number that is not a number.
    NotANumber,
    /// A map key that is not a string.
    KeyNotString,
    /// A map key that stands twice.
    DuplicateKey,
    /// A kind of msgpack value that Terraform never sends.
    UnexpectedKind,
}

impl fmt::Display for MsgpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the msgpack data ends inside a value",
            Self::TrailingBytes => "the msgpack data goes on after the value",
            Self::TooDeep => "the msgpack data is nested too deeply",
            Self::NotUtf8 => "a msgpack string is not UTF-8",
            Self::NotANumber => "a msgpack number is not a number",
            Self::KeyNotString => "a msgpack map has a key that is not a string",
            Self::DuplicateKey => "a msgpack map has the same key twice",
            Self::UnexpectedKind => {
                "the msgpack data holds a kind of value that Terraform doesn't send"
            }
        })
    }
}

impl std::error::Error for MsgpackError {}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, MsgpackError> {
        if depth > MAX_DEPTH {
            return Err(MsgpackError::TooDeep);
        }
        let marker = self.marker()?;
        match marker {
            Marker::Null => Ok(Value::Null),
            Marker::True => Ok(Value::Bool(true)),
            Marker::False => Ok(Value::Bool(false)),
            Marker::F32 | Marker::F64 => self.float(marker),
            Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32 => self.unknown(marker),
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                Ok(Value::String(nfc(self.text(marker)?)))
            }
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => self.list(marker, depth),
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => self.map(marker, depth),
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 | Marker::Reserved => {
                Err(MsgpackError::UnexpectedKind)
            }
            _ => self.integer(marker),
        }
    }

    fn list(&mut self, marker: Marker, depth: usize) -> Result<Value, MsgpackError> {
        let length = self.length(marker)?;
        let mut elements = Vec::with_capacity(self.room_for(length));
        for _ in 0..length {
            elements.push(self.value(depth + 1)?);
        }
        Ok(Value::List(elements))
    }

    fn map(&mut self, marker: Marker, depth: usize) -> Result<Value, MsgpackError> {
        let length = self.length(marker)?;
        let mut elements = Vec::with_capacity(self.room_for(length));
        for _ in 0..length {
            let marker = self.marker()?;
            let key = nfc(self.text(marker)?);
            elements.push((key, self.value(depth + 1)?));
        }
        let given = elements.len();
        // Terraform sends keys in order, and from a sorted list a map is made at a stroke.
        let elements = Object::from_iter(elements);
        if elements.len() < given {
            return Err(MsgpackError::DuplicateKey);
        }
        Ok(Value::Map(elements))
    }

    /// An element takes a byte at least: a length beyond that is not worth an allocation. Nor is one beyond any object of
    /// a schema, since every level of a nesting could claim it.
    fn room_for(&self, length: usize) -> usize {
        length.min(self.rest.len()).min(256)
    }

    fn float(&mut self, marker: Marker) -> Result<Value, MsgpackError> {
        let float = match marker {
            Marker::F32 => f64::from(f32::from_be_bytes(self.array()?)),
            _ => f64::from_be_bytes(self.array()?),
        };
        Number::from_f64(float)
            .map(Value::Number)
            .ok_or(MsgpackError::NotANumber)
    }

    fn integer(&mut self, marker: Marker) -> Result<Value, MsgpackError> {
        let number = match marker {
            Marker::FixPos(value) => i64::from(value).into(),
            Marker::FixNeg(value) => i64::from(value).into(),
            Marker::U8 => i64::from(u8::from_be_bytes(self.array()?)).into(),
            Marker::U16 => i64::from(u16::from_be_bytes(self.array()?)).into(),
            Marker::U32 => i64::from(u32::from_be_bytes(self.array()?)).into(),
            Marker::I8 => i64::from(i8::from_be_bytes(self.array()?)).into(),
            Marker::I16 => i64::from(i16::from_be_bytes(self.array()?)).into(),
            Marker::I32 => i64::from(i32::from_be_bytes(self.array()?)).into(),
            Marker::I64 => i64::from_be_bytes(self.array()?).into(),
            Marker::U64 => {
                let value = u64::from_be_bytes(self.array()?);
                Number::parse(&value.to_string()).ok_or(MsgpackError::NotANumber)?
            }
            _ => return Err(MsgpackError::UnexpectedKind),
        };
        Ok(Value::Number(number))
    }

    fn unknown(&mut self, marker: Marker) -> Result<Value, MsgpackError> {
        let length = match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            _ => self.length(marker)?,
        };
        let _code: [u8; 1] = self.array()?;
        self.take(length)?;
        Ok(Value::Unknown)
    }

    fn text(&mut self, marker: Marker) -> Result<&'a str, MsgpackError> {
        if !matches!(
            marker,
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32
        ) {
            return Err(MsgpackError::KeyNotString);
        }
        let length = self.length(marker)?;
        str::from_utf8(self.take(length)?).map_err(|_| MsgpackError::NotUtf8)
    }

    fn length(&mut self, marker: Marker) -> Result<usize, MsgpackError> {
        let length = match marker {
            Marker::FixStr(length) | Marker::FixArray(length) | Marker::FixMap(length) => {
                u32::from(length)
            }
            Marker::Str8 | Marker::Ext8 => u32::from(u8::from_be_bytes(self.array()?)),
            Marker::Str16 | Marker::Array16 | Marker::Map16 | Marker::Ext16 => {
                u32::from(u16::from_be_bytes(self.array()?))
            }
            _ => u32::from_be_bytes(self.array()?),
        };
        usize::try_from(length).map_err(|_| MsgpackError::Truncated)
    }

    fn marker(&mut self) -> Result<Marker, MsgpackError> {
        decode::read_marker(&mut self.rest).map_err(|_| MsgpackError::Truncated)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], MsgpackError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(MsgpackError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MsgpackError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(MsgpackError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }
}

fn write(bytes: &mut Vec<u8>, value: &Value) {
    // rmp's writers fail only as their `Write` does, and a `Vec` takes everything.
    match value {
        Value::Null => drop(encode::write_nil(bytes)),
        Value::Unknown => bytes.extend_from_slice(&[0xd4, 0x00, 0x00]),
        Value::Bool(value) => drop(encode::write_bool(bytes, *value)),
        Value::Number(number) => write_number(bytes, number),
        Value::String(text) => drop(encode::write_str(bytes, text)),
        Value::List(elements) => {
            drop(encode::write_array_len(bytes, length(elements.len())));
            elements.iter().for_each(|element| write(bytes, element));
        }
        Value::Map(elements) => {
            drop(encode::write_map_len(bytes, length(elements.len())));
            for (key, element) in elements {
                drop(encode::write_str(bytes, key));
                write(bytes, element);
            }
        }
    }
}

fn write_number(bytes: &mut Vec<u8>, number: &Number) {
    match number {
        Number::Int(integer) => drop(encode::write_sint(bytes, *integer)),
        Number::Float(float) => drop(encode::write_f64(bytes, *float)),
        Number::Decimal(_) => drop(encode::write_str(bytes, &number.to_text())),
    }
}

/// A message is at most 256 MiB, so no collection in one outgrows 32 bits.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(bytes: &[u8]) -> Value {
        let value = from_slice(bytes).expect("a value");
        assert_eq!(to_vec(&value), bytes);
        value
    }

    #[test]
    fn every_kind_is_written_as_it_was_read() {
        assert_eq!(round_trip(b"\xc0"), Value::Null);
        assert_eq!(round_trip(b"\xc3"), Value::Bool(true));
        assert_eq!(round_trip(b"\xd4\x00\x00"), Value::Unknown);
        assert_eq!(round_trip(b"\xa3abc"), "abc".into());
        assert_eq!(round_trip(b"\xcd\x01\x00"), 256.into());
        assert_eq!(round_trip(b"\xd1\xff\x00"), (-256).into());
        assert_eq!(
            round_trip(b"\x92\xc0\xa1a"),
            Value::List(vec![Value::Null, "a".into()])
        );
        assert_eq!(
            round_trip(b"\x82\xa1a\x01\xa1b\xd4\x00\x00"),
            Value::Map([("a".into(), 1.into()), ("b".into(), Value::Unknown)].into())
        );
        round_trip(b"\xcb\x3f\xd0\x00\x00\x00\x00\x00\x00");
    }

    #[test]
    fn every_extension_code_is_unknown() {
        for bytes in [
            &b"\xc7\x03\x0c\x81\x01\xc2"[..],
            b"\xd5\x0c\x00\x00",
            b"\xc9\0\0\0\x01\x63\0",
        ] {
            assert_eq!(from_slice(bytes), Ok(Value::Unknown));
        }
    }

    #[test]
    fn decimal_text_stays_exact() {
        let tenth = Number::parse("0.1").unwrap();
        let bytes = to_vec(&Value::Number(tenth.clone()));
        assert_eq!(bytes, b"\xa41e-1");
        assert_eq!(Number::parse("1e-1"), Some(tenth));
    }

    #[test]
    fn text_is_normalized_to_nfc() {
        assert_eq!(from_slice(b"\xa3e\xcc\x81"), Ok("\u{e9}".into()));
    }

    #[test]
    fn every_split_of_a_value_is_an_error() {
        let whole = b"\x82\xa1a\x93\xc0\xd4\x00\x00\xcb\x3f\xd0\0\0\0\0\0\0\xa1b\xda\x00\x03abc";
        assert!(from_slice(whole).is_ok());
        for length in 0..whole.len() {
            assert_eq!(
                from_slice(&whole[..length]),
                Err(MsgpackError::Truncated),
                "{length}"
            );
        }
    }

    #[test]
    fn what_terraform_never_sends_is_refused() {
        assert_eq!(from_slice(b"\xc0\xc0"), Err(MsgpackError::TrailingBytes));
        assert_eq!(from_slice(b"\xa1\xff"), Err(MsgpackError::NotUtf8));
        assert_eq!(from_slice(b"\x81\x01\x01"), Err(MsgpackError::KeyNotString));
        assert_eq!(
            from_slice(b"\x82\xa1a\x01\xa1a\x02"),
            Err(MsgpackError::DuplicateKey)
        );
        assert_eq!(from_slice(b"\xc4\x01a"), Err(MsgpackError::UnexpectedKind));
        assert_eq!(
            from_slice(b"\xca\x7f\xc0\0\0"),
            Err(MsgpackError::NotANumber)
        );
    }

    #[test]
    fn a_nesting_bomb_and_a_claimed_gigabyte_cost_nothing() {
        assert_eq!(from_slice(&[0x91; 100_000]), Err(MsgpackError::TooDeep));
        assert_eq!(
            from_slice(b"\xdd\xff\xff\xff\xff"),
            Err(MsgpackError::Truncated)
        );
        assert_eq!(
            from_slice(b"\xdb\xff\xff\xff\xff"),
            Err(MsgpackError::Truncated)
        );
    }
}
