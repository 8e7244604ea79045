//! Values on the wire: every form that Terraform uses is read, and nothing that is broken does harm.

mod broken;
mod spelling;

#[path = "../wire/mod.rs"]
mod wire;

use terraform_provider_aura::proto::tfplugin6 as pb;

fn msgpack(bytes: impl Into<Vec<u8>>) -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack: bytes.into().into(),
        ..Default::default()
    }
}

fn in_json(text: impl Into<String>) -> pb::DynamicValue {
    pb::DynamicValue {
        json: text.into().into(),
        ..Default::default()
    }
}
