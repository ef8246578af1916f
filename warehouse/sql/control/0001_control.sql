-- The control schema: what is shared between tenants. Owned and migrated by dpo_operator alone.
-- `{control}` is replaced by the schema's name: `control`, or a throwaway schema that holds a replay's tables.
-- Every table with a `tenant` column has row-level security keyed on current_user, never on a setting.

CREATE SCHEMA IF NOT EXISTS {control};

CREATE TABLE {control}.schema_version (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version    integer NOT NULL
);

CREATE TABLE {control}.organizations (
    uid             text PRIMARY KEY,
    tenant          text NOT NULL UNIQUE CHECK (tenant ~ '^t_[0-9a-f]{20}$'),
    namespace       text NOT NULL,
    name            text NOT NULL,
    display_name    text NOT NULL,
    time_zone       text NOT NULL,
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    country         text,
    locale          text NOT NULL,
    state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'retired')),
    legal_hold      boolean NOT NULL DEFAULT false,
    schema_version  integer NOT NULL,
    -- Of the job login's password, so that the operator knows whether it set the present one.
    login_fingerprint text,
    retention       jsonb,
    conditions      jsonb NOT NULL DEFAULT '[]',
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE {control}.sources (
    uid             text PRIMARY KEY,
    tenant          text NOT NULL REFERENCES {control}.organizations (tenant) ON DELETE CASCADE,
    namespace       text NOT NULL,
    name            text NOT NULL,
    source          text NOT NULL,
    accounts        text[] NOT NULL,
    brand           text,
    schedule        text NOT NULL,
    time_zone       text NOT NULL,
    state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'removed')),
    conditions      jsonb NOT NULL DEFAULT '[]',
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sources_by_tenant ON {control}.sources (tenant);

CREATE TABLE {control}.runs (
    tenant          text NOT NULL REFERENCES {control}.organizations (tenant) ON DELETE CASCADE,
    id              uuid NOT NULL,
    run_name        text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('sync', 'rollup_hourly', 'rollup_daily', 'archive')),
    source_uid      text,
    as_of           timestamptz NOT NULL,
    started_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    class           text,
    wait_seconds    bigint,
    pages           bigint NOT NULL DEFAULT 0,
    rows_fetched    bigint NOT NULL DEFAULT 0,
    rows_landed     bigint NOT NULL DEFAULT 0,
    errors          jsonb NOT NULL DEFAULT '[]',
    message         text,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX runs_by_name ON {control}.runs (tenant, run_name);
CREATE INDEX runs_by_source ON {control}.runs (tenant, source_uid, started_at DESC);
CREATE INDEX runs_by_start ON {control}.runs (tenant, started_at);
-- The newest finished run of each source and duty; duties have no source.
CREATE INDEX runs_by_end ON {control}.runs (tenant, kind, (coalesce(source_uid, '')), finished_at DESC)
    WHERE finished_at IS NOT NULL;

-- One row for each (source, account, stream): how far it was read, and until when to leave it alone.
CREATE TABLE {control}.watermarks (
    tenant          text NOT NULL REFERENCES {control}.organizations (tenant) ON DELETE CASCADE,
    source          text NOT NULL,
    account         text NOT NULL,
    stream          text NOT NULL,
    cursor          text,
    tiers           jsonb NOT NULL DEFAULT '{}',
    fetched_at      timestamptz,
    not_before      timestamptz,
    blocked_class   text,
    PRIMARY KEY (tenant, source, account, stream)
);

CREATE TABLE {control}.archive_manifest (
    tenant          text NOT NULL REFERENCES {control}.organizations (tenant) ON DELETE CASCADE,
    kind            text NOT NULL CHECK (kind IN ('raw', 'daily', 'hours', 'ledger')),
    source          text NOT NULL,
    account         text NOT NULL,
    stream          text NOT NULL DEFAULT '',
    date            date NOT NULL,
    version         integer NOT NULL,
    state           text NOT NULL
                    CHECK (state IN ('planned', 'exported', 'uploaded', 'verified', 'committed', 'purged', 'expired')),
    object_path     text,
    rows            bigint,
    bytes           bigint,
    content_hash    text,
    entity_tag      text,
    planned_at      timestamptz NOT NULL,
    verified_at     timestamptz,
    committed_at    timestamptz,
    purged_at       timestamptz,
    expired_at      timestamptz,
    PRIMARY KEY (tenant, kind, source, account, stream, date, version)
);

CREATE TABLE {control}.users (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email           text NOT NULL UNIQUE CHECK (email = lower(email)),
    display_name    text,
    password_hash   text,
    locale          text,
    disabled        boolean NOT NULL DEFAULT false,
    -- Where the person chose to work last; the next session begins there.
    last_tenant     text REFERENCES {control}.organizations (tenant) ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE {control}.memberships (
    tenant          text NOT NULL REFERENCES {control}.organizations (tenant) ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES {control}.users (id) ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('ceo', 'director', 'staff')),
    brands          text[],
    granted_by      text NOT NULL CHECK (granted_by IN ('owners', 'user')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, user_id)
);

CREATE TABLE {control}.sessions (
    token_hash      bytea PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES {control}.users (id) ON DELETE CASCADE,
    tenant          text REFERENCES {control}.organizations (tenant) ON DELETE CASCADE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    last_seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL
);

-- Failed logins of one account from one network ('' where that is unknown), for a day.
CREATE TABLE {control}.login_attempts (
    email           text NOT NULL,
    client          text NOT NULL,
    failures        integer NOT NULL,
    last_failure_at timestamptz NOT NULL,
    PRIMARY KEY (email, client)
);
CREATE INDEX login_attempts_by_age ON {control}.login_attempts (last_failure_at);

-- Failed logins from one network on all accounts, and on one account from all networks: each puts off the instant at which all are forgotten.
CREATE TABLE {control}.login_budgets (
    kind            text NOT NULL CHECK (kind IN ('client', 'account')),
    spender         text NOT NULL,
    forgotten_at    timestamptz NOT NULL,
    PRIMARY KEY (kind, spender)
);
CREATE INDEX login_budgets_by_end ON {control}.login_budgets (forgotten_at);
