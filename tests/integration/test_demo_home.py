"""Where the demo lives, and what `--fresh` may delete."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from api import compose, demo_home
from api.faults import Fault
from api.preparing import prepare
from store import embedded
from store.settings import Settings
from tests.installation import register


@pytest.fixture(scope="module")
def made() -> Iterator[Settings]:
    """The settings of a home with the demo's district and one learner."""
    with TemporaryDirectory(prefix="throughline-") as name:
        settings = demo_home.settings_for(Settings(), Path(name))
        with compose.databases(settings) as found:
            prepare(settings, found)
            with compose.system(settings, found) as system:
                register(system)
        yield settings


def test_the_demo_never_uses_another_database_or_district(tmp_path: Path) -> None:
    given = Settings(
        database_url="postgresql://db/district",
        migrate_url="postgresql://db/district",
        tenant="cedar",
        keys=tmp_path / "real-keys",
    )
    own = demo_home.settings_for(given, tmp_path)
    assert (own.database_url, own.migrate_url, own.tenant) == (None, None, "demo")
    assert own.keys_directory == tmp_path / "keys"


def test_fresh_waits_for_nobody_who_uses_the_database(made: Settings) -> None:
    with (
        embedded.start(made.postgres_directory),  # a use of its own, as another process has
        pytest.raises(Fault, match="Another process uses"),
    ):
        demo_home.clear(made)
    assert made.postgres_directory.exists()


def test_fresh_deletes_the_demo_and_leaves_another_district_alone(made: Settings) -> None:
    other = made.model_copy(update={"tenant": "birch"})
    with compose.databases(other) as found:
        prepare(other, found)
    with pytest.raises(Fault, match="holds the district birch too"):
        demo_home.clear(made)
    assert made.postgres_directory.exists()
    assert (made.keys_directory / "kek").exists()
    with (
        embedded.start(made.postgres_directory) as server,
        psycopg.connect(server.conninfo) as superuser,
    ):
        superuser.execute("DELETE FROM throughline.head WHERE tenant = 'birch'")
    demo_home.clear(made)
    assert not made.postgres_directory.exists()
    assert list(made.keys_directory.iterdir()) == []
