"""What can go wrong around a command, told in one sentence with the way to mend it.

An exit code of 2 means that the command was given wrongly, 1 that the world is not as it must be.
A fault that is not expected keeps its traceback: somebody has to look.
"""

import errno
from collections.abc import Iterator

import psycopg
from eventsourcing.persistence import PersistenceError

from exchange.csv_processes import PartEnded
from exchange.csv_reading import FileRefused
from exchange.mapping import MappingRefused
from projections.generations import GenerationRefused
from projections.standing import OtherVersion
from store.embedded import EmbeddedPostgresError
from store.key_directory import KeyStoreError
from store.migrate import APP, MigrationRefused
from store.settings import ServerTooOldError, SettingsError

USAGE, WORLD = 2, 1

MIGRATE = "Run `throughline migrate`."
NO_DISTRICT = "Set THROUGHLINE_HOME, or run `throughline migrate`."
AWAY = "Start it, or correct DATABASE_URL."

# Their own text says what is wrong and how to mend it.
TELLING: dict[type[BaseException], int] = {
    SettingsError: USAGE,
    FileRefused: USAGE,
    MappingRefused: USAGE,
    PartEnded: WORLD,
    EmbeddedPostgresError: WORLD,
    KeyStoreError: WORLD,
    MigrationRefused: WORLD,
    GenerationRefused: WORLD,
    OtherVersion: WORLD,
}
SENTENCES: dict[type[BaseException], str] = {
    psycopg.errors.ReadOnlySqlTransaction: "This PostgreSQL is read-only: it is a standby, or "
    "default_transaction_read_only is on. Let DATABASE_URL point at the primary.",
    psycopg.errors.DiskFull: "The disk of the PostgreSQL server is full. Make room there, then try "
    "again: what was answered as recorded is kept.",
    psycopg.errors.UndefinedTable: f"The database is not migrated. {MIGRATE}",
    psycopg.errors.UndefinedFunction: f"The database is not migrated. {MIGRATE}",
    psycopg.errors.UndefinedColumn: f"The database is of another version. {MIGRATE}",
    psycopg.errors.InvalidSchemaName: f"The database is not migrated. {MIGRATE}",
    psycopg.errors.InsufficientPrivilege: "PostgreSQL refuses this to the role it was asked as. "
    "DATABASE_URL names the app role, MIGRATE_URL one that may create roles and schemas.",
}
NO_TENANT = "TL002"
# The driver gives no code for what ends a connection before it began.
NO_ROLE = f'role "{APP}" does not exist'


class Fault(Exception):
    """An expected fault: a sentence for a person, and the exit code."""

    def __init__(self, sentence: str, code: int = WORLD) -> None:
        super().__init__(sentence)
        self.code = code


def explain(error: BaseException) -> Fault | None:
    """The expected fault behind an error or one of its causes; None where it is none of those."""
    for link in _chain(error):
        if isinstance(link, Fault):
            return link
        for kind, code in TELLING.items():
            if isinstance(link, kind):
                return Fault(str(link), code)
        for kind, sentence in SENTENCES.items():
            if isinstance(link, kind):
                return Fault(sentence)
        fault = _by_its_facts(link)
        if fault is not None:
            return fault
    return None


def _by_its_facts(link: BaseException) -> Fault | None:
    if isinstance(link, ServerTooOldError):
        return Fault(f"{link} Let DATABASE_URL and MIGRATE_URL point at a newer one.")
    if isinstance(link, psycopg.Error) and link.sqlstate == NO_TENANT:
        return Fault(f"The district of THROUGHLINE_TENANT is not in the database. {MIGRATE}")
    if isinstance(link, psycopg.OperationalError):
        if NO_ROLE in str(link):
            return Fault(f"The database is not migrated. {MIGRATE}")
        said = str(link).strip().splitlines() or [type(link).__name__]
        return Fault(f"PostgreSQL does not answer ({said[0].rstrip('.')}). {AWAY}")
    if isinstance(link, OSError):
        return _of_a_file(link)
    # The pool of connections gives up without a word of the driver's.
    if isinstance(link, PersistenceError) and link.__cause__ is None and not link.__context__:
        return Fault(f"PostgreSQL does not answer ({link}). {AWAY}")
    return None


def _of_a_file(error: OSError) -> Fault | None:
    where = f" {error.filename}" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return Fault(f"The disk is full{where and ':'}{where}. Make room, then try again.")
        case errno.ENOENT:
            return Fault(f"There is no file{where}.", USAGE)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Fault(f"{error.strerror}:{where}. Let this user read and write it.")
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, the error first."""
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
