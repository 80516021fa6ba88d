"""The tables of the projections as one SQL text that may run any number of times.

The tables carry a digest of their own definition. Where it differs from this version's they are
dropped and made anew, empty, with every checkpoint back at zero: the projector folds them again.
"""

from hashlib import sha256
from pathlib import Path

TABLES = Path(__file__).with_name("schema.sql")

# Tables of another version are worth nothing: they can be folded again from the events.
RENEW = """
DO $$
BEGIN
    IF to_regclass('profile') IS NOT NULL
       AND obj_description(to_regclass('profile')) IS DISTINCT FROM '{digest}' THEN
        DROP TABLE IF EXISTS profile, timeline, audit, caseload;
        TRUNCATE checkpoint, parked;
    END IF;
END $$;
"""
MARK = "COMMENT ON TABLE profile IS '{digest}';\n"


def schema_sql() -> str:
    """SQL for `store.migrate.migrate(extra=…)`."""
    tables = TABLES.read_text(encoding="utf-8")
    digest = sha256(tables.encode()).hexdigest()
    return RENEW.format(digest=digest) + tables + MARK.format(digest=digest)
