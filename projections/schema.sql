-- The tables that people read. Disposable: `throughline rebuild` empties and refills them.

-- What holds: one row per assertion and range of positions over which we knew it so.
CREATE TABLE IF NOT EXISTS profile (
    tenant     text COLLATE "C" NOT NULL,
    stream     uuid NOT NULL, -- on whose record it stands: `line` and `item` mean nothing beyond
    learner    uuid NOT NULL, -- whom it is about
    line       uuid NOT NULL,
    item       uuid NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    status     text COLLATE "C" NOT NULL,
    area       text COLLATE "C",
    data_class text COLLATE "C" NOT NULL,
    said_from  date,
    said_until date,
    effective  datemultirange NOT NULL,
    own        bigint[] NOT NULL,
    content    bigint[] NOT NULL,
    known      int8range NOT NULL,
    CONSTRAINT profile_known PRIMARY KEY (tenant, stream, item, known WITHOUT OVERLAPS)
);

-- What happened: the same rows, each happening at its own date.
CREATE TABLE IF NOT EXISTS timeline (
    LIKE profile INCLUDING ALL EXCLUDING INDEXES,
    CONSTRAINT timeline_known PRIMARY KEY (tenant, stream, item, known WITHOUT OVERLAPS)
);

-- The open rows of a line, which the next event of that line may close.
CREATE UNIQUE INDEX IF NOT EXISTS profile_open ON profile (tenant, line, item, stream)
    WHERE upper_inf(known);
CREATE UNIQUE INDEX IF NOT EXISTS timeline_open ON timeline (tenant, line, item, stream)
    WHERE upper_inf(known);

-- What we know of a learner now. (An index on the range itself could not serve under row-level
-- security: its operators are not leakproof, so they only filter after the policy.)
CREATE INDEX IF NOT EXISTS profile_now ON profile (tenant, learner) WHERE upper_inf(known);
-- A learner's happenings in the order in which they were true.
CREATE INDEX IF NOT EXISTS timeline_learner
    ON timeline (tenant, learner, (coalesce(said_from, '-infinity'::date)), item)
    WHERE upper_inf(known);

-- What was done: every event, who recorded it and for whom.
CREATE TABLE IF NOT EXISTS audit (
    tenant      text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    learner     uuid NOT NULL,
    topic       text COLLATE "C" NOT NULL,
    entered_by  uuid NOT NULL,
    author      uuid,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, position)
);
CREATE INDEX IF NOT EXISTS audit_learner ON audit (tenant, learner, position);
CREATE INDEX IF NOT EXISTS audit_person ON audit (tenant, entered_by, position);

-- The caseload: where each learner is, what is due, and a keyed blind index of the name.
CREATE TABLE IF NOT EXISTS caseload (
    tenant     text COLLATE "C" NOT NULL,
    learner    uuid NOT NULL,
    enrolments jsonb NOT NULL,
    reviews    jsonb NOT NULL,
    details    bigint[] NOT NULL,
    names      bytea[] NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (tenant, learner)
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['profile', 'timeline', 'audit', 'caseload'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('DROP POLICY IF EXISTS named_tenant ON %I', v_table);
        EXECUTE format('CREATE POLICY named_tenant ON %I '
                       'USING (tenant = current_setting(''throughline.tenant'', true))', v_table);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON profile, timeline, audit, caseload TO throughline_app;
