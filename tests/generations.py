"""Generations of the tables that people read, as tests look at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api import compose
from api.compose import System
from api.preparing import prepare
from domain.facts import RecordObservation
from domain.words import Area
from projections.projector import NAMES
from tests.installation import Installation
from tests.unit.decider import since
from tests.varied import JAN

OLDER = "an-older-one"


@contextmanager
def other_district(installation: Installation, tenant: str = "birch") -> Iterator[System]:
    """Another district in the same database, with keys of its own."""
    settings = installation.settings.model_copy(
        update={"tenant": tenant, "home": installation.home / tenant}
    )
    prepare(settings, installation.databases)
    with compose.system(settings, installation.databases) as built:
        yield built


def rows_of(installation: Installation, system: System, generation: int) -> dict[str, list[Any]]:
    """Everything that one generation holds of a district."""
    return {
        name: sorted(
            installation.execute(
                f"SELECT t::text FROM {name}_{generation} AS t WHERE tenant = %s",
                (system.settings.tenant,),
            )
        )
        for name in NAMES
    }


def tables_there(installation: Installation) -> set[int]:
    """The numbers of the generations that have tables."""
    found = installation.execute(
        "SELECT substring(relname FROM '[0-9]+$')::integer FROM pg_class "
        "WHERE relkind = 'r' AND relname ~ '_[0-9]+$' "
        "AND relnamespace = 'throughline'::regnamespace"
    )
    return {number for (number,) in found}


def observation(text: str = "Led the group.") -> RecordObservation:
    return RecordObservation(area=Area.STRENGTHS, text=text, effective=since(JAN))


def made_by_an_older_version(installation: Installation) -> None:
    """As if what serves had been made by the version before this one."""
    installation.execute(f"UPDATE generation SET version = '{OLDER}'")
    prepare(installation.settings, installation.databases)
