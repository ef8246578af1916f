-- One tenant's schema. `{schema}` is replaced by the validated identifier; every name is schema-qualified.
-- Currency is part of an aggregate's key: amounts of unlike currencies are never added up.

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

-- What is known of a partition of raw records, also after its rows are gone. It is aggregated, or backed up, where
-- the hash of that step equals content_hash. Of whole pulls without rows it takes two in a row (empty_seen_at) to count.
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
    backup_hash     text,
    raw_deleted_at  timestamptz,
    empty_seen_at   timestamptz,
    PRIMARY KEY (source, account, stream, date)
);

-- Typed facts of event sources: one row an order, a refund; no personal data. A fact that a sweep of everything misses
-- is missing since then; the second sweep that misses it removes it.
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
    fingerprint   bigint NOT NULL,
    missing_since timestamptz,
    PRIMARY KEY (source, account, stream, key)
);
CREATE INDEX ledger_by_date ON {schema}.ledger (source, account, date);

-- Where the facts are that left the ledger with their archived day, so that a newer version of one finds its old bucket.
CREATE TABLE {schema}.archived_ledger_keys (
    source        text NOT NULL,
    account       text NOT NULL,
    stream        text NOT NULL,
    key           text NOT NULL,
    date          date NOT NULL,
    version       timestamptz NOT NULL,
    fingerprint   bigint NOT NULL,
    PRIMARY KEY (source, account, stream, key)
);
CREATE INDEX archived_ledger_keys_by_date ON {schema}.archived_ledger_keys (source, account, date);

-- Days whose facts changed and whose aggregates were not recomputed yet. Stream `ledger` stands for all event streams.
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
    UNIQUE NULLS NOT DISTINCT (source, account, date, hour, level, entity, breakdown, currency)
);

-- The hours of a closed day, one compact array a metric: {"spend": ["0", null, "1.5", …]}, index = hour label. Hours
-- are moved here from hourly_aggregates (account_days.hours_folded_at), so each is in one of the two places.
CREATE TABLE {schema}.hour_profiles (
    source      text NOT NULL,
    account     text NOT NULL,
    level       text NOT NULL,
    entity      text NOT NULL,
    breakdown   text NOT NULL DEFAULT '',
    date        date NOT NULL,
    stream      text NOT NULL,
    currency    text,
    hours       jsonb NOT NULL,
    UNIQUE NULLS NOT DISTINCT (source, account, date, level, entity, breakdown, currency)
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
    UNIQUE NULLS NOT DISTINCT (source, account, date, level, entity, breakdown, currency)
);
CREATE INDEX daily_by_level ON {schema}.daily_aggregates (level, date);

-- The state of a local day of an account: open days are provisional, closed ones may be restated. The figures of an
-- archived day are in the archive alone; of every other day they are here, whatever the archive holds.
CREATE TABLE {schema}.account_days (
    source            text NOT NULL,
    account           text NOT NULL,
    date              date NOT NULL,
    state             text NOT NULL CHECK (state IN ('open', 'closed', 'archived')),
    closed_at         timestamptz,
    hours_folded_at   timestamptz,
    PRIMARY KEY (source, account, date)
);
CREATE INDEX account_days_open ON {schema}.account_days (source, account, date) WHERE state = 'open';

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
