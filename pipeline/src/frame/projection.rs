//! Records to facts, the part that is the same for all window sources.

use dpo_warehouse::model::{Fact, RawRecord};
use dpo_warehouse::projection::{Partition, ProjectionError};
use serde::de::DeserializeOwned;

use super::declaration::{SourceDeclaration, StreamDeclaration};

/// The facts of a partition's records, each read as a `Row` and understood by `facts_of`.
///
/// # Errors
/// The stream is not declared, or a record does not have the form that its stream declares.
pub fn project<Row, Facts>(
    declaration: &'static SourceDeclaration,
    partition: &Partition<'_>,
    records: &[RawRecord],
    facts_of: impl Fn(&'static StreamDeclaration, &Row) -> Result<Facts, &'static str>,
) -> Result<Vec<Fact>, ProjectionError>
where
    Row: DeserializeOwned,
    Facts: IntoIterator<Item = Fact>,
{
    let name = partition.key.stream.as_str();
    let stream = declaration.stream(name);
    let mut facts = Vec::with_capacity(records.len());
    for record in records {
        let fault = |reason: &str| ProjectionError {
            stream: name.to_owned(),
            record: record.key.clone(),
            reason: reason.to_owned(),
        };
        let stream = stream.ok_or_else(|| fault("the stream is not declared"))?;
        let row: Row =
            serde_json::from_str(&record.payload).map_err(|_| fault("the row is malformed"))?;
        facts.extend(facts_of(stream, &row).map_err(fault)?);
    }
    Ok(facts)
}
