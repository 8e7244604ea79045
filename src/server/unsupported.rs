//! What this provider doesn't have. Terraform asks only for what the schema names, so these answers are for
//! other hosts and for mistakes; they are diagnostics all the same, never "unimplemented".

use bytes::Bytes;
use prost::Message;

use super::rpc::Answer;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::invoke_action::event::{Completed, Type};
use crate::terraform::{Diagnostic, Diagnostics};

/// The error for a feature we don't have. `feature` reads on in the type's name: `the data source`.
pub(super) fn unsupported(feature: &str, name: &str) -> Diagnostics {
    vec![Diagnostic::error(
        "Unsupported Feature",
        format!(
            "This version of the provider does not support {feature} \"{name}\". Remove it from the configuration, or \
             upgrade the provider if a later version has it."
        ),
    )]
}

/// An action that we don't have is completed at once. InvokeAction answers with a stream of events: this is the one.
impl Answer for Completed {
    fn diagnostics(&mut self) -> &mut Vec<pb::Diagnostic> {
        &mut self.diagnostics
    }

    fn encode(self: Box<Self>) -> Bytes {
        let event = pb::invoke_action::Event {
            r#type: Some(Type::Completed(*self)),
        };
        event.encode_to_vec().into()
    }
}
