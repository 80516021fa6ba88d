"""Days that cannot be: before birth, before what an entry is about, before it is sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.access.days import (
    OF_A_FAMILY,
    check_birth,
    check_ending,
    check_review,
    check_sent_online,
)
from domain.access.evidence import Consent
from domain.access.files_learners import LearnerFile
from domain.access.giving import OUTSIDE
from domain.access.rights import RightsEvidence
from domain.access.words import Role
from domain.consent import (
    AllowSurvey,
    AssentCommand,
    GiveAssent,
    GrantConsent,
    VoidConsent,
    WithdrawConsent,
)
from domain.effective import Effective
from domain.errors import Refused
from domain.event import Command
from domain.learner import open_record
from domain.words import Precision
from tests.unit.decider import ANA, CONTEXT, REGISTER, TODAY, named, since
from tests.unit.plain import CONSENT, CONSENTS, GRANT, ONLINE_CONSENTS, REVIEW_ACCESS, Plain

BORN, SIGNED, DAY = date(2012, 3, 10), date(2025, 9, 1), timedelta(days=1)
PAPER = Consent(
    id=CONSENT, records=frozenset(), purpose="tutoring", effective=SIGNED, signed_on=SIGNED
)
CHILD = LearnerFile(rights=RightsEvidence(born=BORN), consents=(PAPER,))
WITHDRAW = WithdrawConsent(consent=CONSENT)
ALLOW_SURVEY = AllowSurvey(
    instrument="SEL-4", signer=named("Maria"), signer_name="Maria Lopez", method="online"
)
# All that a family gives of these groups, but what is signed and the learner's own word.
TOLD = {
    p.topic: p.command
    for p in [*CONSENTS, *ONLINE_CONSENTS]
    if type(p.command) in OUTSIDE[Role.GUARDIAN]
    and not isinstance(p.command, GrantConsent | AllowSurvey | AssentCommand)
}


def rule(check: Callable[..., None], command: Command, *rest: Any, **fields: Any) -> str | None:
    """The field and rule by which such a command is refused; none where it passes."""
    try:
        check(command.model_copy(update=fields), *rest)
    except Refused as refused:
        return f"{refused.field}: {refused.rule}"
    return None


@pytest.mark.parametrize("plain", [*CONSENTS, *ONLINE_CONSENTS], ids=lambda plain: plain.topic)
def test_nothing_a_family_says_is_older_than_the_learner(plain: Plain) -> None:
    command = plain.command
    assert command.EVENT.SPEC.group in OF_A_FAMILY
    assert rule(check_birth, command, CHILD, effective=since(BORN), received_on=BORN) is None
    assert rule(check_birth, command, CHILD, received_on=BORN - DAY) == (
        "received_on: received-before-birth"
    )
    assert rule(check_birth, command, CHILD, effective=since(BORN - DAY)) == (
        "effective: effective-before-birth"
    )


def test_without_a_date_of_birth_no_day_is_before_it() -> None:
    nobody = LearnerFile.empty()
    assert rule(check_birth, GRANT, nobody, effective=since(date(1950, 1, 1))) is None


@pytest.mark.parametrize(
    ("start", "precision", "possible"),
    [
        (date(2012, 3, 1), Precision.MONTH, True),
        (date(2012, 1, 1), Precision.MONTH, False),
        (date(2012, 1, 1), Precision.YEAR, True),
        (date(2011, 1, 1), Precision.YEAR, False),
        (date(2011, 9, 1), Precision.TERM, True),
        (None, Precision.UNKNOWN, True),
    ],
)
def test_a_month_or_a_year_may_hold_the_day_of_birth(
    start: date | None, precision: Precision, possible: bool
) -> None:
    given = Effective(start=start, precision=precision)
    assert (rule(check_birth, GRANT, CHILD, effective=given) is None) is possible


@pytest.mark.parametrize("command", [WITHDRAW, VoidConsent(consent=CONSENT, reason="Not hers.")])
def test_the_school_is_not_told_that_a_consent_ends_before_it_was_signed(command: Command) -> None:
    said = rule(check_ending, command, CHILD, received_on=SIGNED - DAY)
    assert said == "received_on: received-before-signing"
    assert rule(check_ending, command, CHILD, received_on=SIGNED) is None
    assert rule(check_ending, command, CHILD) is None


def test_a_consent_that_bears_no_day_or_is_not_there_has_no_day_to_be_before() -> None:
    long_ago = date(2013, 1, 1)
    dayless = replace(CHILD, consents=(replace(PAPER, signed_on=None),))
    assert rule(check_ending, WITHDRAW, dayless, received_on=long_ago) is None
    other = WithdrawConsent(consent=named("another consent"))
    assert rule(check_ending, other, CHILD, received_on=long_ago) is None


def test_a_review_is_not_dated_before_the_access_in_the_schools_own_time() -> None:
    """At one in the morning of the 2nd in UTC it was still the 1st in Chicago."""
    now = datetime(2025, 9, 2, 1, tzinfo=UTC)
    line = open_record(ANA, REGISTER, replace(CONTEXT, now=now)).collect_events()[0]
    chicago = ZoneInfo(CONTEXT.zone)

    def reviewed(day: date) -> str | None:
        return rule(check_review, REVIEW_ACCESS, line, chicago, effective=since(day))

    assert reviewed(date(2025, 9, 1)) is None
    assert reviewed(date(2025, 8, 31)) == "effective: review-before-access"


DAYS: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"effective": since(TODAY), "received_on": TODAY}, None),
    ({"effective": since(TODAY + DAY)}, None),
    ({"effective": since(TODAY - DAY)}, "effective"),
    ({"effective": Effective(start=date(2025, 9, 1), precision=Precision.MONTH)}, "effective"),
    ({"effective": Effective(precision=Precision.UNKNOWN)}, "effective"),
    ({"received_on": TODAY - DAY}, "received_on"),
]


@pytest.mark.parametrize("command", [GRANT, ALLOW_SURVEY], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(("fields", "field"), DAYS)
def test_who_signs_by_sending_signs_on_no_earlier_day(
    command: Command, fields: dict[str, Any], field: str | None
) -> None:
    expected = f"{field}: signed-online-today" if field else None
    assert rule(check_sent_online, command, TODAY, **fields) == expected


@pytest.mark.parametrize("name", sorted(TOLD))
@pytest.mark.parametrize(("fields", "field"), DAYS)
def test_what_a_family_tells_the_school_by_sending_was_not_told_on_an_earlier_day(
    name: str, fields: dict[str, Any], field: str | None
) -> None:
    expected = f"{field}: told-online-today" if field else None
    assert rule(check_sent_online, TOLD[name], TODAY, **fields) == expected


def test_a_family_says_on_which_earlier_day_the_learner_was_asked() -> None:
    assent = GiveAssent(consent=CONSENT)
    assert rule(check_sent_online, assent, TODAY, effective=since(TODAY - DAY)) is None
    told = rule(check_sent_online, assent, TODAY, received_on=TODAY - DAY)
    assert told == "received_on: told-online-today"
