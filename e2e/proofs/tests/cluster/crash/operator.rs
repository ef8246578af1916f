//! The operator ends before and after everything it writes, and the next replica completes what it began.

use std::time::{Duration, Instant};

use dpo_proofs::crash::{Ended, Operator, Plan, State, Subject, Witness, assert_equal};
use dpo_proofs::workbench;
use futures::future::join_all;
use kube::Client;
use serde_json::json;

/// The replica that is killed again and again; the one that comes after it has another name and must wait for its Lease.
const CRASHING: &str = "proof-crashing";
const SUCCEEDING: &str = "proof-succeeding";

/// Until a point must have been passed, or a subject look as expected, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// Until a point that may not come at all is given up.
const CHANCE: Duration = Duration::from_secs(30);

/// Longer than the first look at everything takes.
const SETTLED: Duration = Duration::from_secs(5);

/// What happens to an Organization, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chapter {
    Declare,
    Change,
    ChangeBack,
    RemoveSource,
    Retain,
    Delete,
}

const LIFE: [Chapter; 4] = [
    Chapter::Declare,
    Chapter::Change,
    Chapter::ChangeBack,
    Chapter::RemoveSource,
];

impl Chapter {
    async fn take_place(self, witness: &Witness, subject: &mut Subject) {
        let client = &witness.environment.kube;
        match self {
            Self::Declare => subject.declare(client).await,
            Self::Change => change(client, subject).await,
            Self::ChangeBack => change_back(client, subject).await,
            Self::RemoveSource => subject.delete(client, "DataSource", "shop").await,
            Self::Retain => subject.delete_organization(client).await,
            Self::Delete => {
                subject
                    .change_organization(client, json!({"deletionPolicy": "Delete"}))
                    .await;
                subject.delete_organization(client).await;
            }
        }
    }
}

/// Something of everything: the archive goes, the Organization is suspended and has another owner.
async fn change(client: &Client, subject: &Subject) {
    let policy = json!({"spec": {"archive": null, "raw": {"backup": {"required": false}}}});
    subject
        .change(client, "RetentionPolicy", "policy", &policy)
        .await;
    let owners = [format!("second@{}.example", subject.tenant.namespace)];
    let organization = json!({"displayName": "Changed", "owners": owners, "suspend": true});
    subject.change_organization(client, organization).await;
    let source = json!({"spec": {"brand": "changed", "schedule": "1 1 29 2 *"}});
    subject.change(client, "DataSource", "ads", &source).await;
}

async fn change_back(client: &Client, subject: &Subject) {
    let policy = json!({"spec": {"archive": {"store": "s3", "grace": "0h"}, "raw": {"backup": {"required": true}}}});
    subject
        .change(client, "RetentionPolicy", "policy", &policy)
        .await;
    subject
        .change_organization(client, json!({"suspend": false}))
        .await;
    subject
        .change(
            client,
            "DataSource",
            "shop",
            &json!({"spec": {"suspend": true}}),
        )
        .await;
}

/// What an undisturbed chapter passes and ends with.
struct Recorded {
    chapter: Chapter,
    points: Vec<String>,
    state: State,
}

/// What the other parts of the proof need of this one.
pub struct Survived {
    pub points: Vec<String>,
    /// What an Organization looks like that was declared in peace.
    pub calm: State,
    namespaces: Vec<String>,
}

impl Survived {
    pub async fn clear_away(&self, witness: &Witness) {
        join_all(
            self.namespaces
                .iter()
                .map(|namespace| workbench::delete_namespace(&witness.environment.kube, namespace)),
        )
        .await;
    }
}

pub async fn prove(witness: &Witness, operator: &Operator) -> Survived {
    let began = Instant::now();
    let mut calm = [
        Subject::new(witness, "calm-a").await,
        Subject::new(witness, "calm-b").await,
    ];
    let recorded = record(witness, operator, &mut calm).await;
    println!(
        "crash: {} places to crash at were recorded after {} s",
        recorded
            .iter()
            .map(|recorded| recorded.points.len())
            .sum::<usize>(),
        began.elapsed().as_secs()
    );
    let mut subjects = subjects(witness, &recorded).await;
    let mut points = Vec::new();
    for recorded in &recorded {
        points.extend(disturb(witness, operator, recorded, &mut subjects).await);
        println!(
            "crash: the operator survived {:?} after {} s",
            recorded.chapter,
            began.elapsed().as_secs()
        );
    }
    let namespaces = calm
        .iter()
        .chain(&subjects)
        .map(|subject| subject.tenant.namespace.clone())
        .collect();
    Survived {
        points,
        calm: recorded[0].state.clone(),
        namespaces,
    }
}

/// One subject for each point of the longest chapter; those of both kinds of deletion are different ones.
async fn subjects(witness: &Witness, recorded: &[Recorded]) -> Vec<Subject> {
    let of = |chapter: Chapter| {
        recorded
            .iter()
            .filter(|recorded| recorded.chapter == chapter)
            .map(|recorded| recorded.points.len())
            .sum::<usize>()
    };
    let living = LIFE.into_iter().map(of).max().unwrap_or_default();
    let count = living.max(of(Chapter::Retain) + of(Chapter::Delete));
    join_all(
        (0..count)
            .map(|number| async move { Subject::new(witness, &format!("{number:03}")).await }),
    )
    .await
}

/// Lets two subjects live in peace: they must look the same, and a planted difference must be seen.
async fn record(witness: &Witness, operator: &Operator, calm: &mut [Subject; 2]) -> Vec<Recorded> {
    let mut recorded: Vec<Recorded> = Vec::new();
    for chapter in LIFE {
        let points = undisturbed(witness, operator, chapter, calm).await;
        let state = calm[0].state(witness).await;
        assert_equal(
            &format!("two undisturbed Organizations after {chapter:?}"),
            &state,
            &calm[1].state(witness).await,
        );
        recorded.push(Recorded {
            chapter,
            points,
            state,
        });
    }
    a_restart_writes_nothing(operator).await;
    planted_differences_are_seen(witness, &calm[0], &recorded[3].state).await;
    let [one, other] = calm;
    for (chapter, subject) in [(Chapter::Retain, one), (Chapter::Delete, other)] {
        let points = undisturbed(witness, operator, chapter, std::slice::from_mut(subject)).await;
        recorded.push(Recorded {
            chapter,
            points,
            state: subject.state(witness).await,
        });
    }
    only_first_renewals(&mut recorded);
    recorded
}

/// Renewing the Lease is the same in each chapter.
fn only_first_renewals(recorded: &mut [Recorded]) {
    for later in &mut recorded[1..] {
        later.points.retain(|point| !point.contains("leases"));
    }
}

/// The points that a chapter passes.
async fn undisturbed(
    witness: &Witness,
    operator: &Operator,
    chapter: Chapter,
    subjects: &mut [Subject],
) -> Vec<String> {
    let log = operator.point_log(&format!("{chapter:?}"));
    let mut replica = operator.start(CRASHING, &log.plan());
    for subject in subjects {
        chapter.take_place(witness, subject).await;
    }
    log.settles().await;
    assert_eq!(
        replica.terminate().await,
        Ended::Well,
        "the operator ends when it is asked to: {}",
        replica.words()
    );
    let points = log.names();
    assert!(!points.is_empty(), "no kill point was found in {chapter:?}");
    println!("crash: {chapter:?} passes {}", points.join(", "));
    points
}

/// What is settled looks settled to another replica too.
async fn a_restart_writes_nothing(operator: &Operator) {
    let log = operator.point_log("restart");
    let mut replica = operator.start(CRASHING, &log.plan());
    tokio::time::sleep(SETTLED).await;
    assert_eq!(
        replica.terminate().await,
        Ended::Well,
        "{}",
        replica.words()
    );
    let written: Vec<String> = log
        .names()
        .into_iter()
        .filter(|name| !name.contains("leases"))
        .collect();
    assert!(
        written.is_empty(),
        "a restart of the operator wrote {written:?}"
    );
}

/// Without an operator that would repair them.
async fn planted_differences_are_seen(witness: &Witness, subject: &Subject, expected: &State) {
    let schema = subject.schema();
    let in_postgres = [
        format!("GRANT SELECT ON {schema}.daily_aggregates TO PUBLIC"),
        format!("GRANT USAGE ON SCHEMA control TO {schema}_ro WITH GRANT OPTION"),
        format!("ALTER ROLE {schema}_ro LOGIN"),
        format!("GRANT pg_monitor TO {schema}_job"),
        format!("DROP TABLE {schema}.entities"),
        format!("DELETE FROM control.memberships WHERE tenant = '{schema}'"),
        format!("UPDATE control.sources SET brand = 'another' WHERE tenant = '{schema}'"),
    ];
    let mut connection = witness
        .administrator
        .acquire()
        .await
        .expect("Postgres answers");
    let before = subject.in_postgres(&mut connection).await;
    for statement in in_postgres {
        let mut transaction = sqlx::Connection::begin(&mut *connection)
            .await
            .expect("Postgres answers");
        sqlx::query(sqlx::AssertSqlSafe(statement.clone()))
            .execute(&mut *transaction)
            .await
            .expect("it can be planted");
        let planted = subject.in_postgres(&mut transaction).await;
        assert!(
            !before.differences(&planted).is_empty(),
            "not seen: {statement}"
        );
        transaction.rollback().await.expect("it can be taken back");
    }
    drop(connection);
    let client = &witness.environment.kube;
    for suspend in [true, false] {
        subject
            .change_cron_job(client, "ads-sync", &json!({"spec": {"suspend": suspend}}))
            .await;
        let differences = expected.differences(&subject.state(witness).await);
        assert_eq!(
            differences.is_empty(),
            !suspend,
            "a changed CronJob: {differences:?}"
        );
    }
}

/// Each subject lives through the chapter while the operator crashes at another point of it, and must end like the one in peace.
async fn disturb(
    witness: &Witness,
    operator: &Operator,
    recorded: &Recorded,
    subjects: &mut [Subject],
) -> Vec<String> {
    let chapter = recorded.chapter;
    let subjects = concerned(recorded, subjects);
    let mut crashed = Vec::new();
    for (number, subject) in subjects.iter_mut().enumerate() {
        let Some(point) = recorded.points.get(number) else {
            chapter.take_place(witness, subject).await;
            continue;
        };
        let mut replica = operator.start(CRASHING, &Plan::EndAt(point.clone()));
        chapter.take_place(witness, subject).await;
        let by_chance = is_left_to_chance(point);
        let patience = if by_chance { CHANCE } else { PATIENCE };
        let mut ended = replica.end_within(patience).await;
        if ended.is_none() && by_chance {
            ended = Some(replica.terminate().await);
        }
        if ended == Some(Ended::Well) && by_chance {
            println!("crash: {chapter:?} did not come to {point} this time");
            continue;
        }
        assert_eq!(
            ended,
            Some(Ended::Aborted),
            "{chapter:?} did not pass {point}: {}",
            replica.words()
        );
        crashed.push(point.clone());
    }
    let mut successor = operator.start(SUCCEEDING, &Plan::Undisturbed);
    for (number, subject) in subjects.iter().enumerate() {
        let point = recorded
            .points
            .get(number)
            .map_or("no point", String::as_str);
        becomes(
            witness,
            subject,
            &recorded.state,
            &format!("{chapter:?} with a crash at {point}"),
        )
        .await;
    }
    assert_eq!(
        successor.terminate().await,
        Ended::Well,
        "{}",
        successor.words()
    );
    crashed
        .iter()
        .map(|point| format!("operator, {chapter:?}: {point}"))
        .collect()
}

/// An Event is patched when it happens again, and whether a data source looks once or twice while its Organization goes is chance.
fn is_left_to_chance(point: &str) -> bool {
    point.starts_with("kubernetes.patch.events.")
}

/// The last subjects are deleted for good, the first ones retained.
fn concerned<'a>(recorded: &Recorded, subjects: &'a mut [Subject]) -> &'a mut [Subject] {
    let (all, own) = (subjects.len(), recorded.points.len());
    match recorded.chapter {
        Chapter::Retain => &mut subjects[..own],
        Chapter::Delete => &mut subjects[all - own..],
        _ => subjects,
    }
}

/// Waits until a subject looks as expected.
pub async fn becomes(witness: &Witness, subject: &Subject, expected: &State, what: &str) {
    let began = Instant::now();
    loop {
        let found = subject.state(witness).await;
        if &found == expected {
            return;
        }
        if began.elapsed() > PATIENCE {
            assert_equal(what, expected, &found);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
