"""A district that changes its time zone: `throughline migrate --change-zone`."""

import json

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from store.migrate import MigrationRefused, change_zone
from tests.installation import Installation, register

DENVER = "America/Denver"


def migrate(installation: Installation, *arguments: str, zone: str = DENVER) -> Result:
    environment = {**installation.environment, "THROUGHLINE_ZONE": zone}
    return CliRunner().invoke(app, ("migrate", *arguments), env=environment, catch_exceptions=False)


def test_a_district_changes_its_zone_when_it_is_told_to(installation: Installation) -> None:
    done = migrate(installation, "--change-zone", "--json")
    assert json.loads(done.stdout)["zone"] == DENVER
    assert json.loads(done.stdout)["zone_before"] == "America/Chicago"
    assert "Restart `serve` and `worker`" in done.stderr
    with installation.system() as system:  # whatever the setting says
        assert (system.zone.key, system.context().zone) == (DENVER, DENVER)
        assert system.reader.head()[1] == DENVER


def test_a_change_to_the_zone_it_has_is_none(installation: Installation) -> None:
    migrate(installation, "--change-zone")
    again = migrate(installation, "--change-zone", "--json")
    assert "zone_before" not in json.loads(again.stdout)
    assert again.stderr == ""


def test_without_being_told_to_it_keeps_its_zone(installation: Installation) -> None:
    done = migrate(installation)
    assert "keeps the zone it was made with, America/Chicago" in done.stderr
    assert "throughline migrate --change-zone" in done.stderr
    with installation.system() as system:
        assert system.zone.key == "America/Chicago"


def test_events_keep_the_zone_in_which_they_were_recorded(installation: Installation) -> None:
    with installation.system() as system:
        register(system)
    migrate(installation, "--change-zone")
    with installation.system() as system:
        register(system)
        stored = system.recorder.select_notifications(1, 10)
        zones = [e.zone for e in system.mapper.open(stored)]
    assert zones == ["America/Chicago", DENVER]


@pytest.mark.parametrize(
    ("tenant", "zone"), [("cedar", "America/Nowhere"), ("birch", DENVER), ("cedar", "")]
)
def test_a_zone_that_is_none_is_refused(installation: Installation, tenant: str, zone: str) -> None:
    with pytest.raises(MigrationRefused, match="not the name of a time zone"):
        change_zone(installation.databases.owner, tenant, zone)
    assert installation.execute("SELECT zone FROM head") == [("America/Chicago",)]
