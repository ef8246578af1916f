//! A state as lines that do not depend on names, ids and times, so that two runs can be compared.

use std::collections::BTreeSet;

use serde_json::Value;

/// Everything that was found, one line a thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State(BTreeSet<String>);

impl State {
    pub fn add(&mut self, line: impl Into<String>) {
        self.0.insert(line.into());
    }

    #[must_use]
    pub fn merged(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What `found` lacks and what it has too much, in words.
    #[must_use]
    pub fn differences(&self, found: &Self) -> Vec<String> {
        let missing = self
            .0
            .difference(&found.0)
            .map(|line| format!("missing:    {line}"));
        let additional = found
            .0
            .difference(&self.0)
            .map(|line| format!("unexpected: {line}"));
        missing.chain(additional).collect()
    }

    /// The same with other names.
    #[must_use]
    pub fn renamed(&self, names: &Names) -> Self {
        Self(self.0.iter().map(|line| names.replaced(line)).collect())
    }
}

/// Fails with the first differences.
pub fn assert_equal(what: &str, expected: &State, found: &State) {
    let differences = expected.differences(found);
    let shown: Vec<String> = differences
        .iter()
        .take(12)
        .map(|line| line.chars().take(600).collect())
        .collect();
    assert!(
        differences.is_empty(),
        "{what}: {} differences\n{}",
        differences.len(),
        shown.join("\n")
    );
}

/// What a tenant's own names and ids are called in a state.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<(String, String)>);

impl Names {
    pub fn call(&mut self, name: impl Into<String>, role: impl Into<String>) {
        self.0.push((name.into(), role.into()));
    }

    #[must_use]
    pub fn replaced(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, role)| {
            text.replace(name.as_str(), role)
        })
    }
}

/// Removes fields that tell when something happened.
pub fn without_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("lastTransitionTime");
            fields.values_mut().for_each(without_times);
        }
        Value::Array(items) => items.iter_mut().for_each(without_times),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(lines: &[&str]) -> State {
        State(lines.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_planted_difference_is_seen_in_both_directions() {
        let (one, two) = (state(&["a", "b"]), state(&["b", "c"]));
        assert_eq!(one.differences(&two), ["missing:    a", "unexpected: c"]);
        assert!(one.differences(&one).is_empty());
    }

    #[test]
    fn names_do_not_make_a_difference_and_others_do() {
        let mut names = Names::default();
        names.call("proof-7", "NAMESPACE");
        assert_eq!(
            state(&["in proof-7", "in proof-8"]).renamed(&names),
            state(&["in NAMESPACE", "in proof-8"])
        );
    }
}
