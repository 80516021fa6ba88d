"""An `ETag` is of who asks and of one record: what it says to others, and of others."""

from domain.changes import CorrectFact
from tests.integration.access.conftest import District, learner_of, observe
from tests.people import tell


def test_one_persons_etag_told_another_that_they_had_the_answer(district: District) -> None:
    """The address was asked about, and not who asks: a front end could hand on the wrong answer."""
    url = f"/v1/learners/{district.learners['ana']}/profile?on=2020-01-01"
    first = district.as_("counselor").get(url)
    assert first.status_code == 200
    again = {"If-None-Match": first.headers["ETag"]}
    answers = [district.as_(who).get(url, headers=again) for who in ("teacher", "counselor")]
    assert [answer.status_code for answer in answers] == [200, 200], "a look was recorded since"
    assert len({a.headers["ETag"].split(".")[-1] for a in (first, *answers)}) == 3


def test_the_etag_of_another_learner_let_a_change_be_overwritten(district: District) -> None:
    system, ana = district.system, district.learners["ana"]
    seen = observe("Led the play.")
    tell(system, ana, seen)
    system.projector.catch_up()
    counselor = district.as_("counselor")
    own = counselor.get(f"/v1/learners/{ana}/profile").headers["ETag"]
    tell(system, ana, CorrectFact(fact=seen.fact, changes={"text": "Wrote it."}, ground="Told so."))
    system.projector.catch_up()
    ida = learner_of(system, "Ina", "north-high")
    system.projector.catch_up()
    anothers = counselor.get(f"/v1/learners/{ida}/profile").headers["ETag"]
    url = f"/v1/learners/{ana}/correct-fact"
    change = {"fact": str(seen.fact), "changes": {"text": "Sang."}, "ground": "Heard so."}

    def given(etag: str) -> tuple[int, str]:
        answer = counselor.post(url, json=change, headers={"If-Match": etag})
        return answer.status_code, answer.json()["errors"][0]["rule"]

    assert given(own) == (412, "version-stale")
    assert given(anothers) == (400, "if-match-not-valid")
    assert given(counselor.get("/v1/learners").headers["ETag"]) == (400, "if-match-not-valid")
