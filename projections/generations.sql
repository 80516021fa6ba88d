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
-- line for every projection, also before it has read anything; and for the tenants whom an older
-- version still serves, as far as its own tables say.
-- The views are locked in the order in which queries name them, so that nobody waits in a circle.
CREATE OR REPLACE FUNCTION show_generations() RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    v_table text;
    v_union text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['standing', 'checkpoint', 'parked'] || array_remove(
        array_remove(ARRAY[{tables}], 'checkpoint'), 'parked')
    LOOP
        SELECT string_agg(
            CASE WHEN v_table <> 'standing' THEN format(
                'SELECT t.* FROM %I AS t JOIN served AS s ON s.tenant = t.tenant '
                'AND s.generation = %s', v_table || '_' || number, number)
            WHEN version = '{version}' THEN format(
                'SELECT s.tenant, p.projection, coalesce(c.position, 0) AS position, s.generation, '
                's.version '
                'FROM served AS s CROSS JOIN unnest(%L::text[]) AS p (projection) '
                'LEFT JOIN checkpoint_%s AS c ON c.tenant = s.tenant '
                'AND c.projection = p.projection WHERE s.generation = %s',
                ARRAY[{projections}], number, number)
            ELSE format(
                'SELECT s.tenant, c.projection, c.position, s.generation, s.version FROM served AS s '
                'JOIN checkpoint_%s AS c ON c.tenant = s.tenant WHERE s.generation = %s',
                number, number)
            END, ' UNION ALL ' ORDER BY number)
        INTO v_union FROM generation WHERE version = '{version}' OR v_table = 'standing';
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

-- The generation that a tenant builds: the one begun already, one that the tenant has not used yet,
-- or a new one. `p_version` is that of the program which is to fill it.
CREATE OR REPLACE FUNCTION build_generation(p_tenant text, p_version text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now    record;
    v_number integer;
BEGIN
    IF p_tenant IS DISTINCT FROM current_setting('throughline.tenant', true) THEN
        PERFORM foreign_tenant(p_tenant);
    END IF;
    IF p_version <> '{version}' THEN
        RAISE EXCEPTION 'the database makes the tables of another version' USING ERRCODE = 'TL007';
    END IF;
    -- Nothing is dropped between here and the moment in which it is marked as being built.
    LOCK TABLE generation IN EXCLUSIVE MODE;
    SELECT * INTO STRICT v_now FROM served WHERE tenant = p_tenant;
    SELECT max(number) INTO v_number FROM generation WHERE version = p_version;
    IF EXISTS (SELECT FROM generation WHERE number = v_now.building AND version = p_version) THEN
        RETURN v_now.building;
    ELSIF coalesce(v_number, 0) <= greatest(v_now.generation, v_now.previous) THEN
        v_number := make_generation();
    END IF;
    INSERT INTO serving (tenant, generation, building)
    VALUES (p_tenant, v_now.generation, v_number)
    ON CONFLICT (tenant) DO UPDATE SET building = excluded.building;
    RETURN v_number;
END $$;

-- Gives up the generations that serve nobody, are not kept to go back to, and are not being built;
-- the newest stays. Their tables are left for drop_table_unused.
CREATE OR REPLACE FUNCTION drop_generations() RETURNS SETOF integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE generation IN EXCLUSIVE MODE;
    RETURN QUERY DELETE FROM generation AS g
        WHERE number < (SELECT max(number) FROM generation) AND NOT EXISTS (
            SELECT FROM serving AS s WHERE g.number IN (s.generation, s.previous, s.building))
        RETURNING number;
    IF FOUND THEN
        PERFORM show_generations();
    END IF;
END $$;

-- Drops one table of a generation that was given up, and gives its name; NULL: there is none.
-- One in a transaction: whoever still reads two of them would else be waited for in a circle.
CREATE OR REPLACE FUNCTION drop_table_unused() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_table text;
BEGIN
    LOCK TABLE generation IN EXCLUSIVE MODE;
    SELECT relname INTO v_table FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
      AND relname ~ ('^(' || array_to_string(ARRAY[{tables}], '|') || ')_[0-9]+$')
      AND substring(relname FROM '[0-9]+$')::integer NOT IN (SELECT number FROM generation)
    ORDER BY relname LIMIT 1;
    IF FOUND THEN
        EXECUTE format('DROP TABLE %I', v_table);
    END IF;
    RETURN v_table;
END $$;

GRANT SELECT ON generation, served TO throughline_app;
GRANT SELECT, INSERT, UPDATE ON serving TO throughline_app;
GRANT EXECUTE ON FUNCTION build_generation(text, text), drop_generations(), drop_table_unused()
    TO throughline_app;

-- The first generation of this version.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM generation WHERE version = '{version}') THEN
        PERFORM make_generation();
    ELSE
        PERFORM show_generations();
    END IF;
END $$;
