//! Postgres 16 and newer let only those change a role who were given it with ADMIN OPTION, which Postgres 15 does not know.

use super::{
    LoginPassword, Removal, TenancyErrorKind,
    tests::{new_uid, provisioned, remains},
};
use crate::{model::TenantId, testing::newer_server_of_its_own};

/// The roles as they are after an upgrade in place from Postgres 15, or after a restore: the administrator's.
fn as_after_an_upgrade(tenant: &TenantId) -> String {
    let (job, reader) = (format!("{tenant}_job"), format!("{tenant}_ro"));
    let taken = [&job, &reader, "dpo_jobs", "dpo_readers"].map(|role| {
        format!(
            "REVOKE {role} FROM dpo_operator GRANTED BY dpo_operator CASCADE; REVOKE {role} FROM dpo_operator CASCADE"
        )
    });
    format!(
        "{}; GRANT {job}, {reader} TO dpo_operator; GRANT dpo_jobs TO {job}; GRANT dpo_readers TO {reader}; GRANT {reader} TO dpo_api",
        taken.join("; ")
    )
}

#[tokio::test]
async fn after_an_upgrade_from_postgres_15_the_administrators_sql_heals() {
    let Some(server) = newer_server_of_its_own() else {
        return;
    };
    let (installation, mut desired) = provisioned(server).await;
    let tenancy = installation.tenancy();
    let upgrade = as_after_an_upgrade(&desired.tenant);
    installation.administrator_executes(&upgrade).await;
    let missing = tenancy.missing_administrator_rights().await.unwrap();
    assert_eq!(
        missing,
        ["tenants' roles are not the operator's since an upgrade or a restore of Postgres"]
    );
    desired.password = LoginPassword::new("another-password-of-the-same-tenant".to_string().into());
    let refused = tenancy.provision(&desired).await.unwrap_err();
    assert_eq!(refused.kind(), TenancyErrorKind::AdministratorSqlMissing);
    for _ in 0..2 {
        installation.run_administrator_sql();
        let missing = tenancy.missing_administrator_rights().await.unwrap();
        assert_eq!(missing, Vec::<&str>::new());
    }
    tenancy.provision(&desired).await.unwrap();
    assert!(tenancy.provision(&desired).await.unwrap().is_empty());
    let other = installation.tenant(&new_uid()).await;
    let retired = tenancy.retire(&desired.tenant).await.unwrap();
    assert_eq!(retired, Removal::Retained);
    for tenant in [&desired.tenant, &other] {
        assert_eq!(tenancy.remove(tenant).await.unwrap(), Removal::Gone);
        assert_eq!(remains(&installation, tenant).await, 0);
    }
}
