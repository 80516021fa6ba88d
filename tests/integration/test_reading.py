"""What a reader is told: entries with all that was said since, each learner only their own part."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.compose import System
from domain.changes import (
    AmendFact,
    ConfirmFact,
    CorrectFact,
    PlaceContestStatement,
    RetractFact,
    SupersedeFact,
)
from domain.consent import GrantConsent, VoidConsent, WithdrawConsent
from domain.effective import Effective
from domain.event import Command, Part
from domain.facts import EndSupport, MakeComment, RecordObservation, ReviewSupport, StartSupport
from domain.goals import ProgressGoal, ReachGoal, SetGoal
from domain.identity import ChangeDetails, SetProtectedContact
from domain.words import GoalKind, Horizon, Precision, Retention
from projections.entries import Entry
from projections.reading import BEGINNING, place_in_time
from store.embedded import EmbeddedPostgres
from store.keys import KeyId
from tests.unit.decider import CONTEXT, SINCE_NOBODY_KNOWS_WHEN, TODAY, since
from tests.varied import APR, FEB, JAN, MAR, MAY, one_district, open_record, tell

JUN = date(2025, 6, 1)
NEXT_YEAR = date(2026, 1, 1)


@pytest.fixture(scope="module")
def system(postgres: EmbeddedPostgres) -> Iterator[System]:
    """One district for all; each test has learners of its own."""
    with one_district(postgres) as built:
        yield built


@pytest.fixture
def ana(system: System) -> UUID:
    return open_record(system)


@pytest.fixture
def ben(system: System) -> UUID:
    return open_record(system, given_name="Ben")


def profile(system: System, learner: UUID, on: date = TODAY) -> list[Entry]:
    """What holds on a day, the learner's details left out."""
    system.projector.catch_up()
    return [e for e in system.reader.profile(learner, on) if e.kind != "details"]


def timeline(system: System, learner: UUID) -> list[Entry]:
    system.projector.catch_up()
    return system.reader.timeline(learner)


def told(system: System, learner: UUID) -> str:
    """Every word that the reader of a learner is told, on any day."""
    entries = timeline(system, learner) + [
        e for on in (JAN, APR, TODAY, NEXT_YEAR) for e in system.reader.profile(learner, on)
    ]
    return "".join(map(repr, entries))


def observation(fact: UUID, text: str = "Likes chess.", **more: Any) -> RecordObservation:
    return RecordObservation.model_validate(
        {"fact": fact, "area": "interests", "text": text, "effective": since(JAN), **more}
    )


def about(learner: UUID, text: str) -> dict[str, Any]:
    return {"subjects": (learner,), "parts": (Part(learner=learner, text=text),)}


# -- one entry and what was said about it -------------------------------------------------------


def test_an_entry_says_who_said_it_when_how_and_from_where(system: System, ana: UUID) -> None:
    author = uuid4()
    recorded = tell(
        system,
        ana,
        observation(
            uuid4(), author=author, author_name="Mr Ode", author_role="teacher",
            received_on=FEB, received_how="a phone call", source="notes", source_id="R-1",
        ),
    )  # fmt: skip
    [entry] = profile(system, ana)
    source = entry.provenance
    assert (entry.area, entry.body, entry.status) == ("interests", {"text": "Likes chess."}, "live")
    assert (source.position, source.recorded_at) == (recorded.position, recorded.recorded_at)
    assert (source.author, source.author_name, source.author_role) == (author, "Mr Ode", "teacher")
    assert (source.entered_by, source.entered_by_name) == (CONTEXT.entered_by, "Ms Rivera")
    assert (source.received_on, source.received_how) == (FEB, "a phone call")
    assert (source.source, source.source_id, source.erased) == ("notes", "R-1", False)


def test_corrections_comments_statements_and_confirmations_lie_over_the_entry(
    system: System, ana: UUID
) -> None:
    fact = uuid4()
    tell(system, ana, observation(fact))
    tell(system, ana, CorrectFact(fact=fact, changes={"text": "Likes go."}, ground="Misheard."))
    tell(system, ana, MakeComment(fact=fact, text="At home too."))
    tell(system, ana, PlaceContestStatement(fact=fact, text="We do not agree."))
    tell(system, ana, ConfirmFact(fact=fact, note="Seen again.", effective=since(MAR)))
    tell(system, ana, AmendFact(fact=fact, changes={"text": "Plays go."}, ground="Granted."))
    for [entry] in (profile(system, ana), timeline(system, ana)):
        assert (entry.id, entry.status) == (fact, "amended")
        assert entry.body == {"text": "Plays go."}
        assert entry.began.text == "Likes chess."
        assert [(r.kind, r.text) for r in entry.remarks] == [
            ("comment-made", "At home too."),
            ("contest-statement-placed", "We do not agree."),
            ("fact-confirmed", "Seen again."),
        ]
        assert [(p.type, p.reason) for p in entry.changed_by] == [
            ("fact-corrected", "Misheard."),
            ("fact-amended", "Granted."),
        ]


def test_a_correction_of_the_date_corrects_its_precision_too(system: System, ana: UUID) -> None:
    fact = uuid4()
    month = Effective(start=FEB, precision=Precision.MONTH)
    tell(system, ana, observation(fact))
    tell(
        system,
        ana,
        CorrectFact(fact=fact, changes={"text": "Go."}, ground="Misheard.", effective=month),
    )
    tell(system, ana, ConfirmFact(fact=fact, effective=since(MAR)))
    [entry] = profile(system, ana)
    assert (entry.effective[0].start, entry.precision) == (FEB, "month")


def test_a_new_value_holds_from_its_date_and_the_statement_stands_beside_both(
    system: System, ana: UUID
) -> None:
    fact, successor = uuid4(), uuid4()
    tell(system, ana, observation(fact))
    tell(system, ana, PlaceContestStatement(fact=fact, text="We do not agree."))
    tell(
        system,
        ana,
        SupersedeFact(
            fact=fact, successor=successor, changes={"text": "Go."}, effective=since(MAR, APR)
        ),
    )
    held = {on: profile(system, ana, on) for on in (FEB, MAR, APR)}
    assert {on: [e.id for e in entries] for on, entries in held.items()} == {
        FEB: [fact], MAR: [successor], APR: [fact],
    }  # fmt: skip
    [middle] = held[MAR]
    assert (middle.body, middle.line, middle.area) == ({"text": "Go."}, fact, "interests")
    assert middle.type == "observation-recorded"
    for [entry] in held.values():
        assert [r.text for r in entry.remarks] == ["We do not agree."]


def test_a_value_dated_before_what_it_follows_still_follows_it(system: System, ana: UUID) -> None:
    fact, successor = uuid4(), uuid4()
    tell(system, ana, observation(fact, effective=since(APR)))
    tell(
        system,
        ana,
        SupersedeFact(
            fact=fact, successor=successor, changes={"text": "Go."}, effective=since(MAR)
        ),
    )
    for on in (MAR, MAY):
        [entry] = profile(system, ana, on)
        assert (entry.id, entry.body, entry.type) == (
            successor, {"text": "Go."}, "observation-recorded",
        )  # fmt: skip


def test_retracting_an_entry_takes_the_values_that_followed_it_along(
    system: System, ana: UUID
) -> None:
    fact, successor = uuid4(), uuid4()
    tell(system, ana, observation(fact))
    tell(system, ana, SupersedeFact(fact=fact, successor=successor, changes={"text": "Go."}))
    tell(system, ana, RetractFact(fact=fact, reason="Another learner.", wrong_learner=True))
    assert profile(system, ana) == timeline(system, ana) == []


def test_a_support_given_a_new_value_is_reviewed_and_ended_as_one(
    system: System, ana: UUID
) -> None:
    support, successor = uuid4(), uuid4()
    for command in (
        StartSupport(fact=support, title="Reading group", effective=since(JAN)),
        SupersedeFact(
            fact=support, successor=successor, changes={"title": "Pair"}, effective=since(MAR)
        ),
        ReviewSupport(support=successor, text="Going well.", effective=since(APR)),
    ):
        tell(system, ana, command)
    [running] = profile(system, ana)
    assert (running.id, running.status, running.body["title"]) == (successor, "running", "Pair")
    assert [r.text for r in running.remarks] == ["Going well."]

    tell(system, ana, EndSupport(support=successor, reason="Reached.", effective=since(MAY)))
    tell(system, ana, CorrectFact(fact=successor, changes={"text": "Twice a week."}, ground="Left"))
    [ended] = profile(system, ana, APR)
    assert (ended.status, ended.body["text"]) == ("ended", "Twice a week.")
    assert profile(system, ana, MAY) == []


def goal(goal: UUID, start: date = JAN, **more: Any) -> SetGoal:
    return SetGoal.model_validate(
        {"goal": goal, "text": "Read.", "horizon": Horizon.SHORT_TERM, "kind": GoalKind.ACADEMIC,
         "effective": since(start), **more}
    )  # fmt: skip


IN_THAT_YEAR = Effective(start=JAN, precision=Precision.YEAR)  # begins before the goal was set


@pytest.mark.parametrize("reached", [IN_THAT_YEAR, since(MAY), SINCE_NOBODY_KNOWS_WHEN])
def test_a_goal_that_was_reached_stays_reached(
    system: System, ana: UUID, reached: Effective
) -> None:
    aim = uuid4()
    tell(system, ana, goal(aim, MAR))
    tell(system, ana, ProgressGoal(goal=aim, text="Half.", percent=50, effective=since(APR)))
    tell(system, ana, ReachGoal(goal=aim, text="Done.", effective=reached))
    [entry] = profile(system, ana)
    assert (entry.kind, entry.line, entry.status) == ("goal", aim, "reached")
    assert entry.type == "goal-set"
    assert entry.began.text == "Read."


def consent(consent: UUID, start: date = JAN, **more: Any) -> GrantConsent:
    return GrantConsent.model_validate(
        {"consent": consent, "records": ("attendance",), "purpose": "tutoring",
         "recipient": "Bright Path", "signer_name": "Maria Lopez", "capacity": "mother",
         "method": "paper", "effective": since(start), **more}
    )  # fmt: skip


def test_a_consent_withdrawn_before_it_began_never_begins(system: System, ana: UUID) -> None:
    given = uuid4()
    tell(system, ana, consent(given, NEXT_YEAR))
    tell(system, ana, WithdrawConsent(consent=given))
    for on in (TODAY, NEXT_YEAR, date(2027, 1, 1)):
        assert [e.status for e in profile(system, ana, on)] == ["withdrawn"]


def test_contact_details_are_protected_from_the_day_stated_whatever_was_entered_last(
    system: System, ana: UUID
) -> None:
    tell(system, ana, SetProtectedContact(protected=True, effective=since(MAR)))
    tell(system, ana, SetProtectedContact(protected=False, effective=since(JAN)))
    assert [e.status for e in profile(system, ana, FEB)] == ["open"]
    assert [e.status for e in profile(system, ana, APR)] == ["protected"]


def test_an_entry_whose_key_was_destroyed_is_there_without_its_content(
    system: System, ana: UUID
) -> None:
    fact = uuid4()
    tell(system, ana, observation(fact, author_name="Mr Ode"))
    system.mapper.keys.destroy(KeyId(system.mapper.tenant, ana, Retention.PROFILE))
    for [entry] in (profile(system, ana), timeline(system, ana)):
        assert (entry.id, entry.body, entry.provenance.erased) == (fact, {}, True)
        assert entry.provenance.author_name is None
    system.mapper.keys.destroy(KeyId(system.mapper.tenant, ana, Retention.PERMANENT))
    place = system.reader.learner(ana, TODAY)
    assert place
    assert (place.erased, place.name) == (True, "(erased)")


# -- entries about two learners -----------------------------------------------------------------

FOR_ANA, FOR_BEN = "for Ana alone", "for Ben alone"


def about_two(ben: UUID) -> list[Command]:
    """Entries on Ana's record about Ben too, and what became of them without naming Ben."""
    fact, successor, aim, given = (uuid4() for _ in range(4))
    ben_s = about(ben, FOR_BEN)
    return [
        observation(fact, FOR_ANA, **ben_s),
        CorrectFact(fact=fact, changes={"text": f"{FOR_ANA} 2"}, ground=FOR_ANA),
        MakeComment(fact=fact, text=FOR_ANA),
        PlaceContestStatement(fact=fact, text=FOR_ANA),
        ConfirmFact(fact=fact, note=FOR_ANA),
        AmendFact(fact=fact, changes={"text": f"{FOR_ANA} 3"}, ground=FOR_ANA),
        SupersedeFact(
            fact=fact, successor=successor, changes={"text": f"{FOR_ANA} 4"}, effective=since(MAY)
        ),
        goal(aim, text=FOR_ANA, **ben_s),
        ProgressGoal(goal=aim, text=FOR_ANA, percent=50),
        ReachGoal(goal=aim, text=FOR_ANA),
        consent(given, purpose=FOR_ANA, **ben_s),
        WithdrawConsent(consent=given, reason=FOR_ANA),
        ChangeDetails.model_validate({"preferred_name": FOR_ANA, **ben_s}),
        ChangeDetails(preferred_name=f"{FOR_ANA} 5"),
    ]


def test_each_learner_s_reader_sees_only_their_own_part(
    system: System, ana: UUID, ben: UUID
) -> None:
    for command in about_two(ben):
        tell(system, ana, command)
    assert FOR_ANA in told(system, ana)
    assert FOR_BEN not in told(system, ana)
    assert FOR_BEN in told(system, ben)
    assert FOR_ANA not in told(system, ben)
    assert {e.kind: e.status for e in profile(system, ben)} == {
        "fact": "amended", "goal": "reached", "consent": "withdrawn",
    }  # fmt: skip
    assert {e.body["text"] for e in profile(system, ben)} == {FOR_BEN}
    assert all(e.learner == ben for e in profile(system, ben))
    assert system.reader.parked() == []


def test_a_registration_about_two_learners_is_read_by_both(system: System, ben: UUID) -> None:
    cleo = open_record(system, **about(ben, FOR_BEN))
    system.projector.catch_up()
    assert system.reader.parked() == []
    assert FOR_BEN in told(system, ben)
    assert FOR_BEN not in told(system, cleo)
    assert [e.id for e in system.reader.profile(cleo, TODAY)] == [UUID(int=0)]


def test_whom_a_later_word_concerns_is_told_their_part_of_it(
    system: System, ana: UUID, ben: UUID
) -> None:
    fact = uuid4()
    tell(system, ana, observation(fact, FOR_ANA))
    assert profile(system, ben) == []
    changed = {"changes": {"text": f"{FOR_ANA} 2"}, "ground": "Left out."}
    tell(system, ana, CorrectFact.model_validate({"fact": fact, **changed, **about(ben, FOR_BEN)}))
    for [entry] in (profile(system, ben), timeline(system, ben)):
        assert (entry.learner, entry.body) == (ben, {"text": FOR_BEN})
    assert FOR_ANA not in told(system, ben)


def test_a_voided_consent_is_void_for_each_learner_it_was_for(
    system: System, ana: UUID, ben: UUID
) -> None:
    given = uuid4()
    tell(system, ana, consent(given, **about(ben, FOR_BEN)))
    tell(system, ana, WithdrawConsent(consent=given))
    tell(system, ana, VoidConsent(consent=given, reason="Not the mother."))
    for learner in (ana, ben):
        for on in (JAN, TODAY, NEXT_YEAR):
            assert [e.status for e in profile(system, learner, on)] == ["voided"]


@pytest.mark.parametrize("whose", ["ana", "ben"])
def test_erasing_one_learner_leaves_the_other_s_part(
    system: System, ana: UUID, ben: UUID, whose: str
) -> None:
    tell(system, ana, observation(uuid4(), FOR_ANA, **about(ben, FOR_BEN)))
    erased, kept = (ana, ben) if whose == "ana" else (ben, ana)
    system.mapper.keys.destroy(KeyId(system.mapper.tenant, erased, Retention.PROFILE))
    [gone], [there] = profile(system, erased), profile(system, kept)
    assert (gone.body, gone.provenance.erased) == ({}, True)
    assert (there.body, there.provenance.erased) == (
        {"text": FOR_BEN if kept == ben else FOR_ANA}, False,
    )  # fmt: skip


# -- the timeline in pages ----------------------------------------------------------------------


def test_pages_of_a_timeline_give_each_entry_once_in_effective_order(
    system: System, ana: UUID
) -> None:
    march, unknown = since(MAR), SINCE_NOBODY_KNOWS_WHEN
    for n, on in enumerate([march, unknown, since(JAN), march, unknown, since(FEB), march]):
        tell(system, ana, observation(uuid4(), f"Entry {n}.", effective=on))
    whole = timeline(system, ana)
    starts = [e.effective[0].start for e in whole]
    assert starts == [None, None, JAN, FEB, MAR, MAR, MAR]
    pages, after = [], BEGINNING
    while page := system.reader.timeline(ana, after, limit=2):
        pages += page
        after = place_in_time(page[-1])
    assert pages == whole


def test_what_happened_on_one_day_stood_in_the_order_of_random_ids(
    system: System, ana: UUID
) -> None:
    aims = [uuid4() for _ in range(4)]
    for aim in aims:
        tell(system, ana, goal(aim, MAR))
        tell(system, ana, ProgressGoal(goal=aim, text="Half way.", effective=since(MAR)))
        tell(system, ana, ReachGoal(goal=aim, text="Done.", effective=since(MAR)))
    whole = timeline(system, ana)
    assert [e.type for e in whole] == ["goal-set", "goal-progressed", "goal-reached"] * 4
    assert [e.line for e in whole] == [aim for aim in aims for _ in range(3)]
    pages, after = [], BEGINNING
    while page := system.reader.timeline(ana, after, limit=1):
        pages += page
        after = place_in_time(page[-1])
    assert pages == whole


# -- what was taken away since ------------------------------------------------------------------


def removals(system: System, learner: UUID, on: date, position: int) -> dict[UUID, str | None]:
    """How each entry that was known at a position has been taken away since."""
    system.projector.catch_up()
    at = system.reader.standing(learner, position)
    found = [e for e in system.reader.profile(learner, on, at) if e.kind != "details"]
    return {e.id: e.removed.how if e.removed else None for e in found}


def follows(fact: UUID, successor: UUID, start: date, text: str) -> SupersedeFact:
    return SupersedeFact(
        fact=fact, successor=successor, changes={"text": text}, effective=since(start)
    )


def test_what_gave_way_to_a_retracted_value_was_marked_as_retracted_too(
    system: System, ana: UUID
) -> None:
    fact, wrong = uuid4(), uuid4()
    tell(system, ana, observation(fact))
    known = tell(system, ana, follows(fact, wrong, MAR, "Her sister's.")).position
    tell(system, ana, RetractFact(fact=wrong, reason="Her sister's.", wrong_learner=True))
    assert removals(system, ana, FEB, known) == {fact: None}
    assert removals(system, ana, MAR, known) == {wrong: "wrong-learner"}


def test_what_had_lain_over_an_amended_value_would_have_told_it_still(
    system: System, ana: UUID
) -> None:
    fact, second, third = uuid4(), uuid4(), uuid4()
    tell(system, ana, observation(fact))
    tell(system, ana, follows(fact, second, MAR, "Lives with her aunt."))
    known = tell(system, ana, follows(fact, third, APR, "At home.")).position
    # Dated after the third value, the second no longer lies under it.
    changes = {"text": "Home."}
    tell(
        system,
        ana,
        CorrectFact(fact=second, changes=changes, ground="Misdated.", effective=since(MAY)),
    )
    tell(system, ana, AmendFact(fact=second, changes=changes, ground="Granted."))
    assert removals(system, ana, FEB, known) == {fact: None}
    assert removals(system, ana, MAR, known) == {second: "amended"}
    assert removals(system, ana, APR, known) == {third: "amended"}
