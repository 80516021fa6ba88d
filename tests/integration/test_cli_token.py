"""`throughline token list`: what is needed to revoke a token is read off it."""

from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.installation import Installation


@pytest.fixture
def told(installation: Installation) -> Any:
    """Runs `throughline …` and gives what it prints."""

    def run(*arguments: str) -> str:
        environment = installation.environment
        result = CliRunner().invoke(app, arguments, env=environment, catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout.strip()

    return run


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_the_ids_of_a_token_and_of_its_person_are_listed_whole(
    told: Any, installation: Installation, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """They were cut off (“96a62a55-d6…”), on a terminal and through a pipe."""
    with installation.system() as system:
        day = system.context().today.replace(day=1)
    expires = day.replace(year=day.year + 1).isoformat()
    monkeypatch.setenv("COLUMNS", columns)
    assert told("token", "list") == "There is no token yet."
    person = told("person", "add", "Ms Park")
    told(
        *("token", "create", "--person", person, "--name", "Roster sync of the district"),
        *("--scope", "read", "--scope", "export", "--expires", expires),
    )
    named, *fields = told("token", "list").splitlines()
    assert named == "Roster sync of the district: works, read export"
    kept = dict(field.split() for field in fields)
    assert (kept["person"], kept["until"]) == (person, expires)
    told("token", "revoke", str(UUID(kept["id"])))
    assert "Roster sync of the district: revoked" in told("token", "list")
