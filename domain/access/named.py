"""Words that people wrote about records, brought to codes that never stand for more."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from uuid import UUID

from domain.event import EVENTS, LEARNER
from domain.words import DataClass

# What people call records, where it is not the word of an event type. Never more than it says.
CALLED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "scores": frozenset({"assessment"}),
        "test-scores": frozenset({"assessment"}),
        "assessment-scores": frozenset({"assessment"}),
        "grades": frozenset({"course-result"}),
        "transcript": frozenset({"course-result"}),
        "support-plan": frozenset({"support"}),
        "survey-answers": frozenset({"survey"}),
        "education-records": frozenset({DataClass.EDUCATION}),
        "special-education": frozenset({DataClass.SPECIAL_ED}),
        "special-education-records": frozenset({DataClass.SPECIAL_ED}),
        "iep": frozenset({DataClass.SPECIAL_ED}),
    }
)
CLASSES = frozenset(str(data_class) for data_class in DataClass)


def word(text: str) -> str:
    """A person's words as a code: `Bright Path Tutoring` is `bright-path-tutoring`."""
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")


def forms(text: str) -> frozenset[str]:
    """The words as a code, and without the s of a plural."""
    return frozenset({word(text), word(text).removesuffix("s")})


def id_of(text: str) -> UUID | None:
    """The id that a text is, where it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def kinds_named(text: str) -> frozenset[str]:
    """The kinds and data classes of records that a person's words name; unknown words as they are.

    What names only some records of a kind, such as "reading scores", stays as it is: it covers
    nothing until somebody names the kind.
    """
    code = word(text)
    if code in CALLED:
        return CALLED[code]
    data_class = code.replace("-", "_")
    if data_class in CLASSES:
        return frozenset({data_class})
    return (forms(text) & _kinds()) or frozenset({code})


def names_nothing(text: str) -> bool:
    """True for words that name no records there are: a consent to them covers nothing."""
    return kinds_named(text).isdisjoint(_kinds() | CLASSES)


@cache
def _kinds() -> frozenset[str]:
    """The word of each event type on a learner's record: `attendance-summarised`, attendance."""
    return frozenset(
        topic.rsplit("-", 1)[0] for topic, event in EVENTS.items() if event.SPEC.record == LEARNER
    )
