"""The parts of a replayed profile: what each has, what can be led to, and why one has nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from api.pages import words
from api.pages.asked import Asked
from api.pages.learner import own_details
from api.pages.said import said
from projections.entries import Entry
from projections.places import Place
from projections.replay import Answer


@dataclass(frozen=True)
class Gap:
    """A part of the profile that has nothing to show, and why.

    `elsewhere` counts the entries that the other question's answer has there, at `href`.
    """

    answer: Answer
    elsewhere: int
    href: str
    then: bool


@dataclass(frozen=True)
class EmptyArea:
    """An area of the profile without entries; `elsewhere` as in `Gap`."""

    code: str
    name: str
    elsewhere: int


def anchors(parts: Mapping[str, Any]) -> frozenset[UUID]:
    """The entries that these sections show, and so can be led to."""
    shown = [g.said.entry for g in (*parts["goals"], *parts["closed_goals"])]
    for name in ("supports", "accommodations", "consents", "consents_ended", "opt_outs",
                 "survey_opt_outs", "reviews", "planned"):  # fmt: skip
        shown += [one.entry for one in parts[name]]
    for area in parts["areas"]:
        shown += [one.entry for one in (*area.entries, *area.measures)]
    return frozenset(e.id for e in (*shown, *parts["people"], *parts["evidence"]))


def sizes(parts: Mapping[str, Any]) -> dict[str, int]:
    """How many entries each part of the profile has."""
    around = {
        "goals": ("goals", "closed_goals"),
        "supports": ("supports", "accommodations"),
        "reviews": ("reviews", "planned"),
        "consents": ("consents", "consents_ended", "opt_outs", "survey_opt_outs"),
        "people": ("people", "evidence"),
    }
    found = {code: sum(len(parts[name]) for name in names) for code, names in around.items()}
    areas = {area.code: area.size for area in parts["areas"]}
    return found | {code: areas.get(code, 0) for code in words.AREAS}


def gaps(parts: Mapping[str, Any], others: Mapping[str, Any], asked: Asked) -> dict[str, Gap]:
    """For every part of the profile that has nothing: what the other answer has there."""
    there = sizes(others)
    return {
        code: Gap(
            Answer.NOT_KNOWN_THEN if asked.then and there[code] else Answer.NEVER_EXISTED,
            there[code],
            f"{asked.other()}#{code}",
            asked.then,
        )
        for code, size in sizes(parts).items()
        if not size
    }


def empty_areas(missing: Mapping[str, Gap]) -> list[EmptyArea]:
    """The areas of the profile that have nothing, in the order of the page."""
    return [
        EmptyArea(code, name, missing[code].elsewhere)
        for code, (name, _) in words.AREAS.items()
        if code in missing
    ]


def enrolled(entries: Sequence[Entry], schools: Mapping[str, str]) -> str | None:
    """`North High, Grade 9`: where the learner was enrolled."""
    found = [e for e in entries if e.kind == "enrolment"]
    latest = max(found, key=lambda e: words.starts(e) or date.min, default=None)
    return said(latest, schools).title if latest else None


def age(entries: Sequence[Entry], place: Place, on: date) -> int | None:
    """How old the learner was, by the date of birth that the answer has, or that we have."""
    told = next((e.body.get("birth_date") for e in own_details(entries, place.learner)), None)
    born = told if isinstance(told, date) else place.birth_date
    return words.age(born, on) if born else None
