//! The Google Ads Query Language: text in, clauses out.

use super::errors::{AdsError, query_error};

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Selected fields in order.
    pub select: Vec<String>,
    /// The resource after FROM.
    pub from: String,
    /// Conditions, all of which must hold.
    pub conditions: Vec<Condition>,
    /// Fields to sort by; true means descending.
    pub order_by: Vec<(String, bool)>,
    /// The most rows wanted.
    pub limit: Option<usize>,
}

/// One condition of the WHERE clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// What must hold for it.
    pub test: Test,
}

/// What a condition asks of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`.
    Compare(Comparison, String),
    /// One of several values.
    In(Vec<String>),
    /// None of several values.
    NotIn(Vec<String>),
    /// Both ends included.
    Between(String, String),
    /// A named range of dates.
    During(String),
    /// A pattern with `%` and `_`; the flag says whether it must match.
    Like(String, bool),
    /// Whether the field is empty.
    Null(bool),
}

/// The comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Symbol(String),
}

impl Token {
    fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) | Self::Symbol(text) => text,
        }
    }
}

struct Reader {
    tokens: Vec<Token>,
    next: usize,
}

/// Reads a query.
///
/// # Errors
/// The platform's own `queryError`.
pub fn parse(text: &str) -> Result<Query, AdsError> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        next: 0,
    };
    if !reader.skip("SELECT") {
        return Err(query_error(
            "EXPECTED_SELECT",
            "Error in query: query must start with SELECT.",
        ));
    }
    let select = reader.fields()?;
    if !reader.skip("FROM") {
        return Err(query_error(
            "EXPECTED_FROM",
            "Error in query: expected FROM after the selected fields.",
        ));
    }
    let from = reader.word()?;
    let conditions = reader.conditions()?;
    let order_by = reader.order_by()?;
    let limit = reader.limit()?;
    reader.parameters()?;
    Ok(Query {
        select,
        from,
        conditions,
        order_by,
        limit,
    })
}

fn tokens(text: &str) -> Result<Vec<Token>, AdsError> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => {
                let end = rest[1..].find(first);
                let end = end.ok_or_else(|| {
                    query_error(
                        "STRING_NOT_TERMINATED",
                        "Error in query: string not terminated.",
                    )
                })?;
                found.push(Token::Quoted(rest[1..=end].to_owned()));
                end + 2
            }
            '(' | ')' | ',' => {
                found.push(Token::Symbol(first.to_string()));
                1
            }
            '=' | '!' | '<' | '>' => {
                let length = if rest[1..].starts_with('=') { 2 } else { 1 };
                found.push(Token::Symbol(rest[..length].to_owned()));
                length
            }
            _ => {
                let length = rest
                    .find(|c: char| c.is_whitespace() || "(),=!<>'\"".contains(c))
                    .unwrap_or(rest.len());
                found.push(Token::Word(rest[..length].to_owned()));
                length
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn skip(&mut self, keyword: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is(keyword));
        self.next += usize::from(found);
        found
    }

    fn skip_symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek() == Some(&Token::Symbol(symbol.to_owned()));
        self.next += usize::from(found);
        found
    }

    fn take(&mut self) -> Result<Token, AdsError> {
        let token = self.peek().cloned();
        self.next += 1;
        token.ok_or_else(|| {
            query_error(
                "UNEXPECTED_END_OF_QUERY",
                "Error in query: unexpected end of query.",
            )
        })
    }

    fn word(&mut self) -> Result<String, AdsError> {
        match self.take()? {
            Token::Word(word) => Ok(word),
            other => Err(unexpected(&other)),
        }
    }

    fn value(&mut self) -> Result<String, AdsError> {
        match self.take()? {
            Token::Word(value) | Token::Quoted(value) => Ok(value),
            other @ Token::Symbol(_) => Err(unexpected(&other)),
        }
    }

    fn fields(&mut self) -> Result<Vec<String>, AdsError> {
        let mut fields = vec![self.word()?];
        while self.skip_symbol(",") {
            fields.push(self.word()?);
        }
        Ok(fields)
    }

    fn conditions(&mut self) -> Result<Vec<Condition>, AdsError> {
        let mut conditions = Vec::new();
        if self.skip("WHERE") {
            conditions.push(self.condition()?);
            while self.skip("AND") {
                conditions.push(self.condition()?);
            }
        }
        Ok(conditions)
    }

    fn condition(&mut self) -> Result<Condition, AdsError> {
        let field = self.word()?;
        let test = match self.take()? {
            Token::Symbol(symbol) => Test::Compare(comparison(&symbol)?, self.value()?),
            token if token.is("BETWEEN") => {
                let low = self.value()?;
                if !self.skip("AND") {
                    return Err(query_error(
                        "EXPECTED_AND",
                        "Error in query: expected AND after the first value of BETWEEN.",
                    ));
                }
                Test::Between(low, self.value()?)
            }
            token if token.is("DURING") => Test::During(self.word()?),
            token if token.is("IN") => Test::In(self.list()?),
            token if token.is("LIKE") => Test::Like(self.value()?, true),
            token if token.is("NOT") && self.skip("IN") => Test::NotIn(self.list()?),
            token if token.is("NOT") && self.skip("LIKE") => Test::Like(self.value()?, false),
            token if token.is("IS") => {
                let null = !self.skip("NOT");
                if self.skip("NULL") {
                    Test::Null(null)
                } else {
                    return Err(unexpected(&self.take()?));
                }
            }
            other => {
                return Err(query_error(
                    "BAD_OPERATOR",
                    &format!("Error in query: bad operator '{}'.", other.text()),
                ));
            }
        };
        Ok(Condition { field, test })
    }

    fn list(&mut self) -> Result<Vec<String>, AdsError> {
        if !self.skip_symbol("(") {
            return Err(query_error(
                "EXPECTED_LIST",
                "Error in query: expected a list in parentheses.",
            ));
        }
        let mut values = vec![self.value()?];
        while self.skip_symbol(",") {
            values.push(self.value()?);
        }
        if self.skip_symbol(")") {
            Ok(values)
        } else {
            Err(unexpected(&self.take()?))
        }
    }

    fn order_by(&mut self) -> Result<Vec<(String, bool)>, AdsError> {
        let mut order = Vec::new();
        if self.skip("ORDER") {
            if !self.skip("BY") {
                return Err(query_error(
                    "EXPECTED_BY",
                    "Error in query: expected BY after ORDER.",
                ));
            }
            loop {
                let field = self.word()?;
                let descending = self.skip("DESC") || {
                    self.skip("ASC");
                    false
                };
                order.push((field, descending));
                if !self.skip_symbol(",") {
                    break;
                }
            }
        }
        Ok(order)
    }

    fn limit(&mut self) -> Result<Option<usize>, AdsError> {
        if !self.skip("LIMIT") {
            return Ok(None);
        }
        let value = self.word()?;
        let limit = value.parse().ok().filter(|limit| *limit > 0);
        limit.map(Some).ok_or_else(|| {
            query_error(
                "BAD_LIMIT_VALUE",
                "Error in query: the limit must be a positive number.",
            )
        })
    }

    fn parameters(&mut self) -> Result<(), AdsError> {
        if self.skip("PARAMETERS") {
            self.next = self.tokens.len();
        }
        self.peek().map_or(Ok(()), |token| Err(unexpected(token)))
    }
}

fn comparison(symbol: &str) -> Result<Comparison, AdsError> {
    Ok(match symbol {
        "=" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::AtMost,
        ">" => Comparison::Greater,
        ">=" => Comparison::AtLeast,
        other => {
            return Err(query_error(
                "BAD_OPERATOR",
                &format!("Error in query: bad operator '{other}'."),
            ));
        }
    })
}

fn unexpected(token: &Token) -> AdsError {
    query_error(
        "UNEXPECTED_INPUT",
        &format!("Error in query: unexpected input {}.", token.text()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        parse(text).unwrap_err().code().to_owned()
    }

    #[test]
    fn all_clauses_are_read() {
        let query = parse(
            "select campaign.id, metrics.clicks FROM campaign WHERE segments.date BETWEEN '2026-09-01' AND \"2026-09-03\" \
             AND campaign.status != REMOVED AND campaign.id IN (1, 2) ORDER BY metrics.clicks DESC, campaign.id LIMIT 5 \
             PARAMETERS include_drafts=true",
        )
        .unwrap();
        assert_eq!(query.select, ["campaign.id", "metrics.clicks"]);
        assert_eq!(query.from, "campaign");
        assert_eq!(
            query.conditions[0].test,
            Test::Between("2026-09-01".into(), "2026-09-03".into())
        );
        assert_eq!(
            query.conditions[1].test,
            Test::Compare(Comparison::NotEqual, "REMOVED".into())
        );
        assert_eq!(
            query.conditions[2].test,
            Test::In(vec!["1".into(), "2".into()])
        );
        assert_eq!(
            query.order_by,
            [
                ("metrics.clicks".to_owned(), true),
                ("campaign.id".to_owned(), false)
            ]
        );
        assert_eq!(query.limit, Some(5));
    }

    #[test]
    fn symbols_need_no_spaces() {
        let query = parse("SELECT segments.date FROM campaign WHERE segments.date>='2026-09-01' AND segments.date<='2026-09-02'").unwrap();
        assert_eq!(
            query.conditions[0].test,
            Test::Compare(Comparison::AtLeast, "2026-09-01".into())
        );
        assert_eq!(
            query.conditions[1].test,
            Test::Compare(Comparison::AtMost, "2026-09-02".into())
        );
    }

    #[test]
    fn mistakes_get_the_platforms_codes() {
        assert_eq!(code("FROM campaign"), "EXPECTED_SELECT");
        assert_eq!(code("SELECT campaign.id campaign"), "EXPECTED_FROM");
        assert_eq!(code("SELECT campaign.id FROM"), "UNEXPECTED_END_OF_QUERY");
        assert_eq!(
            code("SELECT campaign.id FROM campaign WHERE campaign.name = 'x"),
            "STRING_NOT_TERMINATED"
        );
        assert_eq!(
            code("SELECT campaign.id FROM campaign LIMIT 0"),
            "BAD_LIMIT_VALUE"
        );
        assert_eq!(
            code("SELECT campaign.id FROM campaign WHERE campaign.id ~ 1"),
            "BAD_OPERATOR"
        );
        assert_eq!(
            code("SELECT campaign.id FROM campaign LIMIT 1 LIMIT 2"),
            "UNEXPECTED_INPUT"
        );
    }
}
