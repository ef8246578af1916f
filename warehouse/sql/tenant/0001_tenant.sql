-- One tenant's schema. `{schema}` is replaced by the validated identifier; every name is schema-qualified.

CREATE TABLE {schema}.raw_records (
    source      text NOT NULL,
    account     text NOT NULL,
    stream      text NOT NULL,
    date        date NOT NULL,
    key         text NOT NULL,
    payload     text NOT NULL,
    fetched_at  timestamptz NOT NULL,
    PRIMARY KEY (source, account, stream, date, key)
);

-- What is known of a partition of raw records, also after its rows are gone.
CREATE TABLE {schema}.partition_digests (
    source          text NOT NULL,
    account         text NOT NULL,
    stream          text NOT NULL,
    date            date NOT NULL,
    row_count       bigint NOT NULL,
    content_hash    text NOT NULL,
    flags           text[] NOT NULL DEFAULT '{}',
    fetched_at      timestamptz NOT NULL,
    aggregated_hash text,
    backup_object   text,
    backup_hash     text,
    raw_deleted_at  timestamptz,
    PRIMARY KEY (source, account, stream, date)
);

-- Typed facts of event sources: one row an order, a refund; no personal data.
CREATE TABLE {schema}.ledger (
    source        text NOT NULL,
    account       text NOT NULL,
    stream        text NOT NULL,
    key           text NOT NULL,
    kind          text NOT NULL,
    instant       timestamptz NOT NULL,
    date          date NOT NULL,
    hour          smallint NOT NULL,
    currency      text NOT NULL,
    metrics       jsonb NOT NULL,
    attributes    jsonb NOT NULL DEFAULT '{}',
    customer_key  text,
    version       timestamptz NOT NULL,
    removed       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source, account, stream, key)
);
CREATE INDEX ledger_by_date ON {schema}.ledger (source, account, date);

-- Buckets whose facts changed and whose aggregates were not recomputed yet.
CREATE TABLE {schema}.touched_days (
    source      text NOT NULL,
    account     text NOT NULL,
    stream      text NOT NULL,
    date        date NOT NULL,
    touched_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, account, stream, date)
);

CREATE TABLE {schema}.hourly_aggregates (
    source            text NOT NULL,
    account           text NOT NULL,
    level             text NOT NULL,
    entity            text NOT NULL,
    breakdown         text NOT NULL DEFAULT '',
    date              date NOT NULL,
    hour              smallint NOT NULL CHECK (hour BETWEEN 0 AND 23),
    stream            text NOT NULL,
    currency          text,
    impressions       numeric,
    clicks            numeric,
    spend             numeric,
    conversions       numeric,
    conversions_value numeric,
    sessions          numeric,
    orders            numeric,
    revenue           numeric,
    refunds           numeric,
    extra             jsonb NOT NULL DEFAULT '{}',
    computed_at       timestamptz NOT NULL,
    PRIMARY KEY (source, account, level, entity, breakdown, date, hour)
);

-- The hours of a closed day, one compact array a metric: {"spend": ["0", null, "1.5", …]}, index = hour label.
CREATE TABLE {schema}.hour_profiles (
    source      text NOT NULL,
    account     text NOT NULL,
    level       text NOT NULL,
    entity      text NOT NULL,
    breakdown   text NOT NULL DEFAULT '',
    date        date NOT NULL,
    stream      text NOT NULL,
    hours       jsonb NOT NULL,
    PRIMARY KEY (source, account, level, entity, breakdown, date)
);

CREATE TABLE {schema}.daily_aggregates (
    source            text NOT NULL,
    account           text NOT NULL,
    level             text NOT NULL,
    entity            text NOT NULL,
    breakdown         text NOT NULL DEFAULT '',
    date              date NOT NULL,
    stream            text NOT NULL,
    currency          text,
    impressions       numeric,
    clicks            numeric,
    spend             numeric,
    conversions       numeric,
    conversions_value numeric,
    sessions          numeric,
    orders            numeric,
    revenue           numeric,
    refunds           numeric,
    extra             jsonb NOT NULL DEFAULT '{}',
    status            text NOT NULL CHECK (status IN ('provisional', 'closed', 'restated')),
    flags             text[] NOT NULL DEFAULT '{}',
    computed_at       timestamptz NOT NULL,
    PRIMARY KEY (source, account, level, entity, breakdown, date)
);
CREATE INDEX daily_by_level ON {schema}.daily_aggregates (level, date);

-- The state of a local day of an account: open days are provisional, closed ones may be restated or archived.
CREATE TABLE {schema}.account_days (
    source      text NOT NULL,
    account     text NOT NULL,
    date        date NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'closed', 'archived')),
    closed_at   timestamptz,
    PRIMARY KEY (source, account, date)
);

-- Names live here, never in history rows. Accounts are entities of level `account` and carry zone and currency.
CREATE TABLE {schema}.entities (
    source      text NOT NULL,
    account     text NOT NULL,
    level       text NOT NULL,
    id          text NOT NULL,
    name        text,
    status      text,
    parent      text,
    currency    text,
    time_zone   text,
    seen_at     timestamptz NOT NULL,
    PRIMARY KEY (source, account, level, id)
);

-- Refresh tokens that a platform rotated, sealed with the tenant's token key, stored before first use.
CREATE TABLE {schema}.rotated_tokens (
    source_uid          text PRIMARY KEY,
    secret_fingerprint  text NOT NULL,
    sealed              bytea NOT NULL,
    stored_at           timestamptz NOT NULL
);
