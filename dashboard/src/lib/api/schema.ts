// Generated from api/openapi.json by `npm run generate`; edits are overwritten.
export interface paths {
    "/api/v1/channels/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One channel down to its campaigns
         * @description A channel without a data source that you may see has empty lists.
         */
        get: operations["getChannel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exact stored cells of one account and level */
        get: operations["getFigures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What every figure means */
        get: operations["getDictionary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getDescription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Key figures, their course, the channels and the reconciliation */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, where, and what they may do */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in with e-mail and password
         * @description Sets the session cookie; a session that the browser had before ends. After five failed attempts for an address each
         *     further one must wait, up to a minute.
         */
        post: operations["logIn"];
        /** Sign out */
        delete: operations["logOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/organization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Work in another organization
         * @description Sets a new session cookie; the old one ends.
         */
        put: operations["chooseOrganization"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The data sources and how their connections do */
        get: operations["getSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Why a figure has no value.
         * @enum {string}
         */
        Absence: "no_data" | "no_source" | "people_do_not_add" | "no_denominator" | "unlike_currencies" | "archived" | "missing_days";
        /** @description One account of the channel. */
        AccountRow: {
            /** @description The account's id on the platform. */
            account: string;
            /** @description ISO 4217. */
            currency: string | null;
            /** @description Totals of the account. */
            figures: components["schemas"]["Figure"][];
            /** @description The freshness of what feeds it. */
            freshness: components["schemas"]["Freshness"];
            /** @description Its name on the platform; null until it was read. */
            name: string | null;
            /** @description The connector. */
            source: components["schemas"]["SourceId"];
            /** @description IANA zone that cuts its days. */
            timeZone: string | null;
        };
        /** @description An account's zone. */
        AccountTimeZone: {
            /** @description The account's id on the platform. */
            account: string;
            /** @description The connector. */
            source: components["schemas"]["SourceId"];
            /** @description IANA name; null until the platform told it. */
            timeZone: string | null;
        };
        /**
         * @description Something that a route lets a member do.
         * @enum {string}
         */
        Action: "view_overview" | "view_channel" | "view_data_sources" | "read_exact_figures" | "read_dictionary";
        /** @description What a metric may be added up over. */
        AddsOver: {
            /** @description Entities and accounts may be added. */
            entities: boolean;
            /** @description Days may be added. */
            time: boolean;
        };
        /** @description Days that were asked for but lie in the archive, so that they are missing from the figures. */
        ArchivedRange: {
            /** @description The account's id on the platform. */
            account: string;
            /**
             * Format: date
             * @description First archived day.
             */
            from: string;
            /** @description The connector. */
            source: components["schemas"]["SourceId"];
            /**
             * Format: date
             * @description Last archived day.
             */
            to: string;
        };
        /** @description A channel's figures one level below the account. */
        Breakdown: {
            /**
             * @description The level: `campaign`, `channel_group`, …
             * @example campaign
             */
            level: string;
            /** @description By account, biggest first, then `others`, then `unallocated`. */
            rows: components["schemas"]["BreakdownRow"][];
        };
        /** @description One row of the breakdown. The rows of an account add up to the account's totals. */
        BreakdownRow: {
            /** @description The account that it belongs to. */
            account: string;
            /** @description Its figures. */
            figures: components["schemas"]["Figure"][];
            /** @description The entity's id on the platform; null unless `kind` is `entity`. */
            id: string | null;
            /** @description What the row stands for. */
            kind: components["schemas"]["BreakdownRowKind"];
            /** @description Its name on the platform. */
            name: string | null;
            /** @description The connector. */
            source: components["schemas"]["SourceId"];
            /** @description Its status on the platform, as the platform writes it. */
            status: string | null;
        };
        /**
         * @description What a row of the breakdown stands for.
         * @enum {string}
         */
        BreakdownRowKind: "entity" | "others" | "unallocated";
        /**
         * @description What a reader must know about a figure that has a value.
         * @enum {string}
         */
        Caveat: "provisional" | "running_day" | "missing_days" | "archived_days" | "mixed_time_zones" | "sampled" | "thresholded" | "other_row" | "flagged";
        /**
         * @description Why a change is not told.
         * @enum {string}
         */
        ChangeAbsence: "no_value" | "zero_base" | "archived_days" | "running_days" | "missing_days";
        /** @description One channel. */
        ChannelDefinition: {
            /** @description The id that figures carry. */
            id: components["schemas"]["ChannelId"];
            /** @description Its name. */
            label: components["schemas"]["Label"];
            /** @description The connectors that feed it. */
            sources: components["schemas"]["SourceId"][];
        };
        /** @description One channel's figures of a period. */
        ChannelDetail: {
            /** @description The accounts behind the totals. */
            accounts: components["schemas"]["AccountRow"][];
            /** @description Days of either period that lie in the archive. */
            archived: components["schemas"]["ArchivedRange"][];
            breakdown: components["schemas"]["Breakdown"] | null;
            /** @description The channel. */
            channel: components["schemas"]["ChannelId"];
            /** @description The data sources behind the answer. */
            freshness: components["schemas"]["SourceFreshness"][];
            /** @description Totals from the account level, with their course. */
            kpis: components["schemas"]["Kpi"][];
            /** @description The periods and the axes of the series. */
            periods: components["schemas"]["Periods"];
            /** @description Whose midnights cut the days. */
            timeZones: components["schemas"]["TimeZones"];
        };
        /**
         * @description The channel that a source maps to.
         * @enum {string}
         */
        ChannelId: "google_ads" | "website" | "shop";
        /** @description One row of the channel table. */
        ChannelRow: {
            /** @description The channel. */
            channel: components["schemas"]["ChannelId"];
            /** @description The channel's metrics, ratios computed from sums; a money metric once for each currency. */
            figures: components["schemas"]["Figure"][];
            /** @description The freshness of what feeds it. */
            freshness: components["schemas"]["Freshness"];
        };
        /**
         * @description What a period is compared with.
         * @enum {string}
         */
        Compare: "none" | "previous_period" | "previous_year" | "custom";
        /** @description The same figure in the comparison period. */
        Comparison: {
            absence: components["schemas"]["Absence"] | null;
            /** @description Sorted, without repetition. */
            caveats: components["schemas"]["Caveat"][];
            /**
             * @description (current − comparison) / |comparison| as a fraction, rounded to 6 decimals, over the days that are over.
             * @example 0.125
             */
            change: string | null;
            changeAbsence: components["schemas"]["ChangeAbsence"] | null;
            /** @description Exact decimal text. */
            value: string | null;
            /** @description True when days that are not over were left out of `change`, with the days at the same place in the comparison. */
            withoutRunningDays: boolean;
        };
        /** @description A condition of the `DataSource`, as its Kubernetes object carries it. */
        Condition: {
            /**
             * Format: date-time
             * @description When `status` last changed.
             */
            lastTransitionTime: string | null;
            /** @description What happened and what to do, in English. */
            message: string;
            /** @description A CamelCase word that the dashboard translates, such as `AuthRevoked`. */
            reason: string;
            /** @description `True`, `False` or `Unknown`. */
            status: string;
            /** @description `Ready`, `CredentialsValid`, `Synced`. */
            type: string;
        };
        /** @description E-mail and password. */
        Credentials: {
            /**
             * @description The e-mail address that was invited; upper and lower case are the same.
             * @example owner@example.com
             */
            email: string;
            /**
             * Format: password
             * @description The password.
             */
            password: string;
        };
        /** @description One data source and how its connection does. */
        DataSource: {
            /** @description Its accounts. */
            accounts: components["schemas"]["SourceAccount"][];
            /** @description The brand that scopes Staff; null when it has none. */
            brand: string | null;
            /** @description The channel that it feeds. */
            channel: components["schemas"]["ChannelId"];
            /** @description All conditions. */
            conditions: components["schemas"]["Condition"][];
            /**
             * Format: date-time
             * @description When figures were last read from the platform (oldest account).
             */
            fetchedAt: string | null;
            lastRun: components["schemas"]["Run"] | null;
            /**
             * Format: date-time
             * @description When the last successful run ended.
             */
            lastSuccessAt: string | null;
            /** @description The `DataSource`'s name. */
            name: string;
            /**
             * Format: date-time
             * @description When the schedule fires next; null when suspended or removed.
             */
            nextSyncAt: string | null;
            ready: components["schemas"]["Condition"] | null;
            /**
             * Format: int64
             * @description Rows written in the last 24 hours.
             */
            rowsLandedLastDay: number;
            /** @description The newest runs first, at most 10. */
            runs: components["schemas"]["Run"][];
            /**
             * @description Cron expression of the sync.
             * @example 7-59/15 * * * *
             */
            schedule: string;
            /** @description IANA zone of the schedule. */
            scheduleTimeZone: string;
            /** @description The connector. */
            source: components["schemas"]["SourceId"];
            /** @description In one word. */
            state: components["schemas"]["FreshnessState"];
            /** @description The `DataSource`'s uid. */
            uid: string;
        };
        /** @description The organization's data sources, by name. */
        DataSources: {
            /** @description The data sources that the user may see. */
            dataSources: components["schemas"]["DataSource"][];
            /**
             * Format: date-time
             * @description The server's clock, so that "12 minutes ago" needs no trust in the browser's.
             */
            now: string;
        };
        /** @description One day of the axis that every series of the answer shares. */
        Day: {
            /**
             * Format: date
             * @description The local date.
             */
            date: string;
            /** @description How settled it is. */
            state: components["schemas"]["DayState"];
        };
        /**
         * @description The state of a day over all accounts of the answer; the least settled account decides.
         * @enum {string}
         */
        DayState: "provisional" | "closed" | "restated" | "archived" | "missing";
        /** @description What every figure means. */
        Dictionary: {
            /** @description Channels in the order to show them. */
            channels: components["schemas"]["ChannelDefinition"][];
            /** @description Metrics in the order to show them. */
            metrics: components["schemas"]["MetricDefinition"][];
        };
        /**
         * @description Which way is good.
         * @enum {string}
         */
        Direction: "up_is_good" | "down_is_good" | "neutral";
        /** @description One figure of a period. */
        Figure: {
            absence: components["schemas"]["Absence"] | null;
            /** @description Sorted, without repetition. */
            caveats: components["schemas"]["Caveat"][];
            comparison: components["schemas"]["Comparison"] | null;
            /**
             * @description ISO 4217; null for figures that are not money. A metric in two currencies is two figures.
             * @example VND
             */
            currency: string | null;
            /**
             * @description The metric's id in the dictionary (`GET /metrics`), which gives its unit, direction and labels.
             * @example spend
             */
            metric: string;
            /**
             * @description Exact decimal text. Ratios (roas, mer, ctr, …) are plain fractions rounded to 6 decimals: 0.031 is 3.1 %.
             * @example 1234500
             */
            value: string | null;
        };
        /** @description One cell row: an entity in a day or an hour. */
        FigureRow: {
            /** @description The breakdown value; empty when there is none. */
            breakdown: string;
            /**
             * Format: date-time
             * @description When the cell was computed from what was fetched; null for hours of closed days.
             */
            computedAt: string | null;
            /** @description ISO 4217 of its money; null when it has none. */
            currency: string | null;
            /**
             * Format: date
             * @description Local date of the account.
             */
            date: string;
            /** @description The entity's id on the platform; at account level the account's id. */
            entity: string;
            /** @description What the platform said about the data (`sampled`, `thresholded`, …). */
            flags: string[];
            /**
             * Format: int32
             * @description 0 to 23, the label of the local hour; null for days.
             */
            hour: number | null;
            /** @description Metric id → exact decimal text. A metric that was not reported is missing. */
            metrics: {
                [key: string]: string;
            };
            /** @description How settled it is. */
            status: components["schemas"]["DayState"];
            /** @description The stream that delivered it. */
            stream: string;
        };
        /** @description A metric in one currency with its course. */
        FigureWithSeries: {
            /** @description One value a day of `periods.comparisonDays`. */
            comparisonSeries: (string | null)[];
            /** @description The total of the period. */
            figure: components["schemas"]["Figure"];
            /** @description One value a day of `periods.days`, exact decimal text; null where nothing was reported or fetched. */
            series: (string | null)[];
        };
        /** @description Exact cells in the order of date, hour, entity, breakdown. */
        Figures: {
            /** @description The account. */
            account: string;
            /** @description Days that lie in the archive. */
            archived: components["schemas"]["ArchivedRange"][];
            /** @description The data source behind the account. */
            freshness: components["schemas"]["SourceFreshness"][];
            /**
             * Format: date
             * @description First day.
             */
            from: string;
            /** @description Days or hours. */
            grain: components["schemas"]["Grain"];
            /** @description The level. */
            level: string;
            /** @description Pass it as `cursor` for the next page; null on the last one. */
            nextCursor: string | null;
            /** @description The cells. */
            rows: components["schemas"]["FigureRow"][];
            /** @description The connector. */
            source: components["schemas"]["SourceId"];
            /** @description IANA zone of the account's days; null until the platform told it. */
            timeZone: string | null;
            /**
             * Format: date
             * @description Last day.
             */
            to: string;
        };
        /** @description `factor × numerator / denominator`, each a sum of terms. */
        Formula: {
            /** @description What it is divided by; empty where nothing is divided. */
            denominator: components["schemas"]["FormulaTerm"][];
            /**
             * Format: int32
             * @description 1, or 1000 for costs per thousand.
             * @example 1
             */
            factor: number;
            /** @description What is divided. */
            numerator: components["schemas"]["FormulaTerm"][];
        };
        /** @description The sum of a metric in a formula. */
        FormulaTerm: {
            /**
             * @description The metric's id.
             * @example spend
             */
            metric: string;
            /** @description Added or taken away. */
            sign: components["schemas"]["Sign"];
        };
        /** @description How fresh a figure is: the oldest of the data sources that feed it. */
        Freshness: {
            /** @description The uids of the data sources that feed it. */
            dataSources: string[];
            /**
             * Format: date-time
             * @description When its oldest part was fetched; null while a part was never fetched.
             */
            fetchedAt: string | null;
            /**
             * Format: date-time
             * @description When the next fetch of any of its parts is due.
             */
            nextSyncAt: string | null;
            state: components["schemas"]["FreshnessState"] | null;
        };
        /**
         * @description The state of a data source's fetching.
         * @enum {string}
         */
        FreshnessState: "fresh" | "late" | "failing" | "never_fetched" | "suspended" | "removed";
        /**
         * @description How long a cell lasts.
         * @enum {string}
         */
        Grain: "day" | "hour";
        /** @description A key figure. */
        Kpi: {
            /** @description One entry a currency, the organization's own first; exactly one for what is not money. Never added together. */
            figures: components["schemas"]["FigureWithSeries"][];
            /** @description The freshness of what feeds it. */
            freshness: components["schemas"]["Freshness"];
            /** @description The metric's id in the dictionary. */
            metric: string;
            /** @description Who says so. */
            nature: components["schemas"]["Nature"];
        };
        /** @description A text in both languages of the product. */
        Label: {
            /** @description English. */
            en: string;
            /** @description Vietnamese. */
            vi: string;
        };
        /** @description An organization that the user belongs to. */
        Membership: {
            /** @description Its name. */
            displayName: string;
            /** @description The organization's id. */
            organization: string;
            /** @description The user's role there. */
            role: components["schemas"]["Role"];
        };
        /** @description One metric. */
        MetricDefinition: {
            /** @description What it may be added up over; neither for ratios. */
            addsOver: components["schemas"]["AddsOver"];
            /** @description Which way is good. */
            direction: components["schemas"]["Direction"];
            /** @description What it means, in a sentence. */
            explanation: components["schemas"]["Label"];
            formula: components["schemas"]["Formula"] | null;
            /**
             * @description The id that figures carry.
             * @example cost_per_conversion
             */
            id: string;
            /** @description Its name. */
            label: components["schemas"]["Label"];
            /** @description Who says so. */
            nature: components["schemas"]["Nature"];
            /** @description The connectors that deliver it, or its parts. */
            sources: components["schemas"]["SourceId"][];
            /** @description How to write it. */
            unit: components["schemas"]["Unit"];
        };
        /**
         * @description Who says so: the platform about itself, the analytics tag, or the shop's books.
         * @enum {string}
         */
        Nature: "claimed" | "measured" | "recorded";
        /** @description The organization that the session works in. */
        Organization: {
            /** @description ISO 3166-1 alpha-2; null when none was given. */
            country: string | null;
            /** @description ISO 4217. */
            currency: string;
            /** @description Its name. */
            displayName: string;
            /** @description The Organization's uid. */
            id: string;
            /** @description BCP 47 language tag. */
            locale: string;
            /** @description True when its owner suspended it: figures stand still. */
            suspended: boolean;
            /** @description IANA zone that sets "today". */
            timeZone: string;
        };
        /** @description The organization to work in from now on. */
        OrganizationChoice: {
            /** @description The organization's `id` from `organizations`. */
            organization: string;
        };
        /** @description The organization's figures of a period. */
        Overview: {
            /** @description Days of either period that lie in the archive. */
            archived: components["schemas"]["ArchivedRange"][];
            /** @description One row for each channel that has a data source. */
            channels: components["schemas"]["ChannelRow"][];
            /** @description Every data source behind the answer. */
            freshness: components["schemas"]["SourceFreshness"][];
            /** @description Key figures in the order to show them. */
            kpis: components["schemas"]["Kpi"][];
            /** @description The periods and the axes of the series. */
            periods: components["schemas"]["Periods"];
            /** @description Claimed, measured and recorded side by side. */
            reconciliation: components["schemas"]["Reconciliation"][];
            /** @description Whose midnights cut the days. */
            timeZones: components["schemas"]["TimeZones"];
        };
        /** @description Local dates, both inclusive. */
        Period: {
            /**
             * Format: date
             * @description First day.
             */
            from: string;
            /**
             * Format: date
             * @description Last day.
             */
            to: string;
        };
        /** @description The periods of an answer and the axes of its series. */
        Periods: {
            comparison: components["schemas"]["Period"] | null;
            /** @description Every day of `comparison`; empty without one. May be a day longer or shorter than `days` (leap years, custom). */
            comparisonDays: components["schemas"]["Day"][];
            /** @description What was asked for. */
            current: components["schemas"]["Period"];
            /** @description Every day of `current`, in order; `series[i]` belongs to `days[i]`. */
            days: components["schemas"]["Day"][];
            /**
             * Format: date
             * @description Today in the organization's zone.
             */
            today: string;
        };
        /**
         * @description What went wrong, in one word.
         * @enum {string}
         */
        ProblemCode: "invalid_parameter" | "invalid_body" | "not_signed_in" | "wrong_credentials" | "not_allowed" | "no_organization" | "cross_site" | "not_found" | "method_not_allowed" | "timed_out" | "organization_changed" | "body_too_large" | "unsupported_media_type" | "too_many_attempts" | "internal" | "database_unavailable" | "database_version" | "organization_not_ready" | "busy";
        /** @description The body of every answer that is not a success; media type `application/problem+json`. */
        ProblemDetails: {
            /** @description What went wrong, for machines. */
            code: components["schemas"]["ProblemCode"];
            /** @description What to do, in English; the dashboard translates by `code`. */
            detail: string;
            /** @description The parameter at fault. */
            parameter: string | null;
            /**
             * Format: int64
             * @description Seconds until it makes sense to try again.
             */
            retryAfterSeconds: number | null;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A short title in English. */
            title: string;
            /**
             * @description `urn:dpo:problem:<code>`.
             * @example urn:dpo:problem:invalid_parameter
             */
            type: string;
        };
        /** @description What platforms claim and analytics measured beside what the shop recorded; shown side by side, never added. */
        Reconciliation: {
            claimedAbsence: components["schemas"]["Absence"] | null;
            /** @description Claimed over recorded as a fraction, 6 decimals: 1.4 says that platforms claim 40 % more than the books show. */
            claimedOverRecorded: string | null;
            /** @description The currency of the row; null for orders. */
            currency: string | null;
            measuredAbsence: components["schemas"]["Absence"] | null;
            /** @description Measured over recorded as a fraction, 6 decimals. */
            measuredOverRecorded: string | null;
            /** @description Claimed first, then measured, then recorded. */
            statements: components["schemas"]["Statement"][];
            /** @description Revenue or orders. */
            topic: components["schemas"]["ReconciliationTopic"];
        };
        /**
         * @description What is reconciled.
         * @enum {string}
         */
        ReconciliationTopic: "revenue" | "orders";
        /**
         * @description A member's role in an organization.
         * @enum {string}
         */
        Role: "ceo" | "director" | "staff";
        /** @description One sync run. */
        Run: {
            /** @description `ok`, `empty_ok` or the worst error class; null while it runs. */
            class: string | null;
            /** @description The parts that failed. */
            errors: components["schemas"]["RunError"][];
            /**
             * Format: date-time
             * @description When it ended; null while it runs.
             */
            finishedAt: string | null;
            /** @description The run's id. */
            id: string;
            /** @description What to do, in English; null when there is nothing to do. */
            message: string | null;
            /** @description The Kubernetes Job's name. */
            name: string;
            /**
             * Format: int64
             * @description Pages fetched.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows that the platform delivered.
             */
            rowsFetched: number;
            /**
             * Format: int64
             * @description Rows that were new or different and were written.
             */
            rowsLanded: number;
            /**
             * Format: date-time
             * @description When it started.
             */
            startedAt: string;
            /**
             * Format: int64
             * @description Seconds until it makes sense to try again.
             */
            waitSeconds: number | null;
        };
        /** @description Where a run's errors came from. */
        RunError: {
            /** @description The account; null when all accounts failed. */
            account: string | null;
            /** @description The error class, such as `auth_revoked` or `rate_limited`. */
            class: string;
            /** @description The stream; null when the whole run failed. */
            stream: string | null;
            /**
             * Format: int64
             * @description Seconds until it makes sense to try again.
             */
            waitSeconds: number | null;
        };
        /** @description Who is signed in, where, and what they may do. */
        Session: {
            /** @description What the role allows, for hiding what would be refused. */
            actions: components["schemas"]["Action"][];
            /** @description The brands that a Staff member sees; null for everything. */
            brands: string[] | null;
            /**
             * Format: date-time
             * @description The session ends then at the latest.
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description The session ends then unless it is used.
             */
            idleExpiresAt: string;
            organization: components["schemas"]["Organization"] | null;
            /** @description Every organization of the user, by name. */
            organizations: components["schemas"]["Membership"][];
            role: components["schemas"]["Role"] | null;
            /** @description The user. */
            user: components["schemas"]["User"];
        };
        /**
         * @description Whether a term is added or taken away.
         * @enum {string}
         */
        Sign: "plus" | "minus";
        /** @description An account of a data source. */
        SourceAccount: {
            /** @description ISO 4217; null until it was read. */
            currency: string | null;
            /** @description The account's id on the platform. */
            id: string;
            /** @description Its name on the platform; null until it was read. */
            name: string | null;
            /** @description IANA zone; null until it was read. */
            timeZone: string | null;
        };
        /** @description The freshness of one data source. */
        SourceFreshness: {
            /** @description The channel that it feeds. */
            channel: components["schemas"]["ChannelId"];
            /** @description The `DataSource`'s uid. */
            dataSource: string;
            /**
             * Format: date-time
             * @description When its oldest account was last fetched; null while one was never fetched.
             */
            fetchedAt: string | null;
            /** @description The `DataSource`'s name. */
            name: string;
            /**
             * Format: date-time
             * @description When the schedule fires next; null when suspended or removed.
             */
            nextSyncAt: string | null;
            /** @description The connector. */
            source: components["schemas"]["SourceId"];
            /** @description How it is going. */
            state: components["schemas"]["FreshnessState"];
        };
        /**
         * @description The connector that a figure came from.
         * @enum {string}
         */
        SourceId: "google_ads" | "google_analytics" | "shopify";
        /** @description One source's word on a topic of the reconciliation. */
        Statement: {
            /** @description Who says it. */
            channel: components["schemas"]["ChannelId"];
            /** @description What it says. */
            figure: components["schemas"]["Figure"];
            /** @description The freshness of what feeds it. */
            freshness: components["schemas"]["Freshness"];
            /** @description Claimed, measured or recorded. */
            nature: components["schemas"]["Nature"];
        };
        /** @description Whose midnight cuts the days. */
        TimeZones: {
            /** @description The accounts of this answer. */
            accounts: components["schemas"]["AccountTimeZone"][];
            /** @description True when the accounts' days are cut in more than one zone. */
            mixed: boolean;
            /** @description The organization's zone, which sets "today". */
            organization: string;
        };
        /**
         * @description How to write a metric.
         * @enum {string}
         */
        Unit: "count" | "money" | "ratio" | "percent";
        /** @description The signed-in user. */
        User: {
            /** @description The name to show; null when none was given. */
            displayName: string | null;
            /** @description The e-mail address, in lower case. */
            email: string;
            /** @description The user's id. */
            id: string;
            /** @description BCP 47 language tag; null to follow the organization's. */
            locale: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getChannel: {
        parameters: {
            query: {
                /**
                 * @description First day, inclusive, `YYYY-MM-DD`.
                 * @example 2026-10-01
                 */
                from: string;
                /**
                 * @description Last day, inclusive, `YYYY-MM-DD`; at most 800 days, `from` and `to` counted.
                 * @example 2026-10-28
                 */
                to: string;
                /** @description What to compare with; `none` when left out. */
                compare?: components["schemas"]["Compare"];
                /** @description First day of a custom comparison. */
                compareFrom?: string;
                /** @description Last day of a custom comparison. */
                compareTo?: string;
            };
            header?: {
                /** @description The id of the organization that the page shows. Where the session works in another one, as after a switch in another window, the answer is 409 `organization_changed`. */
                "X-Dpo-Organization"?: string;
                /** @description `true` for a request that nobody made by hand, such as a refresh by the page: the session does not count as used. */
                "X-Dpo-Background"?: boolean;
            };
            path: {
                /** @description The channel */
                channel: components["schemas"]["ChannelId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelDetail"];
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such channel */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The session works in another organization than `X-Dpo-Organization` names */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getFigures: {
        parameters: {
            query: {
                /** @description The connector. */
                source: components["schemas"]["SourceId"];
                /**
                 * @description The account's id on the platform.
                 * @example 1234567890
                 */
                account: string;
                /**
                 * @description The level: `account`, `campaign`, …
                 * @example campaign
                 */
                level: string;
                /** @description Days or hours. */
                grain: components["schemas"]["Grain"];
                /** @description First local day, inclusive. */
                from: string;
                /** @description Last local day, inclusive; at most 400 days, 31 for hours, `from` and `to` counted. */
                to: string;
                /** @description At most so many rows (1 to 5000; 1000 when left out). */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description The id of the organization that the page shows. Where the session works in another one, as after a switch in another window, the answer is 409 `organization_changed`. */
                "X-Dpo-Organization"?: string;
                /** @description `true` for a request that nobody made by hand, such as a refresh by the page: the session does not count as used. */
                "X-Dpo-Background"?: boolean;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cells */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Figures"];
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No data source of yours has this account */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The session works in another organization than `X-Dpo-Organization` names */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getDictionary: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the organization that the page shows. Where the session works in another one, as after a switch in another window, the answer is 409 `organization_changed`. */
                "X-Dpo-Organization"?: string;
                /** @description `true` for a request that nobody made by hand, such as a refresh by the page: the session does not count as used. */
                "X-Dpo-Background"?: boolean;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dictionary */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dictionary"];
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The session works in another organization than `X-Dpo-Organization` names */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getDescription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getOverview: {
        parameters: {
            query: {
                /**
                 * @description First day, inclusive, `YYYY-MM-DD`.
                 * @example 2026-10-01
                 */
                from: string;
                /**
                 * @description Last day, inclusive, `YYYY-MM-DD`; at most 800 days, `from` and `to` counted.
                 * @example 2026-10-28
                 */
                to: string;
                /** @description What to compare with; `none` when left out. */
                compare?: components["schemas"]["Compare"];
                /** @description First day of a custom comparison. */
                compareFrom?: string;
                /** @description Last day of a custom comparison. */
                compareTo?: string;
            };
            header?: {
                /** @description The id of the organization that the page shows. Where the session works in another one, as after a switch in another window, the answer is 409 `organization_changed`. */
                "X-Dpo-Organization"?: string;
                /** @description `true` for a request that nobody made by hand, such as a refresh by the page: the session does not count as used. */
                "X-Dpo-Background"?: boolean;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The overview */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The session works in another organization than `X-Dpo-Organization` names */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description `true` for a request that nobody made by hand, such as a refresh by the page: the session does not count as used. */
                "X-Dpo-Background"?: boolean;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    /** @description The session */
                    "set-cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Wrong e-mail address or password */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many failed logins */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    chooseOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrganizationChoice"];
            };
        };
        responses: {
            /** @description The session in that organization */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No organization of yours has this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getSources: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the organization that the page shows. Where the session works in another one, as after a switch in another window, the answer is 409 `organization_changed`. */
                "X-Dpo-Organization"?: string;
                /** @description `true` for a request that nobody made by hand, such as a refresh by the page: the session does not count as used. */
                "X-Dpo-Background"?: boolean;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data sources */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataSources"];
                };
            };
            /** @description A parameter or the body is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Not allowed, no organization, or a request from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The session works in another organization than `X-Dpo-Organization` names */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Our fault */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database is away or the organization is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
}
