-- The event store of one application, in the schema that search_path names first.
-- Runs once, as throughline_owner. Functions keep the search_path of that moment.

-- The latest position and time of each tenant; updating its row is the append lock.
CREATE TABLE head (
    tenant      text COLLATE "C" PRIMARY KEY,
    position    bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT '-infinity',
    zone        text NOT NULL
) WITH (fillfactor = 50);

-- What happened, once and for ever; state is ciphertext, so PostgreSQL does not try to compress it.
CREATE TABLE event (
    tenant      text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    stream      uuid NOT NULL,
    version     integer NOT NULL,
    topic       text COLLATE "C" NOT NULL,
    state       bytea STORAGE EXTERNAL NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT event_position PRIMARY KEY (tenant, position),
    CONSTRAINT event_version UNIQUE (tenant, stream, version)
) WITH (toast_tuple_target = 8160);

-- Which command made which positions, so that a repeated command gives its first answer again.
CREATE TABLE command (
    tenant         text COLLATE "C" NOT NULL,
    command_id     uuid NOT NULL,
    digest         bytea NOT NULL,
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    CONSTRAINT command_id PRIMARY KEY (tenant, command_id)
);

-- Decision state of a stream at a version (ids and statuses), never content.
CREATE TABLE snapshot (
    tenant  text COLLATE "C" NOT NULL,
    stream  uuid NOT NULL,
    version integer NOT NULL,
    topic   text COLLATE "C" NOT NULL,
    state   bytea NOT NULL,
    CONSTRAINT snapshot_version PRIMARY KEY (tenant, stream, version)
);

-- How far each projection has read.
CREATE TABLE checkpoint (
    tenant     text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (tenant, projection)
);

-- Events a projection could not take, with the error, for a person to look at.
CREATE TABLE parked (
    tenant     text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    position   bigint NOT NULL,
    error      text NOT NULL,
    parked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, projection, position)
);

-- Sealed pieces of attached files.
CREATE TABLE attachment (
    tenant     text COLLATE "C" NOT NULL,
    attachment uuid NOT NULL,
    chunk      integer NOT NULL,
    sealed     bytea STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (tenant, attachment, chunk)
);

-- Runs of the clock's jobs; they belong to the whole installation, not to one tenant.
CREATE TABLE job_run (
    job         text COLLATE "C" NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    outcome     text,
    detail      text,
    PRIMARY KEY (job, started_at)
);

-- Nobody changes history: not by row, not by statement, not by truncation.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION '% of "%" is refused: what was recorded stays recorded', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER event_row_stays BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER command_row_stays BEFORE UPDATE OR DELETE ON command
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER command_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON command
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A session sees and writes the rows of the tenant it has named, and of no other.
DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['head', 'event', 'command', 'snapshot', 'checkpoint',
                                   'parked', 'attachment']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY named_tenant ON %I '
                       'USING (tenant = current_setting(''throughline.tenant'', true))', v_table);
    END LOOP;
END $$;

-- The list of tenants is read through tenants(), which runs as the owner.
CREATE POLICY owner_lists ON head FOR SELECT TO throughline_owner USING (true);

-- Refuses a caller that has named no tenant, or another one.
CREATE FUNCTION foreign_tenant(p_tenant text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION 'the session has named the tenant %, not %',
        coalesce(quote_literal(current_setting('throughline.tenant', true)), 'none'),
        coalesce(quote_literal(p_tenant), 'none')
        USING ERRCODE = 'TL003';
END $$;

-- Makes a tenant, or leaves the one that is there; gives the zone in force.
CREATE FUNCTION create_tenant(p_tenant text, p_zone text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF p_tenant IS DISTINCT FROM current_setting('throughline.tenant', true) THEN
        PERFORM foreign_tenant(p_tenant);
    END IF;
    IF p_tenant !~ '^[a-z][a-z0-9-]{0,30}$' THEN
        RAISE EXCEPTION '% is not a tenant''s code: a letter, then up to 30 lower-case letters, '
            'digits or hyphens', quote_literal(p_tenant)
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = p_zone) THEN
        RAISE EXCEPTION '% is not the name of a time zone (such as America/Chicago)',
            coalesce(quote_literal(p_zone), 'nothing')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO head (tenant, zone) VALUES (p_tenant, p_zone) ON CONFLICT DO NOTHING;
    RETURN (SELECT zone FROM head WHERE tenant = p_tenant);
END $$;

-- All tenants, for the processes that work through them in turn.
CREATE FUNCTION tenants() RETURNS TABLE (tenant text, zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT tenant, zone FROM head ORDER BY tenant
$$;

-- Refuses a version that is not the next of its stream: taken (23505) or beyond it (TL004).
CREATE FUNCTION refuse_version(p_stream uuid, p_given integer, p_next integer) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF p_given < p_next THEN
        RAISE EXCEPTION 'version % of stream % is taken: the next is %', p_given, p_stream, p_next
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'event_version';
    END IF;
    RAISE EXCEPTION 'version % of stream % leaves a gap: the next is %', p_given, p_stream, p_next
        USING ERRCODE = 'TL004';
END $$;

-- Gives each event of one append its version: the next of its stream, which a given one must equal.
CREATE FUNCTION next_versions(p_tenant text, p_streams uuid[], p_versions integer[])
RETURNS integer[]
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    v_next   integer[];
    v_stream uuid;
    v_given  integer;
    v_wanted integer;
BEGIN
    WITH item AS (
        SELECT stream, given, place,
               row_number() OVER (PARTITION BY stream ORDER BY place) AS nth,
               first_value(given) OVER (PARTITION BY stream ORDER BY place) AS opening
        FROM unnest(p_streams, p_versions) WITH ORDINALITY AS u (stream, given, place)
    ), latest AS (
        SELECT i.stream, coalesce(e.version, CASE i.opening WHEN 0 THEN -1 ELSE 0 END) AS version
        FROM item AS i
        LEFT JOIN LATERAL (
            SELECT version FROM event
            WHERE tenant = p_tenant AND stream = i.stream
            ORDER BY version DESC LIMIT 1
        ) AS e ON true
        WHERE i.nth = 1
    )
    SELECT array_agg((latest.version + nth)::integer ORDER BY place)
    INTO v_next
    FROM item JOIN latest USING (stream);

    SELECT stream, given, wanted INTO v_stream, v_given, v_wanted
    FROM unnest(p_streams, p_versions, v_next) WITH ORDINALITY AS u (stream, given, wanted, place)
    WHERE given <> wanted
    ORDER BY place LIMIT 1;
    IF FOUND THEN
        PERFORM refuse_version(v_stream, v_given, v_wanted);
    END IF;
    RETURN v_next;
END $$;

-- Gives back the positions just taken and finds the first answer of repeated commands: all of
-- them known with these bodies, or it refuses. p_fresh of them were new to this append.
CREATE FUNCTION first_answer(
    p_tenant text, p_count bigint, p_fresh bigint, p_commands uuid[], p_digests bytea[],
    OUT first_position bigint, OUT last_position bigint, OUT recorded_at timestamptz,
    OUT repeated boolean
)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_known bigint;
    v_other bigint;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE c.digest IS DISTINCT FROM given.digest),
           min(c.first_position), max(c.last_position)
    INTO v_known, v_other, first_position, last_position
    FROM unnest(p_commands, p_digests) AS given (command_id, digest)
    JOIN command AS c ON c.tenant = p_tenant AND c.command_id = given.command_id;
    IF v_known = 0 THEN
        RAISE EXCEPTION 'there is no tenant %; create it first', quote_literal(p_tenant)
            USING ERRCODE = 'TL002';
    ELSIF v_other > 0 THEN
        RAISE EXCEPTION 'a command id was used before with another body'
            USING ERRCODE = 'TL001';
    ELSIF p_fresh > 0 OR v_known < p_count THEN
        RAISE EXCEPTION 'some of these commands are recorded, or given twice, and the others not'
            USING ERRCODE = 'TL005';
    END IF;
    UPDATE head SET position = position - p_count WHERE tenant = p_tenant;
    SELECT e.recorded_at INTO recorded_at
    FROM event AS e WHERE tenant = p_tenant AND position = first_position;
    repeated := true;
END $$;

-- Appends one event or a hundred thousand, in one order per tenant, committing asynchronously.
-- Arrays of one length. A version is a number or NULL: the next of its stream. p_commands and
-- p_digests, where given, hold a command id and digest per event, or NULL. One event with its
-- version, the busiest case, is a single statement, and leaves the version to the unique key.
CREATE FUNCTION append_events(
    p_tenant text, p_streams uuid[], p_versions integer[], p_topics text[], p_states bytea[],
    p_commands uuid[] DEFAULT NULL, p_digests bytea[] DEFAULT NULL,
    OUT first_position bigint, OUT last_position bigint, OUT recorded_at timestamptz,
    OUT repeated boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_count    bigint := cardinality(p_streams);
    v_versions integer[];
    v_commands bigint;
    v_fresh    bigint;
    v_ignore   text := set_config('synchronous_commit', 'off', true);
BEGIN
    IF p_tenant IS DISTINCT FROM current_setting('throughline.tenant', true) THEN
        PERFORM foreign_tenant(p_tenant);
    END IF;
    IF v_count = 1 AND p_versions[1] IS NOT NULL THEN
        WITH taken AS (
            UPDATE head
            SET position = position + 1,
                recorded_at = greatest(recorded_at, clock_timestamp())
            WHERE tenant = p_tenant
            RETURNING position, recorded_at
        ), remembered AS (
            INSERT INTO command (tenant, command_id, digest, first_position, last_position)
            SELECT p_tenant, p_commands[1], p_digests[1], position, position
            FROM taken WHERE p_commands[1] IS NOT NULL
            ON CONFLICT DO NOTHING
            RETURNING command_id
        )
        INSERT INTO event (tenant, position, stream, version, topic, state, recorded_at)
        SELECT p_tenant, position, p_streams[1], p_versions[1], p_topics[1], p_states[1],
               recorded_at
        FROM taken
        WHERE p_commands[1] IS NULL OR EXISTS (SELECT FROM remembered)
        RETURNING position, position, recorded_at, false
        INTO first_position, last_position, recorded_at, repeated;
        IF NOT FOUND THEN
            SELECT * FROM first_answer(p_tenant, v_count, 0, p_commands, p_digests)
            INTO first_position, last_position, recorded_at, repeated;
            RETURN;
        END IF;
    ELSE
        UPDATE head
        SET position = position + v_count,
            recorded_at = greatest(recorded_at, clock_timestamp())
        WHERE tenant = p_tenant
        RETURNING OLD.position + 1, NEW.position, NEW.recorded_at, false
        INTO first_position, last_position, recorded_at, repeated;
        IF NOT FOUND THEN
            SELECT * FROM first_answer(p_tenant, v_count, 0, NULL, NULL)
            INTO first_position, last_position, recorded_at, repeated;
        END IF;
        v_commands := cardinality(array_remove(p_commands, NULL));
        IF v_commands > 0 THEN
            INSERT INTO command (tenant, command_id, digest, first_position, last_position)
            SELECT p_tenant, command_id, digest,
                   first_position + place - 1, first_position + place - 1
            FROM unnest(p_commands, p_digests) WITH ORDINALITY AS u (command_id, digest, place)
            WHERE command_id IS NOT NULL
            ON CONFLICT DO NOTHING;
            GET DIAGNOSTICS v_fresh = ROW_COUNT;
            IF v_fresh < v_commands THEN
                SELECT * FROM first_answer(p_tenant, v_count, v_fresh, p_commands, p_digests)
                INTO first_position, last_position, recorded_at, repeated;
                RETURN;
            END IF;
        END IF;
        v_versions := next_versions(p_tenant, p_streams, p_versions);
        INSERT INTO event (tenant, position, stream, version, topic, state, recorded_at)
        SELECT p_tenant, first_position + place - 1, stream, version, topic, state, recorded_at
        FROM unnest(p_streams, v_versions, p_topics, p_states)
            WITH ORDINALITY AS u (stream, version, topic, state, place);
    END IF;
    v_ignore := pg_notify('throughline_' || current_schema(), p_tenant || ' ' || last_position);
END $$;

-- Appends, then waits for the disk outside the lock: the call returns when nothing can be lost.
-- The transactional message waits for a synchronous standby too, which a bare flush does not.
CREATE PROCEDURE append_durably(
    p_tenant text, p_streams uuid[], p_versions integer[], p_topics text[], p_states bytea[],
    p_commands uuid[], p_digests bytea[],
    INOUT first_position bigint DEFAULT NULL, INOUT last_position bigint DEFAULT NULL,
    INOUT recorded_at timestamptz DEFAULT NULL, INOUT repeated boolean DEFAULT NULL
)
LANGUAGE plpgsql AS $$
DECLARE
    v_answer record;
    v_ignore pg_lsn;
BEGIN
    v_answer := append_events(
        p_tenant, p_streams, p_versions, p_topics, p_states, p_commands, p_digests);
    COMMIT;
    v_ignore := pg_logical_emit_message(true, 'throughline', '');
    first_position := v_answer.first_position;
    last_position := v_answer.last_position;
    recorded_at := v_answer.recorded_at;
    repeated := v_answer.repeated;
END $$;

-- The app role reads, and writes history only through append_events.
GRANT EXECUTE ON ROUTINE append_events, append_durably, create_tenant, tenants TO throughline_app;
GRANT SELECT ON head, event, command, snapshot, attachment TO throughline_app;
GRANT INSERT ON snapshot, attachment TO throughline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON checkpoint, parked, job_run TO throughline_app;
