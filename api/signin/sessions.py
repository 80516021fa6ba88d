"""Sessions, and sign-ins on their way: rows that a cookie leads to, and only that cookie opens."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from eventsourcing.postgres import PostgresDatastore

from api.signin import secrets
from api.signin.setup import SetUp
from api.viewing import Viewer
from domain.access.words import Assurance

FLOW_SECONDS = 600  # from the button to the end of the provider's own questions
SEEN_SECONDS = 30  # how exactly the last request of a session is kept

BEGIN_FLOW = """
WITH gone AS (DELETE FROM sign_in WHERE tenant = %(tenant)s AND expires_at < clock_timestamp())
INSERT INTO sign_in (tenant, digest, sealed, expires_at)
VALUES (%(tenant)s, %(digest)s, %(sealed)s, clock_timestamp() + make_interval(secs => %(seconds)s))
"""
# Deleting it gives it to one taker alone, however many ask at once.
TAKE_FLOW = """
DELETE FROM sign_in WHERE tenant = %(tenant)s AND digest = %(digest)s
RETURNING sealed, expires_at > clock_timestamp() AS fresh
"""
BEGIN = """
WITH gone AS (
    DELETE FROM session WHERE tenant = %(tenant)s AND (
        expires_at < clock_timestamp() OR digest = %(before)s
        OR seen_at < clock_timestamp() - make_interval(secs => %(idle)s))
)
INSERT INTO session (tenant, digest, person, assurance, sealed, expires_at)
VALUES (%(tenant)s, %(digest)s, %(person)s, %(assurance)s, %(sealed)s,
        clock_timestamp() + make_interval(secs => %(lifetime)s))
"""
FIND = """
SELECT person, assurance, sealed,
       seen_at < clock_timestamp() - make_interval(secs => %(seen)s) AS stale
FROM session
WHERE tenant = %(tenant)s AND digest = %(digest)s AND expires_at > clock_timestamp()
  AND seen_at > clock_timestamp() - make_interval(secs => %(idle)s)
"""
SEEN = """
UPDATE session SET seen_at = clock_timestamp() WHERE tenant = %(tenant)s AND digest = %(digest)s
"""
END = "DELETE FROM session WHERE tenant = %(tenant)s AND digest = %(digest)s RETURNING sealed"


@dataclass(frozen=True)
class Flow:
    """What must be the same when somebody comes back from the provider. `next` is a local path."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    next: str


@dataclass(frozen=True)
class Person:
    """Who the provider says it is; `proof` is its ID token, shown to it again at sign-out."""

    id: UUID
    name: str = field(repr=False)
    assurance: Assurance
    proof: str = field(repr=False)


class Sessions:
    """The sessions of one district. Its methods wait for the database: call them in a thread."""

    def __init__(self, datastore: PostgresDatastore, tenant: str, set_up: SetUp) -> None:
        self.datastore = datastore
        self.tenant = tenant
        self.set_up = set_up

    def _run(self, statement: str, **values: Any) -> dict[str, Any] | None:
        with self.datastore.get_connection() as connection:
            cursor = connection.execute(statement.encode(), {"tenant": self.tenant, **values})
            return cursor.fetchone() if cursor.description else None

    def begin_flow(self, flow: Flow) -> str:
        """Keep a sign-in that begins; gives the secret for its cookie."""
        secret = secrets.new_secret()
        self._run(
            BEGIN_FLOW,
            digest=secrets.digest_of(secret),
            sealed=secrets.seal(secret, vars(flow)),
            seconds=FLOW_SECONDS,
        )
        return secret

    def take_flow(self, secret: str) -> Flow | None:
        """The sign-in that a cookie began: once, and while it is fresh."""
        found = self._run(TAKE_FLOW, digest=secrets.digest_of(secret))
        if found is None or not found["fresh"]:
            return None
        return Flow(**secrets.unseal(secret, found["sealed"]))

    def begin(self, person: Person, before: str | None) -> str:
        """Begin a session under a new secret, which it gives; the one before ends."""
        secret = secrets.new_secret()
        self._run(
            BEGIN,
            digest=secrets.digest_of(secret),
            before=secrets.digest_of(before) if before else None,
            person=person.id,
            assurance=int(person.assurance),
            sealed=secrets.seal(secret, {"name": person.name, "proof": person.proof}),
            idle=self.set_up.idle,
            lifetime=self.set_up.lifetime,
        )
        return secret

    def find(self, secret: str) -> Viewer | None:
        """Who is signed in with this secret; None where it ended or never was."""
        digest = secrets.digest_of(secret)
        found = self._run(FIND, digest=digest, idle=self.set_up.idle, seen=SEEN_SECONDS)
        if found is None:
            return None
        if found["stale"]:
            self._run(SEEN, digest=digest)
        name = secrets.unseal(secret, found["sealed"])["name"]
        return Viewer(
            person=found["person"],
            name=name,
            how="session",
            assurance=Assurance(found["assurance"]),
            csrf=secrets.csrf_of(secret),
        )

    def end(self, secret: str) -> str | None:
        """End a session; gives the provider's ID token of it, None where there was none."""
        found = self._run(END, digest=secrets.digest_of(secret))
        if found is None:
            return None
        return str(secrets.unseal(secret, found["sealed"])["proof"])
