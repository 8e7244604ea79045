//! What a provider is to Terraform: a block to configure, and resources with a life cycle.

use async_trait::async_trait;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::{AttributePath, Diagnostics, EphemeralResource, Function, Object, Schema, Value};

/// What an operation gives back: its result with warnings, or the diagnostics that explain its failure (at
/// least one of them an error).
pub type Outcome<T> = Result<Reply<T>, Diagnostics>;

/// A result, and what the user should read although it succeeded.
#[derive(Clone, Debug)]
pub struct Reply<T> {
    /// The result.
    pub value: T,
    /// Warnings only.
    pub warnings: Diagnostics,
}

impl<T> From<T> for Reply<T> {
    fn from(value: T) -> Self {
        Self {
            value,
            warnings: Vec::new(),
        }
    }
}

/// The provider block and everything behind it.
///
/// Values handed in conform to the schema; sets are in order. Unknown values are possible wherever Terraform
/// can't know better yet.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What the provider block may contain.
    fn schema(&self) -> &'static Schema;

    /// Every resource type served.
    fn resources(&self) -> &[Box<dyn Resource>];

    /// Every function served.
    fn functions(&self) -> &[Box<dyn Function>] {
        &[]
    }

    /// Every type of ephemeral resource served.
    fn ephemeral_resources(&self) -> &[Box<dyn EphemeralResource>] {
        &[]
    }

    /// Judges the provider block as far as it is known. No I/O.
    fn validate(&self, config: &Object) -> Diagnostics;

    /// Takes the provider block. Called once per Terraform walk; in debug mode again and again on one process,
    /// each call replacing the one before. Returns warnings, or errors and nothing is configured.
    async fn configure(&self, request: Configure) -> Diagnostics;
}

/// One resource type.
///
/// The server calls these with values that conform to the schema and with write-only values already taken out
/// of everything but `config`.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// Its name, with the provider's prefix.
    fn type_name(&self) -> &'static str;

    /// What its block may contain.
    fn schema(&self) -> &'static Schema;

    /// Judges a configuration as far as it is known. No I/O.
    fn validate(&self, config: &Object) -> Diagnostics;

    /// Reads state stored by an *earlier* schema version.
    fn upgrade(&self, version: i64, stored: Value) -> Outcome<Object>;

    /// What the remote object looks like now; `None` when it is gone.
    async fn read(&self, stored: Stored) -> Outcome<Option<Stored>>;

    /// What would change. Deterministic, no I/O, no side effect that another call could notice.
    async fn plan(&self, request: Plan) -> Outcome<Planned>;

    /// What to tell the user about a destroy that is being planned, and the private state to hand to it.
    async fn plan_destroy(&self, prior: Stored) -> Outcome<Bytes>;

    /// Makes the planned object exist. On failure nothing is stored.
    async fn create(&self, request: Apply) -> Outcome<Stored>;

    /// Changes the object from `prior` to planned. On failure Terraform keeps the prior state.
    async fn update(&self, prior: Object, request: Apply) -> Outcome<Stored>;

    /// Makes the object be gone. On failure Terraform keeps it in state.
    async fn delete(&self, request: Delete) -> Outcome<()>;

    /// State for the object that a user names; Terraform reads it right afterwards.
    async fn import(&self, id: &str) -> Outcome<Stored>;

    /// The same for the object that an identity names.
    async fn import_by_identity(&self, identity: Object) -> Outcome<Stored>;

    /// What tells the objects of this type apart (Terraform and OpenTofu 1.12): a required attribute must be given to
    /// import by it, an optional one may.
    fn identity_schema(&self) -> &'static Schema;

    /// The identity of a stored or planned object; `None` while it isn't known.
    fn identity(&self, state: &Object) -> Option<Object>;

    /// State for an object of another provider's that a `moved` block brings in; Terraform upgrades and reads it right
    /// afterwards. The provider may not be configured yet.
    async fn take_over(&self, foreign: Foreign) -> Outcome<Stored>;

    /// Configuration for an imported object that has none (Terraform 1.14): a valid block for the user to complete.
    async fn generate_config(&self, state: Object) -> Outcome<Object>;
}

/// The provider block, handed over.
pub struct Configure {
    /// The block's values.
    pub config: Object,
    /// The host's version, such as `1.11.4`.
    pub terraform_version: String,
}

/// An object as Terraform stores it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its attributes.
    pub state: Object,
    /// What the provider keeps beside them. Stored in clear: no place for a secret.
    pub private: Bytes,
}

/// An object as another provider stored it.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// The other provider's address, such as `registry.terraform.io/mastercard/restapi`.
    pub provider: String,
    /// The object's type there.
    pub type_name: String,
    /// Its attributes, in whatever version of that type's schema.
    pub state: Value,
}

/// A change to plan.
pub struct Plan {
    /// The object as it is stored; `None` plans a creation.
    pub prior: Option<Stored>,
    /// What the user wrote; write-only values are here and nowhere else.
    pub config: Object,
    /// Terraform's merge of the two: prior values where the configuration leaves computed attributes open.
    pub proposed: Object,
}

/// A planned change.
pub struct Planned {
    /// The object to be, unknown where only the apply can tell.
    pub state: Object,
    /// Handed to the apply.
    pub private: Bytes,
    /// Attributes whose change can't be made in place.
    pub requires_replace: Vec<AttributePath>,
}

/// A change to make.
pub struct Apply {
    /// The object to be, as planned.
    pub planned: Object,
    /// What the user wrote; write-only values are here and nowhere else.
    pub config: Object,
    /// What the plan handed over.
    pub planned_private: Bytes,
    /// Cancelled when the user interrupts: start nothing new, report what is known.
    pub interrupt: CancellationToken,
}

/// An object to remove.
pub struct Delete {
    /// The object as it is stored.
    pub prior: Object,
    /// What the plan of this destroy handed over; of a replacement, what the replacement's plan did. Not to be
    /// relied on: a tainted object comes without.
    pub planned_private: Bytes,
    /// Cancelled when the user interrupts.
    pub interrupt: CancellationToken,
}
