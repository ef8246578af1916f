//! Bulk loading with COPY.

use sqlx::{Postgres, Transaction};

use crate::database::{DatabaseError, Tenant};

/// Send what is buffered once it has this many bytes.
const CHUNK: usize = 256 * 1024;

/// Rows in COPY's text format, sent to the server in chunks.
pub(super) struct CopyRows<'c> {
    sink: sqlx::postgres::PgCopyIn<&'c mut sqlx::PgConnection>,
    buffer: String,
}

impl<'c> CopyRows<'c> {
    pub(super) async fn begin(
        tx: &'c mut Transaction<'_, Postgres>,
        tenant: &Tenant,
        statement: &'static str,
    ) -> Result<Self, DatabaseError> {
        let sink = tx.copy_in_raw(&tenant.schemas().text(statement)).await?;
        Ok(Self {
            sink,
            buffer: String::with_capacity(CHUNK + CHUNK / 4),
        })
    }

    pub(super) async fn row(&mut self, columns: &[&str]) -> Result<(), DatabaseError> {
        append_row(&mut self.buffer, columns);
        if self.buffer.len() >= CHUNK {
            self.sink.send(self.buffer.as_bytes()).await?;
            self.buffer.clear();
        }
        Ok(())
    }

    pub(super) async fn finish(mut self) -> Result<u64, DatabaseError> {
        if !self.buffer.is_empty() {
            self.sink.send(self.buffer.as_bytes()).await?;
        }
        Ok(self.sink.finish().await?)
    }
}

fn append_row(buffer: &mut String, columns: &[&str]) {
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            buffer.push('\t');
        }
        append_escaped(buffer, column);
    }
    buffer.push('\n');
}

/// What COPY's text format gives a meaning, with its escape.
const SPECIAL: [(char, &str); 4] = [('\\', "\\\\"), ('\t', "\\t"), ('\n', "\\n"), ('\r', "\\r")];

fn append_escaped(buffer: &mut String, text: &str) {
    let Some(position) = first_special(text) else {
        return buffer.push_str(text);
    };
    let (plain, rest) = text.split_at(position);
    buffer.push_str(plain);
    for letter in rest.chars() {
        match SPECIAL.iter().find(|(special, _)| *special == letter) {
            Some((_, escape)) => buffer.push_str(escape),
            None => buffer.push(letter),
        }
    }
}

/// Most text has nothing special: one fast search for each letter finds that out.
fn first_special(text: &str) -> Option<usize> {
    SPECIAL
        .iter()
        .filter_map(|(special, _)| text.find(*special))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copy_would_misread_is_escaped() {
        let mut buffer = String::new();
        append_row(
            &mut buffer,
            &["a\tb", "{\"name\":\"x\\ny\"}", "line\r\n", "\\.", "ổ"],
        );
        assert_eq!(
            buffer,
            "a\\tb\t{\"name\":\"x\\\\ny\"}\tline\\r\\n\t\\\\.\tổ\n"
        );
    }
}
