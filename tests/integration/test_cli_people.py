"""`throughline person`: the first administrator of a fresh installation, and what can go wrong."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from domain.people import district_id, person_id
from tests.installation import TENANT, Installation, register


@pytest.fixture
def person(installation: Installation) -> Any:
    """Runs `throughline person …` and gives its result."""

    def run(*arguments: str, name: str | None = None) -> Result:
        return CliRunner().invoke(
            app,
            ["person", *arguments],
            env=installation.environment,
            input=name,
            catch_exceptions=False,
        )

    return run


def printed(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def told(result: Result, code: int) -> str:
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    return " ".join(result.stderr.split())


def test_the_first_administrator_is_made_and_shown(person: Any) -> None:
    admin = printed(person("add", "Ms Park", "--issuer", "https://id.example", "--subject", "7"))
    assert UUID(admin) == person_id(TENANT, "https://id.example", "7")
    grant = printed(person("role", admin, "administrator", "--from", "2025-08-01"))
    posting = printed(person("assign", admin, "administrator", "district", "--until", "2099-08-01"))
    training = printed(person("training", admin, "Student privacy", "--on", "2025-08-04"))
    printed(person("end", admin, posting))
    found = json.loads(printed(person("show", admin, "--json")))

    assert (found["name"], found["version"]) == ("Ms Park", 5)
    assert [(r["id"], r["role"], r["from"]) for r in found["roles"]] == [
        (grant, "administrator", "2025-08-01")
    ]
    [assigned] = found["assignments"]
    assert (assigned["id"], assigned["from"]) == (posting, assigned["until"])
    assert [t["id"] for t in found["trainings"]] == [training]
    shown = printed(person("show", admin))
    assert "Ms Park, version 5" in shown
    assert "role: administrator" in shown
    assert "administrator: district" in shown


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_the_ids_by_which_something_is_ended_are_shown_whole(
    person: Any, installation: Installation, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """They were cut off (“96a62a55-d6…”), on a terminal and through a pipe."""
    with installation.system() as system:
        learner = str(register(system))
    own = printed(person("add", "Mr Chen"))
    grant = printed(person("role", own, "transition_coordinator", "--until", "2099-08-01"))
    posting = printed(
        person("assign", own, "transition_coordinator", "caseload", "--learner", learner)
    )
    monkeypatch.setenv("COLUMNS", columns)
    shown = printed(person("show", own))
    for one in (grant, posting, learner):
        assert one in shown
    assert "until 2099-08-01" in shown


def test_a_name_comes_from_standard_input_where_it_must_not_be_in_the_history(person: Any) -> None:
    someone = printed(person("add", "-", name="Elena Flores\n"))

    assert json.loads(printed(person("show", someone, "--json")))["name"] == "Elena Flores"


def test_nobody_is_assigned_to_a_learner_of_whom_there_is_no_record(
    person: Any, installation: Installation
) -> None:
    """A typing error was taken, and the counselor saw nobody without knowing why."""
    with installation.system() as system:
        learner = str(register(system))
    own, another = (printed(person("add", name)) for name in ("Mr Chen", "Ana Lopez"))
    printed(person("role", own, "counselor"))
    for wrong in (str(uuid4()), another):
        said = told(person("assign", own, "counselor", "caseload", "--learner", wrong), 1)
        assert said == "learner: There is no learner with this id in this district."
        said = told(person("role", another, "learner", "--own-record", wrong), 1)
        assert said == "own_record: There is no learner with this id in this district."
    printed(person("assign", own, "counselor", "caseload", "--learner", learner))
    printed(person("role", another, "learner", "--own-record", learner))


def test_the_districts_own_record_holds_no_role(person: Any) -> None:
    district = printed(person("add", "Cedar Schools", "--district"))

    assert UUID(district) == district_id(TENANT)
    assert told(person("role", district, "teacher"), 1).startswith("person: The district's own")


def test_json_has_the_ids(person: Any) -> None:
    own = str(uuid4())
    assert json.loads(printed(person("add", "Mr Chen", "--id", own, "--json"))) == {
        "person": own,
        "version": 1,
    }
    given = json.loads(printed(person("role", own, "teacher", "--json")))
    assert (given["person"], given["version"]) == (own, 2)
    ended = json.loads(printed(person("end", own, given["grant"], "--json")))
    assert ended == {"person": own, "grant": given["grant"], "version": 3}


def test_what_cannot_be_is_told_in_a_sentence(person: Any, installation: Installation) -> None:
    own = printed(person("add", "Mr Chen"))
    with installation.system() as system:
        learner = str(register(system))

    assert told(person("add", "X", "--issuer", "i"), 2) == "Give --issuer and --subject together."
    assert "one of them" in told(person("add", "X", "--id", own, "--district"), 2)
    assert told(person("add", "Mr Chen", "--id", own), 1).endswith("is already registered.")
    assert told(person("role", own, "king"), 2).startswith("role")
    assert told(person("role", own, "teacher", "--from", "soon"), 2).startswith("effective")
    assert told(person("assign", own, "teacher", "class", "--code", "9b"), 1) == (
        "role: This person does not hold that role. Give them the role first, then assign them."
    )
    assert told(person("training", own, "Privacy", "--on", "2099-01-01"), 1).startswith("effective")
    assert "`throughline person show` has them" in told(person("end", own, str(uuid4())), 2)
    assert told(person("show", "Mr Chen"), 2).startswith("PERSON must be an id")
    assert "no person with this id" in told(person("show", str(uuid4())), 2)
    assert "no person with this id" in told(person("show", learner), 2)
    assert "the record of a learner" in told(person("role", learner, "teacher"), 1)
