"""Commands of every type, possible and impossible, as hypothesis draws them.

Every command has the right form (what a form can refuse is tested by itself); about a third break
a rule of the learner's record: an unknown id, one taken already, a status that does not fit, a
date ahead, a class that is not allowed, content under another learner's key.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pydantic import BaseModel

from domain.access.words import PartyKind
from domain.event import Command
from domain.vocabulary import COMMANDS
from domain.words import DataClass
from tests.naive import CHANGES, FACTS, GROUNDS, SETS, Naive, Thing

TEXTS = st.sampled_from(
    ["Led the group.", "  Reads to her brother 🦊 ", "שלום", "\u200fليلى", "'; --"]
) | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
SCORES = st.sampled_from([0, 1, 2.5, 171.5, 1000, -3])
WRONG = st.sampled_from([None, "", "\t", "very good", float("nan"), -1, 1001, ["x"], [""]])
# The id of what a command is about, where the field's name does not say the kind.
KINDS = {"support": "fact", "successor": "fact", "other": "merge", "opt_out": "opt-out",
         "online_consent": "online-consent", "access": "line"}  # fmt: skip
SIX = st.integers(0, 5)
FRESH = st.uuids(version=4)
NAMED = st.sampled_from(["attendance", "grades", "tutoring", "Bright Path Tutoring"])
CODES = st.sampled_from(["north-high", "09", "9b"])
# Fields whose rules are narrower than their type.
MADE: dict[str, SearchStrategy[Any]] = {
    "attachments": st.just([]),
    "classes": st.lists(CODES, max_size=2),
    "custodian": CODES,
    "days_attended": st.sampled_from([0, 90, 171, 180]),
    "days_enrolled": st.sampled_from([90, 180, 180]),
    "evidence_digest": st.just("0" * 64),
    "grade": CODES,
    "kinds": st.lists(st.sampled_from(PartyKind), min_size=1, max_size=3),
    "language": st.sampled_from(["en", "es", "ar"]),
    "late_entry": st.sampled_from([4800, 4801]),
    "number": st.just(4711),
    "percent": st.integers(0, 100),
    "purpose": NAMED,
    "recipient": NAMED,
    "recipients": st.lists(NAMED, min_size=1, max_size=2),
    "records": st.lists(NAMED, min_size=1, max_size=2),
    "school": CODES,
    "source_recorded_at": st.datetimes(
        datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2199, 12, 30),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, ZoneInfo("America/Chicago")]),
    ),
    "text": TEXTS | st.just("two\nlines"),
    "use": NAMED,
}
CODES_OF_LAW = st.sampled_from([*GROUNDS, "FERPA-99.30", "FERPA-99.31-a-10", "FERPA-99.98"])
ENVELOPE = [name for name in Command.model_fields if name not in ("subjects", "parts")]
ENVELOPE += ["effective", "received_on", "data_class"] * 10  # what decisions look at
SOME_OF_IT = st.lists(st.sampled_from(ENVELOPE), min_size=1, max_size=2)


def commands(
    learner: Naive, today: date, others: Sequence[UUID] = (), *, only: str | None = None
) -> SearchStrategy[Command]:
    """A command for this learner as the record stands; `only` of one name.

    `others` are learners that an entry may be about too, or be merged with.
    """
    names = st.just(only) if only else st.sampled_from(sorted(COMMANDS))
    return names.flatmap(lambda name: _command(name, learner, today, others))


def versions_seen(learner: Naive) -> SearchStrategy[int | None]:
    """The version a writer looked at: often none or the latest, at times another."""
    latest = learner.version
    return st.sampled_from(
        [*[None] * 12, *[latest] * 4, max(latest - 1, 0), max(latest - 5, 0), latest + 1]
    )


@st.composite
def _command(
    draw: DrawFn, name: str, learner: Naive, today: date, others: Sequence[UUID]
) -> Command:
    model = COMMANDS[name]
    fields = model.model_fields
    body: dict[str, Any] = {}
    for field in [f for f in fields if f not in Command.model_fields and f != "changes"]:
        info = fields[field]
        if info.is_required() or info.default_factory or draw(SIX) % 3 == 1:
            body[field] = draw(_value(name, field, learner, today, others))
    if "changes" in fields:
        body["changes"] = draw(_changes(learner, body["fact"]))
    if name == "change-details":
        body["preferred_name"] = draw(TEXTS)
    if draw(SIX) % 2 == 1:
        for field in draw(SOME_OF_IT):
            body[field] = draw(_value(name, field, learner, today, others))
    if name in CHANGES and "data_class" in body:
        changed = learner.things.get(body["fact"], Thing())
        body["data_class"] = draw(_often(st.just(changed.data_class), st.just("treatment")))
    if others and draw(SIX) == 5:
        body |= draw(_about_others(learner, others))
    return model.model_validate(body)


def _value(
    name: str, field: str, learner: Naive, today: date, others: Sequence[UUID]
) -> SearchStrategy[Any]:
    info = COMMANDS[name].model_fields[field]
    kind = KINDS.get(field, field)
    if info.annotation is UUID and info.default_factory:
        known = _ids(learner, kind) | _strays(learner)
        return FRESH | known if name in SETS else _often(FRESH, known)
    if field == "other":
        return _one_of([*others, learner.learner]) | _ids(learner, kind) | _strays(learner)
    if info.annotation in (UUID, UUID | None) and kind in {t.kind for t in learner.things.values()}:
        any_of_it = _ids(learner, kind)
        if field == "support":
            return _often(_ids(learner, kind, made_by="start-support"), any_of_it)
        if name == "share-note":
            return _often(_ids(learner, kind, data_class=DataClass.SOLE_POSSESSION), any_of_it)
        return any_of_it
    return _of_form(name, field, today)


@cache
def _of_form(name: str, field: str, today: date) -> SearchStrategy[Any]:
    """Any value of the field's form, whatever is on the record."""
    if field == "effective":
        return _effective(today)
    if name == "record-disclosure" and field == "ground":
        return CODES_OF_LAW
    if field in MADE:
        return MADE[field]
    return _of(COMMANDS[name].model_fields[field].annotation, today)


def _of(annotation: Any, today: date) -> SearchStrategy[Any]:
    """Any value of a type that has no meaning beyond itself."""
    if hasattr(annotation, "__metadata__"):
        return _of(get_args(annotation)[0], today)
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (a for a in get_args(annotation) if a is not type(None))
        return _of(inner, today)
    if get_origin(annotation) is tuple:
        return st.lists(_of(get_args(annotation)[0], today), max_size=2)
    if issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    if issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return st.fixed_dictionaries({name: _of(info.annotation, today) for name, info in fields})
    plain = {str: TEXTS, bool: st.booleans(), UUID: FRESH, Decimal: SCORES}
    return _days(today) if annotation is date else plain[annotation]


def _days(today: date) -> SearchStrategy[date]:
    return st.sampled_from([-400, -30, -1, 0, 0, 1, 60]).map(lambda d: today + timedelta(days=d))


def _effective(today: date) -> SearchStrategy[Any]:
    ranges = _days(today).map(lambda day: {"from": day, "until": day + timedelta(days=30)})
    return _days(today) | ranges | st.just({"precision": "unknown"}) | st.just("2025-03")


def _one_of(ids: Sequence[UUID]) -> SearchStrategy[UUID]:
    return st.sampled_from(ids) if ids else FRESH


def _often(usual: SearchStrategy[Any], otherwise: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return SIX.flatmap(lambda n: otherwise if n == 3 else usual)


def _ids(
    learner: Naive, kind: str, *, made_by: str = "", data_class: DataClass | None = None
) -> SearchStrategy[UUID]:
    """Mostly the id of a thing of this kind; at times of another, or of nothing."""
    fitting = [
        item
        for item, thing in learner.things.items()
        if item is not None
        and thing.kind == kind
        and made_by in ("", thing.made_by)
        and data_class in (None, thing.data_class)
    ]
    return _often(_one_of(fitting), _strays(learner))


def _strays(learner: Naive) -> SearchStrategy[UUID]:
    return _one_of([item for item in learner.things if item is not None]) | FRESH


def _changes(learner: Naive, fact: UUID) -> SearchStrategy[dict[str, Any]]:
    """New values for the fields of that entry, at times wrong ones or for a field it has not."""
    thing = learner.things.get(fact, Thing())
    forms = FACTS.get(thing.made_by, "text:s").split()
    made = {"s": TEXTS, "n": SCORES, "d": st.integers(0, 200), "t": st.lists(TEXTS, max_size=2)}
    right = [
        st.tuples(st.just(field), made[form[0]])
        for field, form in (entry.split(":") for entry in forms)
    ]
    names = st.sampled_from([entry.split(":")[0] for entry in forms])
    wrong = st.tuples(names, WRONG) | st.just(("colour", "blue")) | st.just(("area", "needs"))
    pairs = _often(st.one_of(right), wrong)
    return st.lists(pairs, min_size=1, max_size=2).map(dict)


@st.composite
def _about_others(draw: DrawFn, learner: Naive, others: Sequence[UUID]) -> dict[str, Any]:
    """Subjects with their parts, mostly one for each."""
    subjects = draw(st.lists(st.sampled_from([*others, learner.learner]), min_size=1, max_size=2))
    parts = draw(_often(st.just(subjects), st.lists(st.sampled_from(others), max_size=2)))
    return {"subjects": subjects, "parts": [{"learner": p, "text": draw(TEXTS)} for p in parts]}
