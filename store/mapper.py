"""Events to stored bytes and back, with every content field sealed.

One stored state is

    format (1 byte) | length of clear (4 bytes) | clear JSON | sealed part …
    sealed part = owner (16) | group (1) | nonce (12) | length (4) | AES-256-GCM ciphertext

The clear JSON, the tenant, the stream and the topic are associated data of every part: a part
that was moved, or whose clear fields were changed, no longer opens. Content about another
learner is a part of its own, under that learner's key.
"""

import os
import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent, Transcoder

from domain.coding import build, chosen, clear_fields, from_json, sealed_fields, to_json
from domain.event import Event, Part
from domain.snapshot import LearnerSnapshot
from domain.vocabulary import EVENTS
from domain.words import Retention
from store.keys import KeyId, KeyStore

FORMAT = 1
GROUPS: tuple[Retention, ...] = (
    Retention.PERMANENT,
    Retention.PROFILE,
    Retention.SPECIAL_ED,
    Retention.CONSENT,
)
_GROUP = {str(retention): place for place, retention in enumerate(GROUPS)}
_HEAD = struct.Struct(">BI")
_PART = struct.Struct(">16sB12sI")
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Tampered(Exception):
    """A stored event does not open under its learner's key: it was changed, or is torn."""


class SealingMapper(Mapper[UUID]):
    """Seals and opens the events of one tenant."""

    def __init__(self, transcoder: Transcoder, *, tenant: str, keys: KeyStore) -> None:
        super().__init__(transcoder)
        self.tenant = tenant
        self.keys = keys

    # -- sealing ----------------------------------------------------------------------------

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        return self.seal([cast(Event, domain_event)])[0]

    def seal(self, events: Sequence[Event | LearnerSnapshot]) -> list[StoredEvent]:
        """Stored events, sealed; keys that do not exist yet are made in one batch first."""
        wanted = {
            KeyId(self.tenant, owner, event.retention)
            for event in events
            if isinstance(event, Event)
            for owner in (event.originator_id, *event.subjects)
        }
        keys = self.keys.create(wanted)
        return [
            self._seal_event(event, keys) if isinstance(event, Event) else _snapshot_state(event)
            for event in events
        ]

    def _seal_event(self, event: Event, keys: dict[KeyId, AESGCM]) -> StoredEvent:
        cls = type(event)
        stream, retention = event.originator_id, event.retention
        clear_values = chosen(event, clear_fields(cls))
        if cls.class_version > 1:
            clear_values["v"] = cls.class_version
        clear = to_json(clear_values)
        associated = self._associated(stream, cls.TOPIC, clear)
        pieces = [_HEAD.pack(FORMAT, len(clear)), clear]
        group = GROUPS.index(retention)
        contents = [(stream, chosen(event, sealed_fields(cls)))]
        contents += [(part.learner, {"text": part.text}) for part in event.parts]
        for owner, content in contents:
            key = keys[KeyId(self.tenant, owner, retention)]
            name, nonce = owner.bytes, os.urandom(12)
            sealed = key.encrypt(nonce, to_json(content), associated + name)
            pieces += [_PART.pack(name, group, nonce, len(sealed)), sealed]
        return StoredEvent(stream, event.originator_version, cls.TOPIC, b"".join(pieces))

    def _associated(self, stream: UUID, topic: str, clear: bytes) -> bytes:
        return b"\0".join((self.tenant.encode(), stream.bytes, topic.encode(), clear))

    # -- opening ----------------------------------------------------------------------------

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        if stored_event.topic == LearnerSnapshot.TOPIC:
            return LearnerSnapshot.from_json(
                cast(UUID, stored_event.originator_id),
                stored_event.originator_version,
                orjson.loads(stored_event.state),
            )
        return self.open([stored_event])[0]

    def open(self, stored: Sequence[StoredEvent], *, content: bool = True) -> list[Event]:
        """The events; without `content` only their clear fields, at a fraction of the cost.

        An event whose key is gone comes back with `erased=True` and its clear fields alone.
        Raises `Tampered` where a part does not open under a key that exists.
        """
        split = [_split(s.state) for s in stored]
        keys: dict[_Name, AESGCM] = {}
        if content:
            wanted = {
                (owner, group): KeyId(self.tenant, UUID(bytes=owner), GROUPS[group])
                for owner, group in {p[:2] for _, parts in split for p in parts}
            }
            found = self.keys.get(wanted.values())
            keys = {name: found[key] for name, key in wanted.items() if key in found}
        return [
            self._open_event(s, clear, parts, keys, content=content)
            for s, (clear, parts) in zip(stored, split, strict=True)
        ]

    def _open_event(
        self,
        stored: StoredEvent,
        clear: bytes,
        parts: "list[_Sealed]",
        keys: "dict[_Name, AESGCM]",
        *,
        content: bool,
    ) -> Event:
        stream = cast(UUID, stored.originator_id)
        try:
            cls = EVENTS[stored.topic]
            state: dict[str, Any] = orjson.loads(clear)
        except (KeyError, orjson.JSONDecodeError):
            raise Tampered("a stored event has an unknown type or torn clear fields") from None
        _check_parts(stream, state, parts)
        others: list[Part] = []
        erased = False
        if content:
            associated = self._associated(stream, stored.topic, clear)
            own = stream.bytes
            for owner, group, nonce, sealed in parts:
                key = keys.get((owner, group))
                if key is None:
                    erased = erased or owner == own
                    continue
                opened = orjson.loads(_decrypt(key, nonce, sealed, associated + owner))
                if owner == own:
                    state.update(opened)
                else:
                    others.append(Part(learner=UUID(bytes=owner), **opened))
        upcast(cls, state)
        values = from_json(cls, state)
        values.update(
            originator_id=stream,
            originator_version=stored.originator_version,
            timestamp=getattr(stored, "recorded_at", _UNKNOWN_TIME),
            position=getattr(stored, "position", 0),
            erased=erased,
            parts=tuple(others),
        )
        return build(cls, values)

    # -- the keyed digest of a command's body -------------------------------------------------

    def digest(self, body: bytes) -> bytes:
        """A keyed digest, so that the stored one tells nothing about a guessable body."""
        return self.keys.digest(self.tenant, body)


_Sealed = tuple[bytes, int, bytes, bytes]
_Name = tuple[bytes, int]  # a key's owner and group, as they stand in a stored state


def upcast(cls: type[Event], state: dict[str, Any]) -> None:
    """Bring the JSON of an older version of an event to today's, one version at a time.

    Sealed fields are absent where only the clear ones were opened, or their key is gone.
    """
    for version in range(state.pop("v", 1), cls.class_version):
        step: Callable[[dict[str, Any]], None] = getattr(cls, f"upcast_v{version}_v{version + 1}")
        step(state)


def clear_json(state: bytes) -> bytes:
    """The clear JSON of a stored state, as it was written."""
    version, length = _HEAD.unpack_from(state)
    if version != FORMAT:
        raise Tampered("the stored event has an unknown format")
    return state[_HEAD.size : _HEAD.size + length]


def key_ids(tenant: str, state: bytes) -> set[KeyId]:
    """The keys under which a stored state is sealed."""
    return _key_ids(tenant, _split(state)[1])


def _key_ids(tenant: str, parts: Sequence[_Sealed]) -> set[KeyId]:
    return {KeyId(tenant, UUID(bytes=owner), GROUPS[group]) for owner, group, _, _ in parts}


def _check_parts(stream: UUID, state: dict[str, Any], parts: list[_Sealed]) -> None:
    """A part that went away, or that names another owner or group, is not an erasure."""
    group = _GROUP[state.get("retention", "profile")]
    if len(parts) == 1 and parts[0][:2] == (stream.bytes, group) and not state.get("subjects"):
        return  # next to all of them
    expected = sorted([stream.bytes, *(UUID(s).bytes for s in state.get("subjects", ()))])
    if sorted(p[0] for p in parts) != expected or any(p[1] != group for p in parts):
        raise Tampered("a stored event has lost or gained a sealed part")


def _split(state: bytes) -> tuple[bytes, list[_Sealed]]:
    try:
        clear = clear_json(state)
        offset = _HEAD.size + len(clear)
        parts: list[_Sealed] = []
        while offset < len(state):
            owner, group, nonce, length = _PART.unpack_from(state, offset)
            offset += _PART.size
            parts.append((owner, group, nonce, state[offset : offset + length]))
            offset += length
    except struct.error:
        raise Tampered("a stored event is torn") from None
    return clear, parts


def _decrypt(key: AESGCM, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    try:
        return key.decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise Tampered("a stored event does not open under its learner's key") from None


def _snapshot_state(snapshot: LearnerSnapshot) -> StoredEvent:
    return StoredEvent(
        snapshot.originator_id,
        snapshot.originator_version,
        LearnerSnapshot.TOPIC,
        to_json(snapshot.as_json()),
    )
