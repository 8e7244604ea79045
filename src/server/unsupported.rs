//! What this provider doesn't have. Terraform asks only for what the schema names, so these answers are for
//! other hosts and for mistakes; they are diagnostics all the same, never "unimplemented".

use super::convert;
use crate::proto::tfplugin6 as pb;
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

pub(super) fn action_event(name: &str) -> pb::invoke_action::Event {
    use pb::invoke_action::event::{Completed, Type};
    let diagnostics = convert::diagnostics(unsupported("the action", name));
    pb::invoke_action::Event {
        r#type: Some(Type::Completed(Completed { diagnostics })),
    }
}

/// One handler for each RPC named: an error that names the feature and the type asked for.
///
/// Written out as `#[async_trait]` would, which doesn't see into a macro.
macro_rules! rpcs {
    ($($rpc:ident $called:literal $feature:literal $name:ident,)*) => {
        $(
            fn $rpc<'a, 'b>(
                &'a self,
                request: Request<pb::$rpc::Request>,
            ) -> Pin<Box<dyn Future<Output = Result<Response<pb::$rpc::Response>, Status>> + Send + 'b>>
            where
                'a: 'b,
                Self: 'b,
            {
                Box::pin(async move {
                    let name = request.into_inner().$name;
                    let handler = async { Err(unsupported::unsupported($feature, &name)) };
                    self.answer($called, &name, handler).await
                })
            }
        )*
    };
}
pub(super) use rpcs;
