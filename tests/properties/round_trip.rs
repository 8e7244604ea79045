//! Values that are made, not read: random bytes seldom get as far as a map of lists of numbers.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use terraform_provider_aura::terraform::{Number, Value, nfc};

use crate::inputs::run;
use crate::targets::msgpack;

#[test]
fn every_value_reads_as_it_was_written() {
    run(&value(), |value| msgpack::check_value(&value));
}

#[test]
fn every_number_reads_as_it_was_spelt() {
    run(
        &"[+-]?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?",
        |text| {
            let number = Number::parse(&text).expect("a number");
            assert_eq!(Number::parse(&number.to_text()), Some(number), "{text}");
        },
    );
}

#[test]
fn every_finite_double_is_exact() {
    run(&any::<f64>(), |float| {
        let Some(number) = Number::from_f64(float) else {
            return;
        };
        assert_eq!(Number::parse(&number.to_text()), Some(number), "{float}");
    });
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(Value::Unknown),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("a number", |float| Number::from_f64(float)
            .map(Value::Number)),
        "-?[0-9]{1,30}\\.[0-9]{1,9}"
            .prop_filter_map("a number", |text| Number::parse(&text).map(Value::Number)),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(6, 64, 8, |element| {
        prop_oneof![
            vec(element.clone(), 0..8).prop_map(Value::List),
            btree_map(text(), element, 0..8).prop_map(Value::Map),
        ]
    })
}

/// As Terraform has all text.
fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| nfc(&text))
}
