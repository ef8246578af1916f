//! Provisioning, repair and removal on real servers: the machine's own, and one of version 16 or newer where there is one.

use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use uuid::Uuid;

use super::{DesiredOrganization, LoginPassword, OrganizationState, Removal, TenancyErrorKind};
use crate::{
    model::TenantId,
    testing::{Installation, Server, newer_server, server},
};

pub(super) fn servers() -> Vec<&'static Server> {
    std::iter::once(server()).chain(newer_server()).collect()
}

pub(super) fn new_uid() -> String {
    Uuid::new_v4().to_string()
}

pub(super) async fn connect(url: &SecretString) -> PgConnection {
    PgConnection::connect(url.expose_secret()).await.unwrap()
}

pub(super) async fn number(url: &SecretString, sql: &str) -> i64 {
    connect(url)
        .await
        .fetch_one(AssertSqlSafe(sql.to_string()))
        .await
        .unwrap()
        .get(0)
}

async fn can_log_in(installation: &Installation, tenant: &TenantId) -> bool {
    PgConnection::connect(installation.job_url(tenant).expose_secret())
        .await
        .is_ok()
}

/// Tables, schemas and roles left of a tenant.
pub(super) async fn remains(installation: &Installation, tenant: &TenantId) -> i64 {
    let sql = format!(
        "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = '{tenant}') + (SELECT count(*) FROM pg_roles WHERE rolname LIKE '{tenant}%')
              + (SELECT count(*) FROM control.organizations WHERE tenant = '{tenant}')"
    );
    number(&installation.administrator_url(), &sql).await
}

#[tokio::test]
async fn a_tenant_is_made_once_and_then_left_alone() {
    for server in servers() {
        let installation = Installation::create(server).await;
        let desired = installation.desired(&new_uid());
        let change = installation.tenancy().provision(&desired).await.unwrap();
        assert!(
            change.iter().any(|step| step.starts_with("create schema")),
            "{change:?}"
        );
        assert!(!format!("{change:?}").contains("SCRAM"));
        assert_eq!(
            installation.tenancy().provision(&desired).await.unwrap(),
            Vec::<String>::new()
        );
        assert!(can_log_in(&installation, &desired.tenant).await);
    }
}

#[tokio::test]
async fn what_tenants_share_is_there_before_the_first_tenant() {
    for server in servers() {
        let installation = Installation::create(server).await;
        let change = installation.tenancy().provide_control().await.unwrap();
        assert!(
            change.iter().any(|step| step.contains("control")),
            "{change:?}"
        );
        assert!(
            installation
                .tenancy()
                .provide_control()
                .await
                .unwrap()
                .is_empty()
        );
        let desired = installation.desired(&new_uid());
        let rest = installation.tenancy().provision(&desired).await.unwrap();
        assert!(
            rest.iter().all(|step| !step.contains("migrate control")),
            "{rest:?}"
        );
    }
}

#[tokio::test]
async fn what_others_changed_is_put_right_again() {
    for server in servers() {
        let installation = Installation::create(server).await;
        let desired = installation.desired(&new_uid());
        let other = installation.tenant(&new_uid()).await;
        installation.tenancy().provision(&desired).await.unwrap();
        let tenant = &desired.tenant;
        for damage in [
            format!("REVOKE INSERT ON {tenant}.daily_aggregates FROM {tenant}_job"),
            format!("REVOKE USAGE ON SCHEMA {tenant} FROM {tenant}_ro"),
            format!("GRANT TRUNCATE ON {tenant}.daily_aggregates TO {tenant}_job"),
            format!("GRANT SELECT ON {tenant}.daily_aggregates TO {other}_job"),
            format!("GRANT SELECT (payload) ON {tenant}.raw_records TO {other}_job"),
            format!("GRANT SELECT ON {tenant}.rotated_tokens TO PUBLIC"),
            "GRANT SELECT ON control.users TO dpo_jobs".to_string(),
            "ALTER TABLE control.runs NO FORCE ROW LEVEL SECURITY".to_string(),
            "ALTER TABLE control.runs DISABLE ROW LEVEL SECURITY".to_string(),
            "DROP POLICY job_rows ON control.watermarks".to_string(),
            "ALTER POLICY reader_rows ON control.sources USING (true)".to_string(),
            "CREATE POLICY everything ON control.runs USING (true)".to_string(),
            format!("SET ROLE dpo_operator; REVOKE {tenant}_ro FROM dpo_api"),
            format!("SET ROLE dpo_operator; GRANT {other}_ro TO {tenant}_job"),
            format!("SET ROLE dpo_operator; GRANT {tenant}_ro TO {other}_ro"),
            format!("ALTER ROLE {tenant}_job NOLOGIN"),
            format!("ALTER ROLE {tenant}_job CONNECTION LIMIT -1"),
            "GRANT UPDATE, DELETE ON control.runs TO dpo_jobs".to_string(),
            "REVOKE UPDATE (class, message) ON control.runs FROM dpo_jobs".to_string(),
            "GRANT UPDATE (tenant) ON control.watermarks TO dpo_jobs".to_string(),
            "REVOKE CONNECT ON DATABASE {database} FROM dpo_jobs".to_string(),
            format!(
                "UPDATE control.organizations SET display_name = 'x' WHERE tenant = '{tenant}'"
            ),
            format!("DELETE FROM control.memberships WHERE tenant = '{tenant}'"),
        ] {
            let database = installation
                .address()
                .split(['/', '?'])
                .nth(1)
                .unwrap()
                .to_string();
            let database_level = damage.contains("CONNECT");
            let damage = damage.replace("{database}", &database);
            // A superuser acts for the owner, but rights on the database were granted by the operator.
            let damage = if database_level {
                format!("SET ROLE dpo_operator; {damage}")
            } else {
                damage
            };
            installation.administrator_executes(&damage).await;
            let change = installation.tenancy().provision(&desired).await.unwrap();
            // Inviting an owner takes two statements.
            assert!((1..=2).contains(&change.len()), "{damage}: {change:?}");
            assert_eq!(
                installation.tenancy().provision(&desired).await.unwrap(),
                Vec::<String>::new(),
                "{damage}"
            );
        }
    }
}

#[tokio::test]
async fn a_second_leader_waits_for_the_first() {
    let installation = Installation::create(server()).await;
    let tenant = installation.tenant(&new_uid()).await;
    let mut first = connect(&installation.operator_url()).await;
    first
        .execute("BEGIN; SELECT FROM control.schema_version FOR UPDATE")
        .await
        .unwrap();
    let tenancy = installation.tenancy();
    let soon = std::time::Duration::from_millis(500);
    let second = tokio::time::timeout(soon, tenancy.retire(&tenant));
    assert!(second.await.is_err(), "two change roles at once");
    first.execute("ROLLBACK").await.unwrap();
    assert_eq!(tenancy.retire(&tenant).await.unwrap(), Removal::Retained);
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one() {
    let installation = Installation::create(server()).await;
    let mut desired = installation.desired(&new_uid());
    installation.tenancy().provision(&desired).await.unwrap();
    desired.password = LoginPassword::new("another-password-of-the-same-tenant".to_string().into());
    let change = installation.tenancy().provision(&desired).await.unwrap();
    assert_eq!(change, [format!("let {}_job log in", desired.tenant)]);
    assert!(!can_log_in(&installation, &desired.tenant).await);
}

#[tokio::test]
async fn owners_come_and_go_and_granted_roles_stay() {
    let installation = Installation::create(server()).await;
    let mut desired = installation.desired(&new_uid());
    let tenancy = installation.tenancy();
    desired.owners = ["an@example.com", "binh@example.com"]
        .map(String::from)
        .into();
    tenancy.provision(&desired).await.unwrap();
    let tenant = &desired.tenant;
    installation
        .administrator_executes(&format!(
            "INSERT INTO control.users (email) VALUES ('staff@example.com');
             INSERT INTO control.memberships (tenant, user_id, role, granted_by) SELECT '{tenant}', id, 'staff', 'user' FROM control.users WHERE email = 'staff@example.com'"
        ))
        .await;
    desired.owners = ["an@example.com"].map(String::from).into();
    let change = tenancy.provision(&desired).await.unwrap();
    assert_eq!(change, ["take away a former owner's role"]);
    let members = format!("SELECT count(*) FROM control.memberships WHERE tenant = '{tenant}'");
    assert_eq!(number(&installation.administrator_url(), &members).await, 2);
}

#[tokio::test]
async fn suspension_and_policy_are_recorded_and_a_missing_policy_lifts_no_hold() {
    let installation = Installation::create(server()).await;
    let mut desired = installation.desired(&new_uid());
    let tenancy = installation.tenancy();
    desired.legal_hold = Some(true);
    desired.state = OrganizationState::Suspended;
    tenancy.provision(&desired).await.unwrap();
    desired.legal_hold = None;
    assert!(tenancy.provision(&desired).await.unwrap().is_empty());
    let recorded = tenancy.recorded(&desired.tenant).await.unwrap().unwrap();
    assert_eq!(
        (recorded.legal_hold, recorded.state.as_str()),
        (true, "suspended")
    );
}

pub(super) async fn provisioned(server: &'static Server) -> (Installation, DesiredOrganization) {
    let installation = Installation::create(server).await;
    let desired = installation.desired(&new_uid());
    installation.provision(&desired).await;
    (installation, desired)
}

#[tokio::test]
async fn a_retired_tenant_cannot_log_in_and_keeps_its_schema() {
    for server in servers() {
        let (installation, desired) = provisioned(server).await;
        let tenant = &desired.tenant;
        let mut session = connect(&installation.job_url(tenant)).await;
        assert_eq!(
            installation.tenancy().retire(tenant).await.unwrap(),
            Removal::Retained
        );
        assert!(
            session.fetch_one("SELECT 1").await.is_err(),
            "an open session goes on"
        );
        assert!(!can_log_in(&installation, tenant).await);
        assert_eq!(remains(&installation, tenant).await, 4);
        assert_eq!(
            installation.tenancy().retire(tenant).await.unwrap(),
            Removal::Retained
        );
    }
}

#[tokio::test]
async fn a_removed_tenant_leaves_nothing_and_others_stay() {
    for server in servers() {
        let (installation, desired) = provisioned(server).await;
        let other = installation.tenant(&new_uid()).await;
        let session = connect(&installation.job_url(&desired.tenant)).await;
        assert_eq!(
            installation
                .tenancy()
                .remove(&desired.tenant)
                .await
                .unwrap(),
            Removal::Gone
        );
        drop(session);
        assert_eq!(remains(&installation, &desired.tenant).await, 0);
        assert_eq!(remains(&installation, &other).await, 4);
        // Both have the same owner, who therefore stays a user.
        assert_eq!(
            number(
                &installation.administrator_url(),
                "SELECT count(*) FROM control.users"
            )
            .await,
            1
        );
        assert_eq!(
            installation
                .tenancy()
                .remove(&desired.tenant)
                .await
                .unwrap(),
            Removal::Gone
        );
        assert_eq!(
            installation.tenancy().remove(&other).await.unwrap(),
            Removal::Gone
        );
        assert_eq!(
            number(
                &installation.administrator_url(),
                "SELECT count(*) FROM control.users"
            )
            .await,
            0
        );
    }
}

#[tokio::test]
async fn a_legal_hold_turns_removal_into_retirement() {
    let installation = Installation::create(server()).await;
    let mut desired = installation.desired(&new_uid());
    desired.legal_hold = Some(true);
    installation.tenancy().provision(&desired).await.unwrap();
    assert_eq!(
        installation
            .tenancy()
            .remove(&desired.tenant)
            .await
            .unwrap(),
        Removal::RetainedByLegalHold
    );
    assert_eq!(remains(&installation, &desired.tenant).await, 4);
    assert!(!can_log_in(&installation, &desired.tenant).await);
}

#[tokio::test]
async fn a_hold_that_comes_late_is_recorded_and_honoured() {
    let (installation, desired) = provisioned(server()).await;
    let tenancy = installation.tenancy();
    assert!(tenancy.hold(&desired.tenant).await.unwrap());
    assert!(!tenancy.hold(&desired.tenant).await.unwrap());
    assert_eq!(
        tenancy.remove(&desired.tenant).await.unwrap(),
        Removal::RetainedByLegalHold
    );
    assert_eq!(remains(&installation, &desired.tenant).await, 4);
}

#[tokio::test]
async fn nothing_is_held_of_what_was_never_made() {
    let installation = Installation::create(server()).await;
    let tenant = installation.desired(&new_uid()).tenant;
    assert!(!installation.tenancy().hold(&tenant).await.unwrap());
}

#[tokio::test]
async fn removing_what_was_never_made_succeeds() {
    let installation = Installation::create(server()).await;
    let tenant = installation.desired(&new_uid()).tenant;
    assert_eq!(
        installation.tenancy().retire(&tenant).await.unwrap(),
        Removal::Gone
    );
    assert_eq!(
        installation.tenancy().remove(&tenant).await.unwrap(),
        Removal::Gone
    );
}

#[tokio::test]
async fn without_the_administrators_sql_the_error_says_so() {
    let installation = Installation::create(server()).await;
    let bare = Installation::without_administrator_sql(server()).await;
    assert_eq!(
        installation
            .tenancy()
            .missing_administrator_rights()
            .await
            .unwrap(),
        Vec::<&str>::new()
    );
    let missing = bare.tenancy().missing_administrator_rights().await.unwrap();
    assert!(
        missing.contains(&"everybody may change settings or run SQL through functions"),
        "{missing:?}"
    );
    let error = bare
        .tenancy()
        .provision(&bare.desired(&new_uid()))
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        TenancyErrorKind::AdministratorSqlMissing,
        "{error}"
    );
}

#[tokio::test]
async fn a_schema_of_a_newer_release_is_left_alone() {
    let (installation, desired) = provisioned(server()).await;
    installation
        .administrator_executes("UPDATE control.schema_version SET version = 99")
        .await;
    let error = installation
        .tenancy()
        .provision(&desired)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TenancyErrorKind::SchemaTooNew, "{error}");
}

#[tokio::test]
async fn a_server_that_is_gone_counts_as_unreachable() {
    let installation = Installation::create(server()).await;
    let url = "postgres://dpo_operator:x@127.0.0.1:1/dpo?sslmode=disable";
    let tenancy = super::Tenancy::new(url.parse().unwrap());
    let error = tenancy
        .provision(&installation.desired(&new_uid()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TenancyErrorKind::Unreachable, "{error}");
}

fn source(tenant: &TenantId) -> super::DesiredSource {
    super::DesiredSource {
        uid: "uid-of-a-source".into(),
        tenant: tenant.clone(),
        namespace: "n".into(),
        name: "ads".into(),
        source: "google_ads".into(),
        accounts: vec!["1".into()],
        brand: None,
        schedule: "* * * * *".into(),
        time_zone: "UTC".into(),
        suspended: false,
        conditions: serde_json::json!([]),
    }
}

#[tokio::test]
async fn a_source_is_recorded_once_removed_when_it_is_gone_and_moves_with_its_organization() {
    let installation = Installation::create(server()).await;
    let (first, second) = (
        installation.tenant(&new_uid()).await,
        installation.tenant(&new_uid()).await,
    );
    let tenancy = installation.tenancy();
    assert!(tenancy.record_source(&source(&first)).await.unwrap());
    assert!(
        !tenancy.record_source(&source(&first)).await.unwrap(),
        "nothing changed"
    );
    let living = ["uid-of-a-source".to_string()];
    assert!(!tenancy.remove_other_sources(&first, &living).await.unwrap());
    assert!(tenancy.remove_other_sources(&first, &[]).await.unwrap());
    assert!(!tenancy.remove_other_sources(&first, &[]).await.unwrap());
    assert!(tenancy.record_source(&source(&second)).await.unwrap());
    assert!(!tenancy.record_source(&source(&second)).await.unwrap());
}
