-- One role and one schema per service; only `huiyin_migrate` may change a table's shape. Run once in the database, as its
-- owner; safe to repeat. Passwords are set apart:  ALTER ROLE intake PASSWORD '…'.

CREATE OR REPLACE FUNCTION pg_temp.role(wanted name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I LOGIN', wanted);
    END IF;
END $$;

-- Owns every table. huiyin_all is for all services in one process; huiyin_audit reads and never writes.
SELECT pg_temp.role('huiyin_migrate'), pg_temp.role('huiyin_all'), pg_temp.role('huiyin_audit');
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO huiyin_migrate', current_database());
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE OR REPLACE FUNCTION pg_temp.service(service name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.role(service);
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', service);
    EXECUTE format('ALTER SCHEMA %I OWNER TO huiyin_migrate', service);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, huiyin_audit', service, service);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE huiyin_migrate IN SCHEMA %I
                        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', service, service);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE huiyin_migrate IN SCHEMA %I
                        GRANT USAGE, SELECT ON SEQUENCES TO %I', service, service);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE huiyin_migrate IN SCHEMA %I
                        GRANT SELECT ON TABLES TO huiyin_audit', service);
    EXECUTE format('GRANT %I TO huiyin_all', service);
END $$;

SELECT pg_temp.service('intake'), pg_temp.service('routing'), pg_temp.service('deadline_scheduler'),
       pg_temp.service('notification'), pg_temp.service('evaluation'), pg_temp.service('gateway');
