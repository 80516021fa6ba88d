"""The composition root: every real thing is chosen here, and passed down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import make_conninfo

from api.faults import NO_DISTRICT, Fault
from domain.application import Profiles
from domain.event import Context
from projections.generations import Generations
from projections.reading import Reader
from scheduler.session import name_tenant, open_session
from store import embedded
from store.factory import Factory
from store.key_check import check_keys
from store.mapper import SealingMapper
from store.migrate import APP
from store.recorder import TenantRecorder
from store.settings import Settings


@dataclass(frozen=True)
class Databases:
    """Connection strings: `app` for all work, `owner` for migrations alone."""

    app: str
    owner: str


@dataclass(frozen=True)
class Persona:
    """Who acts where nobody signs in: on loopback alone.

    `at_the_machine`: who works where keys and database are at hand anyway. Nothing is decided about
    what they see, and all of it is noted.
    """

    id: UUID
    name: str
    role: str
    at_the_machine: bool = False


ZONE = "SELECT zone FROM head WHERE tenant = %s"
NOBODY = Persona(UUID(int=0), "Local operator", "operator", at_the_machine=True)


@dataclass(frozen=True)
class System:
    """One tenant's engine, built: commands go to `profiles`, questions to `reader`.

    `zone` is the one whose days the district means; the database keeps it.
    """

    settings: Settings
    databases: Databases
    profiles: Profiles
    reader: Reader
    projector: Generations
    zone: ZoneInfo
    persona: Persona = NOBODY

    @property
    def datastore(self) -> PostgresDatastore:
        return self.recorder.datastore

    @property
    def recorder(self) -> TenantRecorder:
        return cast(TenantRecorder, self.profiles.recorder)

    @property
    def mapper(self) -> SealingMapper:
        return cast(SealingMapper, self.profiles.mapper)

    def context(self, command_id: UUID | None = None) -> Context:
        """The context of a command given here and now by whoever uses this system."""
        now = datetime.now(UTC)
        return Context(
            today=now.astimezone(self.zone).date(),
            zone=self.zone.key,
            now=now,
            entered_by=self.persona.id,
            entered_by_name=self.persona.name,
            command_id=command_id or uuid4(),
        )


@contextmanager
def databases(settings: Settings, *, make: bool = False) -> Iterator[Databases]:
    """The given PostgreSQL, or the embedded one, started for as long as it is needed.

    Where there is no embedded one yet, it is made for who asks to `make` it, and a `Fault` for
    everybody else: who named the wrong home is not to find an empty database there.
    """
    if settings.database_url:
        yield Databases(settings.database_url, settings.migrate_url or settings.database_url)
        return
    if not (make or (settings.postgres_directory / "data").exists()):
        raise Fault(f"There is no district in {settings.home.resolve()}. {NO_DISTRICT}")
    with embedded.start(settings.postgres_directory) as server:
        yield Databases(make_conninfo(server.conninfo, user=APP), server.conninfo)


@contextmanager
def system(
    settings: Settings, given: Databases | None = None, persona: Persona = NOBODY
) -> Iterator[System]:
    """One tenant's engine on a migrated database; closed at the end.

    Raises `store.keys.KeyStoreError` for a missing or foreign key directory and
    `store.settings.ServerTooOldError` for a PostgreSQL older than 18.
    """
    if given is None:
        with databases(settings) as found, system(settings, found, persona) as built:
            yield built
        return
    with open_session(given.app) as session:
        name_tenant(session, settings.tenant)
        check_keys(session, settings.tenant, settings.keys_directory)
        kept = session.execute(ZONE, (settings.tenant,)).fetchone()
    profiles = Profiles(
        {
            "TENANT": settings.tenant,
            "DATABASE_URL": given.app,
            "KEYS_DIR": str(settings.keys_directory),
        }
    )
    with profiles:
        datastore = cast(Factory, profiles.factory).datastore
        mapper = cast(SealingMapper, profiles.mapper)
        yield System(
            settings=settings,
            databases=given,
            profiles=profiles,
            reader=Reader(datastore, mapper),
            projector=Generations(datastore, mapper),
            zone=ZoneInfo(kept["zone"]) if kept else settings.zone,
            persona=persona,
        )
