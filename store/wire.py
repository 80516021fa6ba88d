"""The append as it goes to PostgreSQL: one prepared call in binary, one answer.

psycopg's own way (a cursor, adapters for four arrays) takes three times the processor time of
what is here, and the append is the busiest statement of all. The call blocks with the interpreter
lock released, so that other threads go on.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import OperationalError, StoredEvent
from psycopg import Connection
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

ANY_VERSION = -1  # an event with this version takes the next of its stream

NAME = b"throughline append"
CALL = (
    b"CALL append_durably($1::text, $2::uuid[], $3::int[], $4::text[], $5::bytea[],"
    b" $6::uuid[], $7::bytea[])"
)
BINARY = [1] * 7
UUID_OID, INT_OID, TEXT_OID, BYTEA_OID = 2950, 23, 25, 17
NOT_PREPARED = b"26000"
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
NULL = b"\xff\xff\xff\xff"
LOST = "The connection to the database was lost before the append was answered."

_array = struct.Struct("!iiIii")
_int = struct.Struct("!i")
_bigint = struct.Struct("!q")


class ConnectionLost(OperationalError):
    """The connection went before the answer came: the append may have happened, or not."""


@dataclass(frozen=True, slots=True)
class Appended:
    """The answer to an append; `repeated` where it is the answer that was given before."""

    first_position: int
    last_position: int
    recorded_at: datetime
    repeated: bool


def parameters(
    tenant: str,
    events: Sequence[StoredEvent],
    command_ids: Sequence[UUID | None],
    digests: Sequence[bytes | None],
) -> list[bytes | None]:
    """The parameters of CALL in PostgreSQL's binary format."""
    return [
        tenant.encode(),
        _encode(UUID_OID, [_uuid(e.originator_id) for e in events]),
        _encode(
            INT_OID,
            [
                None if e.originator_version == ANY_VERSION else _int.pack(e.originator_version)
                for e in events
            ],
        ),
        _encode(TEXT_OID, [e.topic.encode() for e in events]),
        _encode(BYTEA_OID, [e.state for e in events]),
        _encode(UUID_OID, [i.bytes if i else None for i in command_ids]) if command_ids else None,
        _encode(BYTEA_OID, digests) if command_ids else None,
    ]


def call(connection: Connection[Any], values: list[bytes | None]) -> Appended:
    """Append, and wait for the disk. The connection is in autocommit mode.

    Raises `ConnectionLost`, or psycopg's error of what the server refused.
    """
    try:
        result = _execute(connection.pgconn, values)
    except psycopg.OperationalError as error:
        raise ConnectionLost(LOST) from error
    if connection.pgconn.status != ConnStatus.OK:
        raise ConnectionLost(LOST)
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result)
    first, last, microseconds, repeated = (result.get_value(0, n) or b"" for n in range(4))
    return Appended(
        first_position=_bigint.unpack(first)[0],
        last_position=_bigint.unpack(last)[0],
        recorded_at=POSTGRES_EPOCH + timedelta(microseconds=_bigint.unpack(microseconds)[0]),
        repeated=repeated == b"\x01",
    )


def _execute(server: PGconn, values: list[Any]) -> PGresult:
    result = server.exec_prepared(NAME, values, BINARY, result_format=1)
    if result.error_field(DiagnosticField.SQLSTATE) != NOT_PREPARED:
        return result
    prepared = server.prepare(NAME, CALL)
    if prepared.status != ExecStatus.COMMAND_OK:
        return prepared
    return server.exec_prepared(NAME, values, BINARY, result_format=1)


def _encode(oid: int, items: Sequence[bytes | None]) -> bytes:
    """A one-dimensional array of values that are in binary format already."""
    pieces = [_array.pack(1, None in items, oid, len(items), 1)]
    for item in items:
        if item is None:
            pieces.append(NULL)
        else:
            pieces.append(_int.pack(len(item)))
            pieces.append(item)
    return b"".join(pieces)


def _uuid(value: UUID | str) -> bytes:
    return value.bytes if isinstance(value, UUID) else UUID(value).bytes
