"""What a file is made of: a record learns at once of what stands on another and is about it too.

No projection runs here: nothing that is decided waits for one.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import store.filed
import store.recorder
from api.compose import System
from api.desk import desk_of
from domain.access.filing import LearnerFile
from domain.access.rights import is_stopped
from domain.consent import GrantConsent, SetDirectoryOptOut, WithdrawConsent
from domain.event import Command, Part
from domain.identity import (
    EvidenceKind,
    MergeRecords,
    RecordRightsEvidence,
    RevokeRights,
    SplitRecords,
)
from store.embedded import EmbeddedPostgres
from store.filed import Filed
from store.recorder import LATEST, TIES
from tests.installation import Installation
from tests.people import enrol, make_guardian, tell
from tests.served import new_district

SAME = "Same birth certificate."


@pytest.fixture(scope="module")
def system(postgres: EmbeddedPostgres) -> Iterator[System]:
    """One district for all; each test has learners of its own."""
    with new_district(postgres) as opened:
        yield opened


@pytest.fixture
def filed(system: System) -> Filed:
    """Files that are kept in memory from one look to the next."""
    return desk_of(system).filed


@pytest.fixture
def queries(system: System, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of this district's database by its recorder, from now on."""
    asked: list[str] = []
    read = store.recorder.read

    def noted(datastore: object, query: str, values: list[Any]) -> list[dict[str, Any]]:
        if datastore is system.datastore:
            asked.append(query)
        return read(system.datastore, query, values)

    monkeypatch.setattr(store.recorder, "read", noted)
    return asked


def three(system: System) -> list[UUID]:
    return [enrol(system, name) for name in ("Cleo", "Clea", "Cloe")]


def merge(system: System, one: UUID, other: UUID) -> None:
    tell(system, one, MergeRecords(other=other, reason=SAME))


def of_both(command: Command, other: UUID) -> Command:
    parts = (Part(learner=other, text="The other, too."),)
    return command.model_copy(update={"subjects": (other,), "parts": parts})


def granted(consent: UUID) -> GrantConsent:
    return GrantConsent(
        consent=consent, records=("attendance",), purpose="tutoring", recipient="Bright Path",
        signer=uuid4(), signer_name="Maria Lopez", capacity="mother", method="paper",
    )  # fmt: skip


def file_of(filed: Filed, learner: UUID) -> LearnerFile:
    return filed.learners([learner])[learner]


def consents(filed: Filed, *learners: UUID) -> list[list[bool]]:
    """Of each learner, whether each of the consents on file was withdrawn."""
    found = filed.learners(learners)
    return [[c.withdrawn is not None for c in found[one].consents] for one in learners]


# -- merges ---------------------------------------------------------------------------------------


def test_a_merge_counts_for_the_record_on_which_it_does_not_stand(
    system: System, filed: Filed
) -> None:
    """An order on the one did not close the other: only the one knew that they were merged."""
    mother, (cleo, clea, _) = uuid4(), three(system)
    for learner in (cleo, clea):
        make_guardian(system, learner, mother)
    assert file_of(filed, cleo).merged == frozenset()

    merge(system, clea, cleo)
    order = RecordRightsEvidence(kind=EvidenceKind.COURT_ORDER, person=mother, text="No contact.")
    tell(system, clea, order)
    tell(system, clea, RevokeRights(person=mother, evidence=order.evidence))

    found = file_of(filed, cleo)
    assert found.merged == {clea}
    assert len(found.enrolled) == 2
    assert is_stopped(found.rights.stopped, mother, system.context().today)


def test_a_split_parts_both(system: System, filed: Filed) -> None:
    cleo, clea, _ = three(system)
    merge(system, clea, cleo)
    assert file_of(filed, cleo).merged == {clea}

    tell(system, clea, SplitRecords(other=cleo, reason="Cousins."))
    assert file_of(filed, cleo) == file_of(desk_of(system).filed, cleo)
    assert (file_of(filed, cleo).merged, len(file_of(filed, cleo).enrolled)) == (frozenset(), 1)


def test_records_are_merged_by_way_of_another_on_which_nothing_stands(
    system: System, filed: Filed
) -> None:
    cleo, clea, cloe = every = three(system)

    def others() -> list[frozenset[UUID]]:
        found = filed.learners(every)
        return [found[one].merged for one in every]

    assert others() == [set(), set(), set()]
    merge(system, cleo, clea)
    assert others() == [{clea}, {cleo}, set()]
    merge(system, cloe, clea)
    assert others() == [{clea, cloe}, {cleo, cloe}, {cleo, clea}]
    tell(system, cleo, SplitRecords(other=clea, reason="Cousins."))
    assert others() == [set(), {cloe}, {clea}]


# -- what was recorded with a sibling -------------------------------------------------------------


def test_a_siblings_consent_that_names_a_learner_counts_for_both_and_ends_for_both(
    system: System, filed: Filed
) -> None:
    consent, (cleo, clea, cloe) = uuid4(), three(system)
    assert consents(filed, cleo, clea) == [[], []]
    tell(system, clea, of_both(granted(consent), cleo))
    assert consents(filed, cleo, clea, cloe) == [[False], [False], []]
    tell(system, clea, WithdrawConsent(consent=consent))
    assert consents(filed, cleo, clea, cloe) == [[True], [True], []]


def test_a_siblings_consent_counts_on_every_record_of_the_learner_it_names(
    system: System, filed: Filed
) -> None:
    cleo, clea, cloe = three(system)
    tell(system, cloe, of_both(granted(uuid4()), clea))
    merge(system, cleo, clea)
    assert consents(filed, cleo, clea, cloe) == [[False], [False], [False]]


def test_an_opt_out_recorded_with_a_siblings_keeps_back_both(system: System, filed: Filed) -> None:
    every = three(system)
    cleo, clea, _ = every
    filed.learners(every)
    tell(system, clea, of_both(SetDirectoryOptOut(), cleo))
    found = filed.learners(every)
    assert [len(found[one].opt_outs) for one in every] == [1, 1, 0]


# -- what it takes --------------------------------------------------------------------------------


def test_where_nothing_is_new_a_look_is_one_query(
    system: System, filed: Filed, queries: list[str]
) -> None:
    person, (cleo, clea, cloe) = uuid4(), three(system)
    merge(system, clea, cleo)
    tell(system, cloe, of_both(granted(uuid4()), cleo))
    before = filed.look(person, [cleo, clea, cloe])
    queries.clear()
    assert filed.look(person, [cleo, clea, cloe]) == before
    assert queries == [LATEST]


def test_a_tie_elsewhere_leaves_a_kept_file_as_it_is(
    system: System, filed: Filed, queries: list[str]
) -> None:
    cleo, clea, cloe = three(system)
    before = file_of(filed, cleo)
    merge(system, clea, cloe)
    queries.clear()
    assert file_of(filed, cleo) is before
    assert queries == [LATEST, TIES, LATEST]


def test_ties_are_read_to_their_end_some_at_a_time(
    system: System, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.filed, "TAKEN", 2)
    others = [enrol(system, f"Cleo {n}") for n in range(5)]
    for one, other in pairwise(others):
        merge(system, other, one)
    assert len(file_of(filed, others[0]).merged) == 4


def test_a_merge_that_comes_while_somebody_looks_is_seen(
    system: System, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records were found before it came, and what is asked of the database knows of it."""
    cleo, clea, cloe = three(system)
    file_of(filed, cleo)
    coming = [(clea, cleo), (cloe, clea)]
    latest, select_ties = system.recorder.latest, system.recorder.select_ties

    def first_merge(what: Any) -> Any:
        def asked(*values: Any) -> Any:
            if coming:
                merge(system, *coming.pop(0))
            return what(*values)

        return asked

    monkeypatch.setattr(system.recorder, "latest", first_merge(latest))
    monkeypatch.setattr(system.recorder, "select_ties", first_merge(select_ties))
    assert file_of(filed, cleo).merged == {clea, cloe}


def test_a_merge_that_another_reader_takes_in_meanwhile_is_seen(
    system: System, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ties are read as far as they go by then, but the records were found before."""
    cleo, clea, cloe = three(system)
    file_of(filed, cleo)
    latest = system.recorder.latest

    def after_another_reader(streams: Any) -> Any:
        monkeypatch.setattr(system.recorder, "latest", latest)
        merge(system, clea, cleo)
        file_of(filed, cloe)
        return latest(streams)

    monkeypatch.setattr(system.recorder, "latest", after_another_reader)
    assert file_of(filed, cleo).merged == {clea}


def test_a_tie_that_a_crash_took_away_again_counts_no_more(postgres: EmbeddedPostgres) -> None:
    """It was read before it was on disk."""
    with new_district(postgres) as system:
        filed, (cleo, clea, cloe) = desk_of(system).filed, three(system)
        merge(system, cloe, clea)
        merge(system, clea, cleo)
        assert file_of(filed, cleo).merged == {clea, cloe}
        Installation(system.settings.home, system.databases).execute(
            "SET session_replication_role = replica; "
            "DELETE FROM event WHERE position = (SELECT max(position) FROM event)"
        )
        assert file_of(filed, cleo).merged == frozenset()
        assert file_of(filed, clea).merged == {cloe}


def test_a_look_goes_by_the_index_of_ties(system: System) -> None:
    """Where view and index say different things, each look would read the whole record."""
    tenant = system.settings.tenant
    with psycopg.connect(system.databases.app) as app:
        app.execute("SET search_path = throughline, pg_temp")
        app.execute("SELECT set_config('throughline.tenant', %s, false)", (tenant,))
        app.execute("SET enable_seqscan = off")
        for query, values in ((LATEST, ([], tenant, tenant)), (TIES, (tenant, 0, 10))):
            plan = "\n".join(row[0] for row in app.execute("EXPLAIN " + query, values))
            assert "event_tie on event" in plan, plan
