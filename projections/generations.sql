-- Generations of the tables that people read: a new one is built beside the one that serves, and
-- takes over at once. Runs after every migration, as throughline_owner, any number of times.

-- `version` is of the tables and the fold.
CREATE TABLE IF NOT EXISTS generation (
    number  integer PRIMARY KEY,
    version text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Which generation serves a tenant, which one did before, and which one is being built. A tenant
-- without a line is served by the newest.
CREATE TABLE IF NOT EXISTS serving (
    tenant      text COLLATE "C" PRIMARY KEY,
    generation  integer NOT NULL,
    previous    integer,
    building    integer,
    switched_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE serving ENABLE ROW LEVEL SECURITY;
ALTER TABLE serving FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS named_tenant ON serving;
CREATE POLICY named_tenant ON serving
    USING (tenant = current_setting('throughline.tenant', true));
-- The owner keeps a generation that anybody uses, and gives a line to who has none.
DROP POLICY IF EXISTS owner_sees ON serving;
CREATE POLICY owner_sees ON serving TO throughline_owner USING (true);

CREATE OR REPLACE VIEW served WITH (security_invoker) AS
SELECT h.tenant, g.number AS generation, g.version, s.previous, s.building, s.switched_at
FROM head AS h
LEFT JOIN serving AS s ON s.tenant = h.tenant
JOIN generation AS g
    ON g.number = coalesce(s.generation, (SELECT max(number) FROM generation));

-- Plain names for the tables that serve, for jobs, doctor and a person at psql. `standing` has a
-- line for every projection, also before it has read anything.
CREATE OR REPLACE FUNCTION show_generations() RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    v_table text;
    v_union text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY[{tables}, 'standing'] LOOP
        SELECT string_agg(
            CASE v_table WHEN 'standing' THEN format(
                'SELECT s.tenant, p.projection, coalesce(c.position, 0) AS position, s.generation '
                'FROM served AS s CROSS JOIN unnest(%L::text[]) AS p (projection) '
                'LEFT JOIN checkpoint_%s AS c ON c.tenant = s.tenant '
                'AND c.projection = p.projection WHERE s.generation = %s',
                ARRAY[{projections}], number, number)
            ELSE format(
                'SELECT t.* FROM %I AS t JOIN served AS s ON s.tenant = t.tenant '
                'AND s.generation = %s', v_table || '_' || number, number)
            END, ' UNION ALL ')
        INTO v_union FROM generation WHERE version = '{version}';
        EXECUTE format('DROP VIEW IF EXISTS %I', v_table);
        EXECUTE format('CREATE VIEW %I WITH (security_invoker) AS %s', v_table, v_union);
        EXECUTE format('GRANT SELECT ON %I TO throughline_app', v_table);
    END LOOP;
END $$;

-- Makes the tables of a new generation, empty; gives its number. Nobody is served by it yet.
CREATE OR REPLACE FUNCTION make_generation() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_number integer;
    v_table  text;
BEGIN
    LOCK TABLE generation IN EXCLUSIVE MODE;
    SELECT coalesce(max(number), 0) + 1 INTO v_number FROM generation;
    INSERT INTO serving (tenant, generation)
    SELECT tenant, v_number - 1 FROM tenants() WHERE v_number > 1
    ON CONFLICT DO NOTHING;
    EXECUTE replace($ddl${ddl}$ddl$, '{' || 'g}', '_' || v_number);
    FOREACH v_table IN ARRAY ARRAY[{tables}] LOOP
        v_table := v_table || '_' || v_number;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY named_tenant ON %I '
                       'USING (tenant = current_setting(''throughline.tenant'', true))', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO throughline_app', v_table);
    END LOOP;
    INSERT INTO generation (number, version) VALUES (v_number, '{version}');
    PERFORM show_generations();
    RETURN v_number;
END $$;

-- Drops the tables of the generations that serve nobody, are not kept to go back to, and are not
-- being built; the newest stays.
CREATE OR REPLACE FUNCTION drop_generations() RETURNS SETOF integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_number integer;
    v_table  text;
BEGIN
    LOCK TABLE generation IN EXCLUSIVE MODE;
    FOR v_number IN
        DELETE FROM generation AS g
        WHERE number < (SELECT max(number) FROM generation) AND NOT EXISTS (
            SELECT FROM serving AS s WHERE g.number IN (s.generation, s.previous, s.building))
        RETURNING number
    LOOP
        RETURN NEXT v_number;
    END LOOP;
    PERFORM show_generations();
    FOR v_number IN SELECT DISTINCT substring(relname FROM '[0-9]+$')::integer
        FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
          AND relname ~ '^profile_[0-9]+$'
          AND substring(relname FROM '[0-9]+$')::integer NOT IN (SELECT number FROM generation)
    LOOP
        FOREACH v_table IN ARRAY ARRAY[{tables}] LOOP
            EXECUTE format('DROP TABLE IF EXISTS %I', v_table || '_' || v_number);
        END LOOP;
    END LOOP;
END $$;

GRANT SELECT ON generation, served TO throughline_app;
GRANT SELECT, INSERT, UPDATE ON serving TO throughline_app;
GRANT EXECUTE ON FUNCTION make_generation(), drop_generations() TO throughline_app;

-- The first generation of this version.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM generation WHERE version = '{version}') THEN
        PERFORM make_generation();
    ELSE
        PERFORM show_generations();
    END IF;
END $$;
