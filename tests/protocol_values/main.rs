//! Values on the wire: every form that Terraform uses is read.

mod spelling;

#[path = "../wire/mod.rs"]
mod wire;

use terraform_provider_aura::proto::tfplugin6 as pb;

fn in_json(text: impl Into<String>) -> pb::DynamicValue {
    pb::DynamicValue {
        json: text.into().into(),
        ..Default::default()
    }
}
