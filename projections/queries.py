"""The queries of `projections.reading`. `{g}` is the generation of the tables.

A question about one learner and one about a cohort are one text, with another `{asked}`.
"""

HEAD = "SELECT position, zone FROM head WHERE tenant = %s"

# Of whom something is asked: some learners by id, or those who belong to all of some schools,
# grades and classes on a day, as known at a position. Who is enrolled by two records that were
# merged is told once, by the first of them.
NAMED = "SELECT unnest(%(learners)s::uuid[])"
MEMBERS = """
WITH members AS MATERIALIZED (
    SELECT DISTINCT m.learner FROM unnest(%(groups)s::text[], %(codes)s::text[]) AS a (kind, code)
    CROSS JOIN LATERAL (
        SELECT learner, line FROM membership_{g} AS m
        WHERE m.tenant = %(tenant)s AND m.kind = a.kind AND m.area = a.code
          AND m.cell = ANY(%(cells)s)
          AND m.known_from <= %(known)s AND %(known)s < m.known_until
          AND m.effective @> %(on)s::date
        OFFSET 0
    ) AS m
    GROUP BY m.learner, m.line HAVING count(DISTINCT a.kind) = %(kinds_of_groups)s
)
SELECT m.learner FROM (
    SELECT learner FROM members WHERE learner > %(after)s ORDER BY learner OFFSET 0
) AS m
WHERE NOT EXISTS (
    {person}
    SELECT FROM same JOIN members USING (learner) WHERE learner < m.learner
)
LIMIT %(limit)s
"""

# The records of one person, for each learner asked about: those that were merged, as known then.
# What one of them says about another is then no entry of its own.
SAME = """
WITH RECURSIVE same (asked, learner) AS (
    SELECT asked, asked FROM ({asked}) AS a (asked)
    UNION
    SELECT s.asked, m.learner FROM same AS s JOIN membership_{g} AS m
        ON m.tenant = %(tenant)s AND m.kind = 'person' AND m.area = s.learner::text
       AND m.cell = ANY(%(cells)s)
       AND m.known_from <= %(known)s AND %(known)s < m.known_until
)
"""

# What an entry is made of.
SHOWN = """stream, learner, line, item, kind, status, area, data_class, effective, own, content,
           known_from, removed_at, removed_how"""

# What holds on a day, as known at a position, of one learner or of a thousand; a row without an
# item for a record of which nothing does. The lateral query
# keeps the planner on one short search per learner, whatever it believes about the tables.
PROFILE = """{same}
SELECT s.asked, p.* FROM same AS s LEFT JOIN LATERAL (
    SELECT {shown}, said_from FROM profile_{g} AS p
    WHERE p.tenant = %(tenant)s AND p.learner = s.learner AND p.cell = ANY(%(cells)s)
      AND p.known_from <= %(known)s AND %(known)s < p.known_until
      AND p.effective @> %(on)s::date
      AND (%(kinds)s::text[] IS NULL OR p.kind = ANY(%(kinds)s))
      AND (p.stream = p.learner OR NOT EXISTS (
          SELECT FROM same AS o WHERE o.asked = s.asked AND o.learner = p.stream))
    OFFSET 0
) AS p ON true
ORDER BY s.asked, p.kind, p.area, p.said_from DESC NULLS LAST, p.item, p.stream, p.learner
"""

# What happened, as known at a position, in the order in which it was true, and that of one day in
# the order in which it was recorded; after a place in it. The index has the days in order, and the
# entries of one are sorted as they are met.
TIMELINE = """{same}
SELECT t.* FROM same AS s CROSS JOIN LATERAL (
    SELECT {shown}, said_from FROM timeline_{g} AS t
    WHERE t.tenant = %(tenant)s AND t.learner = s.learner
      AND t.known_from <= %(known)s AND %(known)s < t.known_until
      AND (coalesce(t.said_from, '-infinity'::date), t.own[1], t.item)
          > (%(day)s::date, %(number)s::bigint, %(item)s::uuid)
      AND (%(on)s::date IS NULL OR t.said_from IS NULL OR t.said_from <= %(on)s){only}
      AND (t.stream = t.learner OR NOT EXISTS (
          SELECT FROM same AS o WHERE o.asked = s.asked AND o.learner = t.stream))
    ORDER BY coalesce(t.said_from, '-infinity'::date), t.own[1], t.item LIMIT %(limit)s
) AS t
ORDER BY coalesce(t.said_from, '-infinity'::date), t.own[1], t.item LIMIT %(limit)s
"""

# Only what began with an event of some types.
OF_TYPES = """
      AND EXISTS (SELECT FROM event AS e WHERE e.tenant = t.tenant AND e.position = t.own[1]
                  AND e.topic = ANY(%(topics)s::text[]))"""


def about(query: str, asked: str, only: str = "") -> str:
    """The query about whom `asked` names; `only` narrows a timeline."""
    person = SAME.replace("{asked}", "SELECT m.learner")
    text = query.replace("{same}", SAME).replace("{asked}", asked).replace("{person}", person)
    return text.replace("{only}", only)


# What was done, the latest first, before a position; only the conditions that were asked for.
AUDIT = """
SELECT position, learner FROM audit_{g}
WHERE tenant = %(tenant)s AND position < %(before)s"""
AUDIT_ASKED = {
    "learner": " AND learner = %(learner)s",
    "everyone": " AND own",
    "person": " AND (entered_by = %(person)s OR author = %(person)s)",
    "topics": " AND topic = ANY(%(topics)s)",
    "left_out": " AND topic <> ALL(%(left_out)s)",
}
AUDIT_ORDER = " ORDER BY position DESC LIMIT %(limit)s"

# Learners whose name has all of some beginnings. The names only filter: see decision 0005.
CASELOAD = """
SELECT learner, enrolments, reviews, details, position FROM caseload_{g}
WHERE tenant = %(tenant)s AND names @> %(names)s::bytea[]
"""
CASELOAD_OF = " AND learner = ANY(%(learners)s)"

# Whether anything but a look was recorded between two positions.
UNTOLD = """
SELECT EXISTS (
    SELECT FROM event
    WHERE tenant = %s AND position > %s AND position <= %s AND topic <> ALL(%s)
) AS untold
"""

# On whose records a person stands, as known now: by the index of the open rows.
LINKED = """
SELECT DISTINCT learner FROM profile_{g}
WHERE tenant = %(tenant)s AND line = %(person)s AND kind = 'person'
  AND known_until = 9223372036854775807
"""

PROGRESS = """
SELECT projection, position FROM standing WHERE tenant = %s
"""
PARKED = """
SELECT projection, position, error, parked_at FROM parked WHERE tenant = %s ORDER BY position
"""

POSITION_AT = "SELECT position_at(%s, %s) AS position"
AHEAD = "TL006"
