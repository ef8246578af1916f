//! Figures of one organization: two ad accounts in two zones and currencies, a website, a shop; ten October days.

/// What marks everything that belongs to one organization.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    /// In every name and id.
    pub word: &'static str,
    /// The spend of the first ad account on each day.
    pub spend: &'static str,
    /// The shop's revenue on each day.
    pub revenue: &'static str,
}

/// The first organization's figures are round.
pub const A: Marks = Marks {
    word: "AlphaMark",
    spend: "100000.5",
    revenue: "400000",
};
/// The second's are found anywhere.
pub const B: Marks = Marks {
    word: "BravoMark",
    spend: "987654321.75",
    revenue: "876543219",
};

/// SQL that fills the tenant's tables and its rows in the control schema.
pub fn statements(tenant: &str, marks: Marks) -> String {
    [
        sources(tenant, marks),
        entities(tenant, marks),
        days(tenant, marks),
        hours(tenant, marks),
        archive(tenant, marks),
        runs(tenant, marks),
    ]
    .concat()
}

/// The second ad account's id.
pub fn second_account(marks: Marks) -> String {
    format!("22-{}", marks.word)
}

/// The first ad account's id.
pub fn first_account(marks: Marks) -> String {
    format!("11-{}", marks.word)
}

fn sources(tenant: &str, Marks { word, .. }: Marks) -> String {
    let ready = format!(
        r#"[{{"type":"Ready","status":"True","reason":"Reconciled","message":"{word}","lastTransitionTime":"2026-10-01T00:00:00Z"}}]"#
    );
    let source = |name: &str, source: &str, account: &str, brand: &str| {
        format!(
            "INSERT INTO control.sources (uid, tenant, namespace, name, source, accounts, brand, schedule, time_zone, conditions) \
             VALUES ('{name}-{word}', '{tenant}', 'ns', '{name}-{word}', '{source}', ARRAY['{account}'], {brand}, '*/15 * * * *', \
                     'Asia/Ho_Chi_Minh', '{ready}');"
        )
    };
    [
        source("ads-vn", "google_ads", &format!("11-{word}"), "'Coffee'"),
        source("ads-us", "google_ads", &format!("22-{word}"), "'Tea'"),
        source("site", "google_analytics", &format!("33-{word}"), "NULL"),
        source(
            "shop",
            "shopify",
            &format!("{}.myshopify.com", word.to_lowercase()),
            "'Coffee'",
        ),
    ]
    .concat()
}

fn entities(tenant: &str, Marks { word, .. }: Marks) -> String {
    let shop = format!("{}.myshopify.com", word.to_lowercase());
    let account = |source: &str, id: &str, currency: &str, zone: &str| {
        format!(
            "INSERT INTO {tenant}.entities (source, account, level, id, name, currency, time_zone, seen_at) \
             VALUES ('{source}', '{id}', 'account', '{id}', 'Account {word}', '{currency}', '{zone}', now());"
        )
    };
    let campaign = |id: &str, name: &str| {
        format!(
            "INSERT INTO {tenant}.entities (source, account, level, id, name, status, seen_at) \
             VALUES ('google_ads', '11-{word}', 'campaign', '{id}', '{name} {word}', 'ENABLED', now());"
        )
    };
    [
        account(
            "google_ads",
            &format!("11-{word}"),
            "VND",
            "Asia/Ho_Chi_Minh",
        ),
        account(
            "google_ads",
            &format!("22-{word}"),
            "USD",
            "America/Los_Angeles",
        ),
        account(
            "google_analytics",
            &format!("33-{word}"),
            "VND",
            "Asia/Ho_Chi_Minh",
        ),
        account("shopify", &shop, "VND", "Asia/Ho_Chi_Minh"),
        campaign("c1", "Tết"),
        campaign("c2", "Trung thu"),
    ]
    .concat()
}

/// October 1 to 10; the 9th is restated, the 10th still open.
fn days(
    tenant: &str,
    Marks {
        word,
        spend,
        revenue,
    }: Marks,
) -> String {
    let shop = format!("{}.myshopify.com", word.to_lowercase());
    let row = |source: &str,
               account: &str,
               level: &str,
               entity: &str,
               currency: &str,
               columns: &str,
               values: &str| {
        format!(
            "INSERT INTO {tenant}.daily_aggregates (source, account, level, entity, date, stream, currency, status, computed_at, {columns}) \
             SELECT '{source}', '{account}', '{level}', '{entity}', day::date, '{level}_daily', '{currency}', \
                    CASE extract(day FROM day) WHEN 10 THEN 'provisional' WHEN 9 THEN 'restated' ELSE 'closed' END, now(), {values} \
             FROM generate_series('2026-10-01'::timestamp, '2026-10-10', '1 day') AS day;"
        )
    };
    let ads = "impressions, clicks, spend, conversions, conversions_value";
    let first = format!("11-{word}");
    let second = format!("22-{word}");
    let site = format!("33-{word}");
    [
        row("google_ads", &first, "account", &first, "VND", ads, &format!("100, 10, {spend}, 2.5, 300000")),
        row("google_ads", &first, "campaign", "c1", "VND", ads, "60, 6, 60000, 1.5, 200000"),
        row("google_ads", &first, "campaign", "c2", "VND", ads, "30, 3, 30000.25, 1, 100000"),
        row("google_ads", &second, "account", &second, "USD", ads, "40, 4, 0.79, 1, 12.5"),
        row(
            "google_analytics",
            &site,
            "account",
            &site,
            "VND",
            "sessions, extra, flags",
            r#"50, '{"active_users": "40", "purchase_revenue": "250000", "transactions": "3"}', ARRAY['sampled']"#,
        ),
        row("shopify", &shop, "account", &shop, "VND", "orders, revenue, refunds", &format!("4, {revenue}, 50000")),
    ]
    .concat()
}

/// Hours of the first ad account: the 9th folded into a profile, the 10th open.
fn hours(tenant: &str, Marks { word, spend, .. }: Marks) -> String {
    let nulls = vec!["null"; 22].join(",");
    format!(
        r#"INSERT INTO {tenant}.hour_profiles (source, account, level, entity, date, stream, currency, hours)
           VALUES ('google_ads', '11-{word}', 'account', '11-{word}', '2026-10-09', 'account_hourly', 'VND',
                   '{{"spend": ["0", "{spend}", {nulls}], "clicks": ["0", "10", {nulls}]}}');
           INSERT INTO {tenant}.hourly_aggregates (source, account, level, entity, date, hour, stream, currency, spend, clicks, computed_at)
           VALUES ('google_ads', '11-{word}', 'account', '11-{word}', '2026-10-10', 7, 'account_hourly', 'VND', {spend}, 10, now());"#
    )
}

/// Three September days of the first ad account lie in the archive alone.
fn archive(tenant: &str, Marks { word, .. }: Marks) -> String {
    format!(
        "INSERT INTO {tenant}.account_days (source, account, date, state) \
         SELECT 'google_ads', '11-{word}', day::date, 'archived' FROM generate_series('2026-09-28'::timestamp, '2026-09-30', '1 day') AS day;"
    )
}

fn runs(tenant: &str, Marks { word, .. }: Marks) -> String {
    let run = |source: &str, minutes: u32, class: &str, message: &str| {
        format!(
            r#"INSERT INTO control.runs (tenant, id, run_name, kind, source_uid, as_of, started_at, finished_at, class, wait_seconds, pages, rows_fetched, rows_landed, errors, message)
               VALUES ('{tenant}', gen_random_uuid(), '{source}-{word}-sync-{minutes}', 'sync', '{source}-{word}', now(),
                       now() - interval '{minutes} minutes', now() - interval '{minutes} minutes', '{class}', NULL, 3, 120, 45,
                       '[{{"stream": "campaigns", "account": "22-{word}", "class": "{class}", "scope": "account", "wait_seconds": 60}}]', '{message}');"#
        )
    };
    let mark = |source: &str, account: &str, minutes: u32| {
        format!(
            "INSERT INTO control.watermarks (tenant, source, account, stream, fetched_at) \
             VALUES ('{tenant}', '{source}', '{account}', 'account_daily', now() - interval '{minutes} minutes');"
        )
    };
    let shop = format!("{}.myshopify.com", word.to_lowercase());
    [
        run("ads-vn", 20, "ok", ""),
        run("ads-vn", 5, "ok", ""),
        run("ads-us", 5, "auth_revoked", &format!("Reconnect {word}.")),
        mark("google_ads", &format!("11-{word}"), 5),
        mark("google_ads", &format!("22-{word}"), 300),
        mark("google_analytics", &format!("33-{word}"), 120),
        mark("shopify", &shop, 4),
    ]
    .concat()
}
