"""Who recorded something in this district, by the audit log: each person once."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from projections.projector import AT, read
from projections.reading import Reader
from projections.standing import Standing

# From one person to the next by the index: as many steps as there are people, whatever they did.
RECORDERS = """
WITH RECURSIVE one (person) AS (
    (SELECT entered_by FROM audit_{g} WHERE tenant = %(tenant)s ORDER BY entered_by LIMIT 1)
    UNION ALL
    SELECT (SELECT a.entered_by FROM audit_{g} AS a
            WHERE a.tenant = %(tenant)s AND a.entered_by > one.person
            ORDER BY a.entered_by LIMIT 1)
    FROM one WHERE one.person IS NOT NULL
)
SELECT one.person, (
    SELECT a.position FROM audit_{g} AS a
    WHERE a.tenant = %(tenant)s AND a.entered_by = one.person AND a.position <= %(known)s
    ORDER BY a.position DESC LIMIT 1
) AS latest
FROM one WHERE one.person IS NOT NULL LIMIT %(limit)s
"""
MOST = 1000


def recorders(reader: Reader, at: Standing) -> Mapping[UUID, str]:
    """The people who recorded something by then, with the name on the latest of it, by name.

    The name is empty where that entry was erased. At most `MOST` people.
    """
    asked = {"tenant": reader.tenant, "known": at.position, "limit": MOST}
    query = RECORDERS.replace("{g}", str(at.generation)).encode()
    with reader.datastore.get_connection() as conn:
        rows = conn.execute(query, asked).fetchall()
        latest = {row["latest"]: row["person"] for row in rows if row["latest"] is not None}
        stored = read(conn, AT, (reader.tenant, sorted(latest)))
        opened = reader.mapper.open(stored)
    named = sorted((e.entered_by_name.casefold(), str(latest[e.position]), e) for e in opened)
    return MappingProxyType({latest[e.position]: e.entered_by_name for _, _, e in named})
