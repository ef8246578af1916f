//! What every source implements; all of it is pure.

use dpo_warehouse::model::AccountId;

use super::declaration::{SourceDeclaration, StreamDeclaration};
use super::error_table::ErrorSignal;
use super::exchange::Answer;
use super::pull::{Pull, Slice};

/// One source with its settings.
pub trait Connector: Send + Sync {
    /// What the source declares.
    fn declaration(&self) -> &'static SourceDeclaration;

    /// The accounts that the settings name.
    fn accounts(&self) -> Vec<AccountId>;

    /// A pull of one slice of one of the declared streams.
    fn pull(&self, stream: &'static StreamDeclaration, slice: Slice) -> Box<dyn Pull>;

    /// What an answer says about a failure; nothing if it is one of success.
    fn signal(&self, answer: &Answer) -> Option<ErrorSignal>;

    /// The version that the platform says it answered with, where it does.
    fn served_version(&self, _answer: &Answer) -> Option<String> {
        None
    }
}

/// The accounts in their order, each once.
pub fn distinct(accounts: impl Iterator<Item = AccountId>) -> Vec<AccountId> {
    accounts.fold(Vec::new(), |mut seen, account| {
        if !seen.contains(&account) {
            seen.push(account);
        }
        seen
    })
}
