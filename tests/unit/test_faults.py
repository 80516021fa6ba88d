"""Expected faults are told in a sentence, however deep they lie; others keep their traceback."""

import errno

import psycopg
import pytest
from eventsourcing.persistence import OperationalError, PersistenceError

from api.faults import Fault, explain
from store.embedded import EmbeddedPostgresError
from store.key_directory import KeyStoreError
from store.settings import ServerTooOldError, SettingsError


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "start", "code"),
    [
        (SettingsError("THROUGHLINE_PORT: …"), "THROUGHLINE_PORT", 2),
        (EmbeddedPostgresError("PostgreSQL did not start"), "PostgreSQL did not start", 1),
        (KeyStoreError("There are no keys"), "There are no keys", 1),
        (ServerTooOldError("PostgreSQL 18 or newer is needed."), "PostgreSQL 18 or newer", 1),
        (psycopg.errors.ReadOnlySqlTransaction(), "This PostgreSQL is read-only", 1),
        (psycopg.errors.DiskFull(), "The disk of the PostgreSQL server is full", 1),
        (psycopg.errors.UndefinedTable(), "The database is not migrated", 1),
        (psycopg.errors.InsufficientPrivilege(), "PostgreSQL refuses this", 1),
        (psycopg.OperationalError("no route\nmore"), "PostgreSQL does not answer (no route).", 1),
        (
            psycopg.OperationalError('FATAL:  role "throughline_app" does not exist'),
            "The database is not migrated. Run `throughline migrate`.",
            1,
        ),
        (OSError(errno.ENOSPC, "No space", "kek"), "The disk is full: kek.", 1),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.csv"), "There is no file a.csv.", 2),
        (PermissionError(errno.EACCES, "Permission denied", "kek"), "Permission denied: kek.", 1),
    ],
)
def test_an_expected_fault_is_a_sentence_and_an_exit_code(
    error: Exception, start: str, code: int
) -> None:
    fault = explain(error)
    assert fault is not None
    assert str(fault).startswith(start)
    assert fault.code == code


def test_a_fault_is_found_below_what_the_library_made_of_it() -> None:
    fault = explain(raised(OperationalError("read-only"), psycopg.errors.ReadOnlySqlTransaction()))
    assert str(fault).startswith("This PostgreSQL is read-only")


def test_a_pool_that_gave_up_means_that_postgresql_is_away() -> None:
    fault = explain(PersistenceError("couldn't get a connection"))
    assert str(fault).startswith("PostgreSQL does not answer")


def test_a_fault_explains_itself() -> None:
    fault = Fault("So it is.", 3)
    assert explain(fault) is fault


@pytest.mark.parametrize("error", [ValueError("a defect"), KeyError("a"), OSError(errno.EIO, "?")])
def test_what_nobody_expects_is_not_explained_away(error: Exception) -> None:
    assert explain(error) is None
