//! Functions: declared, and called with arguments that fit.

use std::collections::HashMap;

use bytes::Bytes;
use prost::Message;

use super::convert;
use super::rpc::Answer;
use crate::proto::tfplugin6 as pb;
use crate::terraform::{Function, FunctionError, Value};

type Functions<'a> = &'a [Box<dyn Function>];

pub(super) fn names(functions: Functions<'_>) -> impl Iterator<Item = String> {
    functions.iter().map(|function| function.name().to_owned())
}

pub(super) fn declare(functions: Functions<'_>) -> HashMap<String, pb::Function> {
    let declare = |it: &dyn Function| (it.name().to_owned(), convert::function(it.signature()));
    functions.iter().map(|it| declare(&**it)).collect()
}

/// The answer to a call. A response has no diagnostics; those of the frame around it, of a panic above all,
/// become the function's error.
#[derive(Default)]
pub(super) struct Called {
    response: pb::call_function::Response,
    diagnostics: Vec<pb::Diagnostic>,
}

impl Answer for Called {
    fn diagnostics(&mut self) -> &mut Vec<pb::Diagnostic> {
        &mut self.diagnostics
    }

    fn encode(self: Box<Self>) -> Bytes {
        let response = match self.diagnostics.into_iter().next() {
            Some(failure) => {
                let text = format!("{}: {}", failure.summary, failure.detail);
                failed(FunctionError::new(text))
            }
            None => self.response,
        };
        response.encode_to_vec().into()
    }
}

/// Calls a function. Whatever is wrong with the call is a function's error.
pub(super) fn call(functions: Functions<'_>, request: &pb::call_function::Request) -> Called {
    let response = match result(functions, request) {
        Ok(result) => pb::call_function::Response {
            result: Some(convert::dynamic_value(&result)),
            error: None,
        },
        Err(error) => failed(error),
    };
    Called {
        response,
        diagnostics: Vec::new(),
    }
}

fn failed(error: FunctionError) -> pb::call_function::Response {
    pb::call_function::Response {
        result: None,
        error: Some(convert::function_error(error)),
    }
}

fn result(
    functions: Functions<'_>,
    request: &pb::call_function::Request,
) -> Result<Value, FunctionError> {
    let name = &request.name;
    let function = functions.iter().find(|function| function.name() == name);
    let function = function.ok_or_else(|| {
        let text = format!("This version of the provider has no function \"{name}\".");
        FunctionError::new(text)
    })?;
    let needed = function.signature().parameters.len();
    let given = request.arguments.len();
    if given < needed {
        let text = format!("The function \"{name}\" needs {needed} arguments; {given} are given.");
        return Err(FunctionError::new(text));
    }
    let arguments = request.arguments.iter().enumerate();
    let arguments: Result<Vec<_>, _> = arguments
        .map(|(index, sent)| argument(&**function, index, sent))
        .collect();
    function.call(&arguments?)
}

/// Reads one argument and holds it against its parameter.
fn argument(
    function: &dyn Function,
    index: usize,
    sent: &pb::DynamicValue,
) -> Result<Value, FunctionError> {
    let refused = |text: String| FunctionError::new(text).at(index);
    let Some(parameter) = function.signature().parameter(index) else {
        return Err(refused(format!(
            "The function \"{}\" takes no more than {index} arguments. Remove this one.",
            function.name()
        )));
    };
    let name = parameter.name;
    let value = convert::value(Some(sent), "an argument of a function").map_err(|diagnostics| {
        let details: Vec<_> = diagnostics.into_iter().map(|it| it.detail).collect();
        refused(details.join(" "))
    })?;
    let value = parameter.kind.conform(value).map_err(|mismatch| {
        refused(format!(
            "The argument \"{name}\" is of the wrong type: {mismatch}."
        ))
    })?;
    if value.is_null() {
        return Err(refused(format!("The argument \"{name}\" can't be null.")));
    }
    if !value.is_wholly_known() {
        return Err(refused(format!(
            "The argument \"{name}\" is not known yet."
        )));
    }
    Ok(value)
}
