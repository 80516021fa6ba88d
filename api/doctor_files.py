"""Doctor's look at the files of this machine: the keys and the disks."""

import shutil
import stat
from pathlib import Path

import psycopg

from api.compose import Databases
from api.findings import Finding
from scheduler.session import name_tenant, open_session
from store.key_check import check_keys
from store.key_directory import KeyStoreError
from store.settings import Settings

LEAST_FREE = 1 << 30  # bytes
MODES = (("", 0o700), ("kek", 0o600), ("keys.sqlite", 0o600))


def keys(settings: Settings, found: Databases | None) -> Finding:
    """The key directory is there, closed to others, and belongs to this database."""
    directory = settings.keys_directory
    # First, since opening the store closes its directory to others.
    if open_to_others := [
        f"{directory / name} has mode {mode:o}"
        for name, allowed in MODES
        if (mode := _mode(directory / name)) is not None and mode & ~allowed
    ]:
        mend = f"chmod 700 {directory}; chmod 600 {directory}/*"
        return Finding("keys", False, "; ".join(open_to_others), mend)
    try:
        belong = found is not None and _belong(found, settings)
    except KeyStoreError as error:
        return Finding("keys", False, str(error))
    if not belong:
        there = "is closed to others" if directory.exists() else "is not there"
        says = f"{directory} {there}; whether the database's keys are in it: not looked at"
        return Finding("keys", None, says)
    if not directory.exists():
        return Finding("keys", True, f"{directory} is made with the first entry")
    return Finding("keys", True, f"{directory} is closed to others, and its keys belong here")


def _belong(found: Databases, settings: Settings) -> bool:
    """True where the keys are this database's, False where it cannot be asked.

    Raises KeyStoreError where they are another's.
    """
    try:
        with open_session(found.app) as session:
            name_tenant(session, settings.tenant)
            check_keys(session, settings.tenant, settings.keys_directory)
    except psycopg.Error:
        return False  # why is told by the checks of the database
    return True


def _mode(path: Path) -> int | None:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None


def disk(settings: Settings) -> Finding:
    """There is room where this machine keeps its database and keys."""
    low = []
    for directory in {settings.home, settings.keys_directory}:
        place = next(p for p in (directory, *directory.absolute().parents) if p.exists())
        free = shutil.disk_usage(place).free
        if free < LEAST_FREE:
            low.append(f"{directory} has {free / (1 << 20):,.0f} MiB left")
    if low:
        return Finding("disk", False, "; ".join(sorted(low)), "Make room, at least 1 GiB.")
    return Finding("disk", True, "at least 1 GiB free")
