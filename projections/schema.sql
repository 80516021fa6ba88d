-- The tables that people read, of one generation: {g} is `_1`, `_2`, … Disposable, and made anew
-- beside the old ones whenever they change: see generations.sql.

-- What holds: one row per assertion and range of positions over which we knew it so. The bounds
-- are numbers of their own beside the range, since no index on a range serves under row-level
-- security (decision 0005); `cell` is what a question finds a row by (projections/cells.py).
CREATE TABLE profile{g} (
    tenant      text COLLATE "C" NOT NULL,
    stream      uuid NOT NULL, -- on whose record it stands: `line`, `item` mean nothing beyond
    learner     uuid NOT NULL, -- whom it is about
    line        uuid NOT NULL,
    item        uuid NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    status      text COLLATE "C" NOT NULL,
    area        text COLLATE "C",
    data_class  text COLLATE "C" NOT NULL,
    said_from   date,
    said_until  date,
    effective   datemultirange NOT NULL,
    own         bigint[] NOT NULL,
    content     bigint[] NOT NULL,
    known_from  bigint NOT NULL,
    known_until bigint NOT NULL DEFAULT 9223372036854775807,
    cell        bigint NOT NULL,
    -- Where it was later taken away altogether: by which event, and how.
    removed_at  bigint,
    removed_how text COLLATE "C",
    known       int8range NOT NULL
        GENERATED ALWAYS AS (int8range(known_from, nullif(known_until, 9223372036854775807))) STORED,
    CONSTRAINT profile{g}_known PRIMARY KEY (tenant, stream, item, known WITHOUT OVERLAPS)
);

-- What happened: the same rows, each happening at its own date.
CREATE TABLE timeline{g} (
    LIKE profile{g} INCLUDING ALL EXCLUDING INDEXES,
    CONSTRAINT timeline{g}_known PRIMARY KEY (tenant, stream, item, known WITHOUT OVERLAPS)
);

-- What a learner belongs to: `area` is the code of a school, grade or class (`kind`), or the id
-- of a record that is the same person's.
CREATE TABLE membership{g} (
    LIKE profile{g} INCLUDING ALL EXCLUDING INDEXES,
    CONSTRAINT membership{g}_known PRIMARY KEY (tenant, stream, item, known WITHOUT OVERLAPS)
);

-- The open rows of a line, which the next event of that line may close.
CREATE UNIQUE INDEX profile{g}_open ON profile{g} (tenant, line, item, stream)
    WHERE known_until = 9223372036854775807;
CREATE UNIQUE INDEX timeline{g}_open ON timeline{g} (tenant, line, item, stream)
    WHERE known_until = 9223372036854775807;
CREATE UNIQUE INDEX membership{g}_open ON membership{g} (tenant, line, item, stream)
    WHERE known_until = 9223372036854775807;

-- What holds of a learner on a day, as known at a position.
CREATE INDEX profile{g}_cell ON profile{g} (tenant, learner, cell);
-- Who belongs to a school, grade or class.
CREATE INDEX membership{g}_cell ON membership{g} (tenant, kind, area, cell);
-- A learner's happenings in the order in which they were true.
CREATE INDEX timeline{g}_learner
    ON timeline{g} (tenant, learner, (coalesce(said_from, '-infinity'::date)), item)
    INCLUDE (known_from, known_until);

-- What was done: every event, who recorded it, and a line for each learner whom it is about;
-- `own` on the line of the one on whose record it stands.
CREATE TABLE audit{g} (
    tenant      text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    learner     uuid NOT NULL,
    own         boolean NOT NULL,
    topic       text COLLATE "C" NOT NULL,
    entered_by  uuid NOT NULL,
    author      uuid,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, position, learner)
);
CREATE INDEX audit{g}_learner ON audit{g} (tenant, learner, position);
CREATE INDEX audit{g}_person ON audit{g} (tenant, entered_by, position);

-- The caseload: where each learner is, what is due, and a keyed blind index of the name.
CREATE TABLE caseload{g} (
    tenant     text COLLATE "C" NOT NULL,
    learner    uuid NOT NULL,
    enrolments jsonb NOT NULL,
    reviews    jsonb NOT NULL,
    details    bigint[] NOT NULL,
    names      bytea[] NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (tenant, learner)
);

-- How far each projection has read, and what it could not take, for a person to look at.
CREATE TABLE checkpoint{g} (
    tenant     text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (tenant, projection)
);
CREATE TABLE parked{g} (
    tenant     text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    position   bigint NOT NULL,
    error      text NOT NULL,
    parked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, projection, position)
);
