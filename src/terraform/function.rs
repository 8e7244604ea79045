//! What a provider can compute for a configuration: `provider::NAME::function(…)`.

use super::{Type, Value};

/// One function. Pure: the same arguments always give the same result, without I/O and without the provider block.
pub trait Function: Send + Sync + 'static {
    /// Its name, without the provider's prefix.
    fn name(&self) -> &'static str;

    /// What goes in and what comes out.
    fn signature(&self) -> &'static Signature;

    /// Computes the result.
    ///
    /// The arguments are of the signature's types, wholly known and not null; variadic ones come last.
    ///
    /// # Errors
    ///
    /// When an argument is not to the function's liking.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}

/// What goes into a function and what comes out.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// What it is for, in one line.
    pub summary: &'static str,
    /// What it does, in Markdown.
    pub description: &'static str,
    /// Arguments that every call has.
    pub parameters: &'static [Parameter],
    /// What any number of further arguments are.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub returns: Type,
}

/// One parameter of a function.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, in lower snake case.
    pub name: &'static str,
    /// What values it takes; null is none of them.
    pub kind: Type,
    /// What it means, in Markdown.
    pub description: &'static str,
}

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// The argument at fault, counted from 0; `None` for the call as a whole.
    pub argument: Option<usize>,
    /// What is the matter and what to write instead, in full sentences.
    pub text: String,
}

impl FunctionError {
    /// An error about the call as a whole.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            argument: None,
            text,
        }
    }

    /// The same, pointing at an argument, counted from 0.
    pub fn at(mut self, argument: usize) -> Self {
        self.argument = Some(argument);
        self
    }
}

impl Signature {
    /// The parameter that takes the argument at this place, if any does.
    pub fn parameter(&self, argument: usize) -> Option<&Parameter> {
        self.parameters.get(argument).or(self.variadic.as_ref())
    }
}
