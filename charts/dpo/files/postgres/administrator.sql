-- What only an administrator of Postgres (15 or newer) can do for the Digital Performance Optimizer. Run it on the product's own database, again after each
-- upgrade and after each restore; it changes only what is missing:
--
--   psql "postgres://administrator@host:5432/dpo" --set=operator_password=… --set=api_password=… --file=administrator.sql
--
-- The database should belong to this product alone: rights of PUBLIC are taken away here.
\set ON_ERROR_STOP on
SET password_encryption = 'scram-sha-256';

-- The operator makes tenants: schemas and roles, but no superuser. It owns the control schema and every tenant's schema.
SELECT 'CREATE ROLE dpo_operator' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dpo_operator') \gexec
ALTER ROLE dpo_operator LOGIN CREATEROLE INHERIT NOSUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'operator_password';

-- The API reads as one tenant at a time. NOINHERIT: a transaction that forgets to take a tenant's role sees nothing.
SELECT 'CREATE ROLE dpo_api' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dpo_api') \gexec
ALTER ROLE dpo_api LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'api_password';

-- After a restore, and after an upgrade from Postgres 15, the tenants' roles are the administrator's: hand them to the operator. From 16 on nobody
-- else may change or grant them.
SELECT format('GRANT %I TO dpo_operator WITH ADMIN OPTION', rolname)
FROM pg_roles WHERE (rolname ~ '^t_[0-9a-f]{20}_(job|ro)$' OR rolname IN ('dpo_jobs', 'dpo_readers'))
  AND NOT pg_has_role('dpo_operator', oid,
    CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'MEMBER WITH ADMIN OPTION' END) \gexec

-- From 16 on a membership can be taken away only by whoever gave it, and the operator takes a retired tenant's reader from the API.
SELECT format('GRANT %I TO dpo_api GRANTED BY dpo_operator', role.rolname),
       format('REVOKE %I FROM dpo_api GRANTED BY %I', role.rolname, grantor.rolname)
FROM pg_auth_members m JOIN pg_roles role ON role.oid = m.roleid JOIN pg_roles grantor ON grantor.oid = m.grantor
WHERE current_setting('server_version_num')::int >= 160000 AND m.member = 'dpo_api'::regrole
  AND role.rolname ~ '^t_[0-9a-f]{20}_ro$' AND grantor.rolname <> 'dpo_operator' \gexec

-- Nobody connects, makes temporary tables (they can shadow others) or creates objects unless it was granted.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO dpo_operator WITH GRANT OPTION', current_database()) \gexec
SELECT format('GRANT CREATE ON DATABASE %I TO dpo_operator', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO dpo_api', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- No code in the database for tenants: no DO blocks, no functions of their own.
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
REVOKE USAGE ON LANGUAGE sql FROM PUBLIC;

-- Functions through which one injected expression could change its role or a setting, run further SQL, or keep data outside all grants.
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace
  AND (proname IN ('set_config', 'ts_stat', 'lowrite', 'loread', 'pg_ls_dir', 'pg_stat_file')
       OR (proname = 'ts_rewrite' AND pronargs = 2)
       OR proname ~ '^(query|table|cursor|schema|database)_to_xml'
       OR proname ~ '^(lo_|be_lo_)') \gexec
