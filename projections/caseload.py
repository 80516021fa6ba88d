"""The caseload: where each learner is enrolled, which reviews are due, and how to find a name.

Names are found through a keyed blind index: keyed hashes of the name's words and of their
beginnings. It tells whoever steals the table which learners share a beginning of a name, and
nothing else; `docs/security.md` says so.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from domain.event import Event
from domain.identity import EnrolmentEnded, LearnerEnrolled
from domain.reviews import ReviewHeld, ReviewScheduled
from projections import places
from projections.tables import Conn

# Beginnings of a word that the index has, in letters. By one letter alone it would tell too much.
SHORTEST, LONGEST = 2, 12
VERSION = 2  # of the words that names are indexed by: told to be another by whoever changes them
# Letters of Latin script that Unicode does not take apart into a letter and a mark, as CLDR's
# transform Latin-ASCII writes them; lower case alone, for case is folded first (which makes ß an
# ss). In the last line are letters for which people type an apostrophe.
PLAIN = str.maketrans(
    {
        "đ": "d", "ð": "d", "ɖ": "d", "ɗ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t",
        "ŋ": "n", "ɓ": "b", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ə": "e", "ɔ": "o",
        "æ": "ae", "œ": "oe", "þ": "th",
        "ʻ": "'", "ʼ": "'", "ʾ": "'", "ʿ": "'",
    }
)  # fmt: skip

LOAD = "SELECT * FROM {table} WHERE tenant = %s AND learner = ANY(%s)"
SAVE = """
INSERT INTO {table} (tenant, learner, enrolments, reviews, details, names, position)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (tenant, learner) DO UPDATE SET
    enrolments = excluded.enrolments, reviews = excluded.reviews, details = excluded.details,
    names = excluded.names, position = excluded.position
"""

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """One learner's line on a caseload. Enrolments and reviews by id, dates as ISO text."""

    enrolments: Mapping[str, Item]
    reviews: Mapping[str, Item]
    details: tuple[int, ...]
    names: tuple[bytes, ...] = ()


NOWHERE = Place({}, {}, ())


def fold(place: Place, event: Event) -> Place:
    """The learner's line after an event; of a day nobody knows, the day it was recorded stands."""
    start = event.effective.start if event.effective else None
    day = start.isoformat() if start else None
    known = event.recorded_at.astimezone(ZoneInfo(event.zone)).date().isoformat()
    match event:
        case LearnerEnrolled():
            entry = {
                "school": event.school,
                "grade": event.grade,
                "classes": list(event.classes),
                "from": day,
                "until": event.effective.until.isoformat()
                if event.effective and event.effective.until
                else None,
            }
            return replace(place, enrolments={**place.enrolments, str(event.enrolment): entry})
        case EnrolmentEnded():
            entry = {**place.enrolments.get(str(event.enrolment), {}), "until": day or known}
            return replace(place, enrolments={**place.enrolments, str(event.enrolment): entry})
        case ReviewScheduled():
            due = {"due": event.due.isoformat()}
            return replace(place, reviews={**place.reviews, str(event.review): due})
        case ReviewHeld():
            before = place.reviews.get(str(event.review), {})
            held: dict[str, Any] = {**before, "held": day or known}
            reviews = {**place.reviews, str(event.review): held}
            if event.next_due:
                reviews[f"after {event.review}"] = {"due": event.next_due.isoformat()}
            return replace(place, reviews=reviews)
        case _ if event.TOPIC in ("learner-registered", "learner-details-changed"):
            return replace(place, details=(*place.details, event.position))
    return place


class CaseloadProjection:
    """Keeps one row per learner; `names_at` opens the events at some positions."""

    name = "caseload"
    topics = frozenset(
        {
            "learner-registered",
            "learner-details-changed",
            "learner-enrolled",
            "enrolment-ended",
            "review-scheduled",
            "review-held",
        }
    )

    def __init__(
        self,
        secret: Callable[[], bytes],
        names_at: Callable[[Conn, Sequence[int]], list[Event]],
        generation: int,
    ) -> None:
        self._secret = secret
        self._names_at = names_at
        self.table = f"{self.name}_{generation}"
        self._load, self._save = (text.format(table=self.table).encode() for text in (LOAD, SAVE))

    def lines(self, events: Iterable[Event]) -> set[UUID]:
        return {e.originator_id for e in events if e.TOPIC in self.topics}

    def load(self, conn: Conn, tenant: str, lines: set[UUID]) -> dict[UUID, Place]:
        rows = conn.execute(self._load, (tenant, list(lines))) if lines else ()
        return {
            r["learner"]: Place(
                r["enrolments"], r["reviews"], tuple(r["details"]), tuple(map(bytes, r["names"]))
            )
            for r in rows
        }

    def take(self, state: dict[UUID, Place], event: Event) -> tuple[UUID, Place] | None:
        if event.TOPIC not in self.topics:
            return None
        learner = event.originator_id
        state[learner] = fold(state.get(learner, NOWHERE), event)
        return learner, state[learner]

    def write(
        self, conn: Conn, tenant: str, batch: Sequence[tuple[int, tuple[UUID, Place] | None]]
    ) -> None:
        latest = {taken[0]: (position, taken[1]) for position, taken in batch if taken}
        if not latest:
            return
        wanted = sorted({p for _, place in latest.values() for p in place.details})
        opened = {e.position: e for e in self._names_at(conn, wanted)}
        secret = self._secret()
        with conn.cursor() as cursor:
            cursor.executemany(
                self._save,
                [
                    (
                        tenant,
                        learner,
                        Jsonb(place.enrolments),
                        Jsonb(place.reviews),
                        list(place.details),
                        sorted(tokens(secret, [opened[p] for p in place.details])),
                        position,
                    )
                    for learner, (position, place) in latest.items()
                ],
            )


NAME_FIELDS = ("given_name", "family_name", "preferred_name", "local_id")


def tokens(secret: bytes, details: Sequence[Event]) -> set[bytes]:
    """The blind index of a learner's present names; empty where they are erased."""
    present: dict[str, str] = {}
    for event in details:
        if not event.erased:
            present.update({f: v for f in NAME_FIELDS if (v := getattr(event, f, None))})
    return {
        blind(secret, word[:n])
        for name in present.values()
        for word in words(name)
        for n in range(SHORTEST, min(len(word), LONGEST) + 1)
    }


def query_tokens(secret: bytes, search: str) -> list[bytes]:
    """What a learner must have all of to be found by these words or beginnings of words.

    Of one letter the index knows nothing: who is found so has yet to be `named_so`.
    """
    return [blind(secret, word[:LONGEST]) for word in words(search) if len(word) >= SHORTEST]


def in_order(found: places.Place) -> tuple[str, str, str]:
    """Where people look for a learner in a list by name."""
    return (bare(found.family_name), bare(found.given_name), str(found.learner))


def named_so(search: str, names: Iterable[str | None]) -> bool:
    """Whether each word of a search begins a word of these names."""
    have = [word for name in names if name for word in words(name)]
    return all(any(one.startswith(word[:LONGEST]) for one in have) for word in words(search))


def words(name: str) -> list[str]:
    """The words of a name as they are compared: without case, accents and punctuation."""
    return re.findall(r"\w+", bare(name))


def bare(name: str) -> str:
    """A name without case and accents, in letters that people type; lists are sorted by it."""
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return "".join(letters).casefold().translate(PLAIN)


def blind(secret: bytes, word: str) -> bytes:
    """A keyed hash of a word, short enough that two words may share one."""
    return hmac.digest(secret, word.encode(), "sha256")[:8]
