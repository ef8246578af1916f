//! One statement of a plan.

use std::fmt;

use serde_json::Value;

/// A statement with what it is for. Its text may hold a password's verifier, so that only `what` is ever shown.
#[derive(Clone, PartialEq)]
pub struct Step {
    what: String,
    sql: String,
    values: Vec<Bound>,
}

/// A value of a statement's parameter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Bound {
    Text(String),
    OptionalText(Option<String>),
    Json(Option<Value>),
    Integer(i32),
    Boolean(bool),
}

impl Step {
    pub(super) fn new(what: impl Into<String>, sql: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            sql: sql.into(),
            values: Vec::new(),
        }
    }

    pub(super) fn with(mut self, values: impl IntoIterator<Item = Bound>) -> Self {
        self.values.extend(values);
        self
    }

    /// The same step with a placeholder of its text filled in.
    pub(super) fn filled_in(&self, placeholder: &str, text: &str) -> Self {
        Self {
            sql: self.sql.replace(placeholder, text),
            ..self.clone()
        }
    }

    /// What the statement is for, without secrets.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    pub(super) async fn run(&self, connection: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
        if self.values.is_empty() {
            // Migrations hold several statements, which only the simple protocol takes.
            sqlx::raw_sql(sqlx::AssertSqlSafe(self.sql.clone()))
                .execute(connection)
                .await?;
            return Ok(());
        }
        let query = sqlx::query(sqlx::AssertSqlSafe(self.sql.clone()));
        let bound = self
            .values
            .iter()
            .cloned()
            .fold(query, |query, value| match value {
                Bound::Text(text) => query.bind(text),
                Bound::OptionalText(text) => query.bind(text),
                Bound::Json(json) => query.bind(json),
                Bound::Integer(number) => query.bind(number),
                Bound::Boolean(truth) => query.bind(truth),
            });
        bound.execute(connection).await.map(|_| ())
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.what)
    }
}

impl From<&str> for Bound {
    fn from(text: &str) -> Self {
        Self::Text(text.to_string())
    }
}

impl From<String> for Bound {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
