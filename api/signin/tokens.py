"""Tokens of API clients: made for a person, limited in scope and time, and kept as a hash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.postgres import PostgresDatastore

from api.problems import Stopped
from api.signin import secrets
from api.viewing import Viewer
from domain.access.words import Assurance

SCOPES = ("read", "write", "export", "admin")
PREFIX = "throughline_"  # so that a scanner for leaked secrets knows one when it sees it

MAKE = """
INSERT INTO api_token (tenant, id, digest, person, name, scopes, created_by, expires_at)
VALUES (%(tenant)s, %(id)s, %(digest)s, %(person)s, %(name)s, %(scopes)s, %(by)s, %(expires)s)
"""
FIND = """
SELECT id, person, name, scopes, revoked_at IS NOT NULL AS revoked,
       expires_at <= clock_timestamp() AS expired
FROM api_token WHERE tenant = %(tenant)s AND digest = %(digest)s
"""
LIST = """
SELECT id, person, name, scopes, created_at, created_by, expires_at, revoked_at, revoked_by,
       expires_at <= clock_timestamp() AS expired
FROM api_token WHERE tenant = %(tenant)s ORDER BY created_at, id
"""
REVOKE = "SELECT revoke_api_token(%(tenant)s, %(id)s, %(by)s) AS revoked"


def nameless(_: UUID) -> str:
    """The name of a person, where nobody looks it up."""
    return ""


@dataclass(frozen=True)
class Made:
    """A token that was just made; `secret` is shown this once and kept nowhere."""

    id: UUID
    secret: str


class Tokens:
    """The tokens of one district. Its methods wait for the database: call them in a thread."""

    def __init__(
        self,
        datastore: PostgresDatastore,
        tenant: str,
        name_of: Callable[[UUID], str] = nameless,
    ) -> None:
        """`name_of` looks up a person's own name; empty where there is none on file."""
        self.datastore = datastore
        self.tenant = tenant
        self.name_of = name_of

    def _run(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        with self.datastore.get_connection() as connection:
            cursor = connection.execute(statement.encode(), {"tenant": self.tenant, **values})
            return cursor.fetchall() if cursor.description else []

    def make(
        self, person: UUID, name: str, scopes: frozenset[str], expires: datetime, by: UUID
    ) -> Made:
        """Make a token for a person that works until an instant."""
        made = Made(uuid4(), PREFIX + secrets.new_secret())
        self._run(
            MAKE,
            id=made.id,
            digest=secrets.digest_of(made.secret),
            person=person,
            name=name,
            scopes=[scope for scope in SCOPES if scope in scopes],
            by=by,
            expires=expires,
        )
        return made

    def find(self, secret: str) -> Viewer:
        """Whose token this is. Raises `Stopped` (401) where it does not work, with the reason."""
        known = secret.startswith(PREFIX) and len(secret) <= secrets.LONGEST
        found = self._run(FIND, digest=secrets.digest_of(secret)) if known else []
        if not found:
            raise Stopped(
                401,
                "token-unknown",
                "This token is not one of this district. Send it whole, as it was shown when it "
                "was made: `Authorization: Bearer throughline_…`.",
                headers=CHALLENGE,
            )
        row = found[0]
        if row["revoked"]:
            raise Stopped(
                401,
                "token-revoked",
                "This token was revoked. Ask an administrator for another one.",
                headers=CHALLENGE,
            )
        if row["expired"]:
            raise Stopped(
                401,
                "token-expired",
                "This token has expired. Ask an administrator for another one.",
                headers=CHALLENGE,
            )
        return Viewer(
            person=row["person"],
            # What it records is this person's. What the token is called is for the list of tokens.
            name=self.name_of(row["person"]) or row["name"],
            how="token",
            assurance=Assurance.BASIC,
            scopes=frozenset(row["scopes"]),
        )

    def all(self) -> list[dict[str, Any]]:
        """Every token there ever was, the oldest first, without its secret."""
        return self._run(LIST)

    def revoke(self, token: UUID, by: UUID) -> bool:
        """Revoke a token at once; False where there is none, or it was revoked before."""
        return bool(self._run(REVOKE, id=token, by=by)[0]["revoked"])


CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
