"""A key directory is compared with the events before anything is read or recorded."""

import shutil
from pathlib import Path

import psutil
import pytest

from domain.words import Retention
from store.key_directory import KeyStoreError
from store.keys import FileKeyStore, KeyId
from tests.installation import TENANT, Installation, register


def test_an_erased_learner_is_not_a_missing_key(installation: Installation) -> None:
    with installation.system() as system:
        learner = register(system)
        for group in Retention:
            system.mapper.keys.destroy(KeyId(TENANT, learner, group))
    with installation.system() as system:
        assert system.reader.head()[0] == 1


def test_keys_restored_from_too_old_a_backup_are_refused(installation: Installation) -> None:
    keys, backup = installation.settings.keys_directory, installation.home / "backup"
    with installation.system() as system:
        register(system)
    shutil.copytree(keys, backup)
    with installation.system() as system:
        register(system)
    shutil.rmtree(keys)
    shutil.move(backup, keys)
    with pytest.raises(KeyStoreError, match="too old a backup"), installation.system():
        pass


def test_the_keys_of_another_installation_are_refused(installation: Installation) -> None:
    with installation.system() as system:
        register(system)
    shutil.rmtree(installation.settings.keys_directory)
    FileKeyStore(installation.settings.keys_directory)
    with pytest.raises(KeyStoreError, match="belong to another database"), installation.system():
        pass


def test_a_database_without_events_takes_any_keys(installation: Installation) -> None:
    with installation.system() as system:
        register(system)
    assert (installation.settings.keys_directory / "kek").exists()


def open_below(directory: Path) -> list[str]:
    """The files of a directory that this process holds open."""
    found = (Path(file.path) for file in psutil.Process().open_files())
    return [file.name for file in found if file.is_relative_to(directory)]


def test_a_system_that_was_closed_held_its_keys_open(installation: Installation) -> None:
    with installation.system() as system:
        register(system)
        assert open_below(installation.home) == ["keys.sqlite"]
    assert open_below(installation.home) == []
