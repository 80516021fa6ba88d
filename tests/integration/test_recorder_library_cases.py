"""The library's own test cases for recorders, on ours; each test has a tenant of its own."""

import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing import cryptography

# The module of the cases wants a cipher from a package that this project has no use for.
sys.modules.setdefault("eventsourcing.cipher", cryptography)
from eventsourcing.tests import persistence as library  # noqa: E402 - after the line above

from store.factory import TenantDatastore  # noqa: E402
from store.recorder import SnapshotRecorder, TenantRecorder  # noqa: E402
from tests.integration.conftest import Database  # noqa: E402


class _OnOurs:
    """Gives the library's cases a new recorder for each call, on a new tenant."""

    make: Callable[..., Any]

    @pytest.fixture(autouse=True)
    def _give_recorder(self, database: Database) -> Iterator[None]:
        tenant = database.make_tenant(f"t{uuid4().hex[:12]}")
        with TenantDatastore(database.app, tenant=tenant) as datastore:
            self.recorder = type(self).make(datastore, tenant=tenant)
            yield

    def create_recorder(self) -> Any:
        return self.recorder


class TestSnapshotRecorder(_OnOurs, library.AggregateRecorderTestCase):
    make = SnapshotRecorder


class TestTenantRecorder(_OnOurs, library.ApplicationRecorderTestCase):
    make = TenantRecorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestPositionsOfTwoAppendsDoNotInterleave(
    _OnOurs, library.NonInterleavingNotificationIDsBaseCase
):
    make = TenantRecorder
