//! The faults, and the one build that holds them all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fault: an expression that stands exactly once in a file, and what stands there instead.
pub struct Mutant {
    pub name: &'static str,
    file: &'static str,
    original: &'static str,
    mutated: &'static str,
}

/// Chosen by the environment variable `SEEDED_MUTANT`.
pub const MUTANTS: [Mutant; 7] = [
    Mutant {
        name: "spend stays in micros",
        file: "pipeline/src/connectors/google_ads/projection.rs",
        original: "from_micros(&number)",
        mutated: "number.clone()",
    },
    Mutant {
        name: "an order's day is told by UTC",
        file: "pipeline/src/connectors/shopify/facts.rs",
        original: "instant.to_zoned(self.zone.clone())",
        mutated: "instant.to_zoned(TimeZone::UTC)",
    },
    Mutant {
        name: "a refund counts on the day of its order",
        file: "pipeline/src/connectors/shopify/facts.rs",
        original: "refund.created_at.get().map_or(Ok(self.version), instant)?",
        mutated: "self.order.processed_at.get().map_or(Ok(self.version), instant)?",
    },
    Mutant {
        name: "restated days far back are not read again",
        file: "pipeline/src/frame/plan.rs",
        original: "days.max(weekly_days)",
        mutated: "days.max(weekly_days.min(60))",
    },
    Mutant {
        name: "a newer version of an order is overlooked",
        file: "warehouse/src/landing/ledger.rs",
        original: "fingerprint != known.fingerprint",
        mutated: "false",
    },
    Mutant {
        name: "the last row of a bucket replaces the others",
        file: "warehouse/src/rollup/buckets.rs",
        original: "*sum += value",
        mutated: "*sum = value",
    },
    Mutant {
        name: "a closed day is not computed again",
        file: "warehouse/src/rollup/recompute.rs",
        original: "day.state == \"archived\"",
        mutated: "day.state != \"open\"",
    },
];

/// Builds the pipeline with every fault behind a choice, in a copy of the tree; gives the program.
pub fn build() -> PathBuf {
    let tree = copy_of_the_tree();
    for mutant in &MUTANTS {
        let file = tree.join(mutant.file);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, seeded(&text, mutant)).unwrap();
    }
    // The whole workspace is selected, and what Cargo told this test is left out, so that third-party crates count as built.
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&tree).args([
        "build",
        "--locked",
        "--quiet",
        "--workspace",
        "--bin",
        "dpo-pipeline",
    ]);
    for (name, _) in std::env::vars().filter(|(name, _)| {
        name.starts_with("CARGO_") && !matches!(name.as_str(), "CARGO_HOME" | "CARGO_TARGET_DIR")
    }) {
        cargo.env_remove(name);
    }
    let target = from_runner("DPO_MUTANTS_TARGET");
    let built = cargo.env("CARGO_TARGET_DIR", &target).status();
    assert!(
        built.expect("cargo starts").success(),
        "the mutants do not compile"
    );
    target.join("x86_64-unknown-linux-musl/debug/dpo-pipeline")
}

fn from_runner(variable: &str) -> PathBuf {
    let value = std::env::var_os(variable);
    value
        .expect("run `make test-mutants`, which says where")
        .into()
}

/// The files that git knows, with their times, so that Cargo builds anew only what has a fault in it.
fn copy_of_the_tree() -> PathBuf {
    let tree = from_runner("DPO_CACHE").join("mutants");
    fs::remove_dir_all(&tree).ok();
    fs::create_dir_all(&tree).unwrap();
    let copy = "git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --preserve=timestamps --target-directory \"$0\"";
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let copied = Command::new("bash")
        .current_dir(root)
        .args(["-o", "pipefail", "-c", copy])
        .arg(&tree)
        .status();
    assert!(
        copied.expect("bash starts").success(),
        "the tree cannot be copied"
    );
    tree
}

fn seeded(text: &str, mutant: &Mutant) -> String {
    let Mutant {
        name,
        file,
        original,
        mutated,
    } = mutant;
    assert_eq!(
        text.matches(original).count(),
        1,
        "`{original}` must stand once in {file}, for the mutant `{name}`"
    );
    let choice = format!(
        "match std::env::var(\"SEEDED_MUTANT\").as_deref() {{ Ok({name:?}) => {{ {mutated} }} _ => {{ {original} }} }}"
    );
    text.replacen(original, &choice, 1)
}
