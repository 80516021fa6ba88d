"""Which notice goes with an answer follows from what is shown, and never from what is kept back."""

import pytest

from api.desk import Judged
from api.seen import Seen
from domain.access.decision import RECORD_ITSELF, Decision, Part
from domain.access.facts import Records
from domain.access.grounds import TABLE
from domain.access.notices import REDISCLOSURE
from domain.access.words import Action
from domain.words import DataClass
from tests.acceptance.access.baselines import BASELINES

GROUNDS = {ground.code: ground for ground in TABLE.grounds}
OFFICIALS, CONSENT = GROUNDS["FERPA-99.31-a-1-i-A"], GROUNDS["FERPA-99.30"]
SPECIAL = Records(data_class=DataClass.SPECIAL_ED)


def seen(*parts: Part, allowed: bool = True, action: Action = Action.OPENED) -> Seen:
    """What was decided of somebody who is staff, and a tutor as well."""
    code = parts[0].ground.code if allowed else "FERPA-99.30-signed"
    decision = Decision(allowed, code, "", "", "2026-1", parts)
    found = Seen(action, allowed, code)
    found.take(Judged(decision, BASELINES["FERPA-99.30"], None))
    return found


@pytest.mark.law("FERPA-99.33", "notice")
def test_the_notice_is_due_with_the_records_that_want_it_and_with_no_others() -> None:
    of_both = seen(Part(OFFICIALS, (RECORD_ITSELF,), ()), Part(CONSENT, (SPECIAL,), ()))
    assert of_both.notice is None  # that there are entries of special education is not told by it
    of_both.classes.add(DataClass.EDUCATION)
    assert of_both.notice is None
    of_both.classes.add(DataClass.SPECIAL_ED)
    assert of_both.notice is REDISCLOSURE


def test_the_record_itself_opened_on_such_a_ground_wants_it_without_any_entry() -> None:
    assert seen(Part(CONSENT, (RECORD_ITSELF,), ())).notice is REDISCLOSURE
    assert seen(Part(OFFICIALS, (RECORD_ITSELF,), ())).notice is None


def test_who_is_refused_or_only_writes_is_shown_nothing_to_use() -> None:
    part = Part(CONSENT, (RECORD_ITSELF,), ())
    assert seen(part, action=Action.WRITTEN).notice is None
    refused = seen(part)
    refused.allowed = False
    assert refused.notice is None
