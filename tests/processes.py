"""Processes of their own for tests that kill them: `python -m tests.processes NAME`.

Each prints a line when it is ready, and goes on when it is told a line.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import IO, Any, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from eventsourcing.persistence import PersistenceError

from api import compose
from api.compose import Databases
from domain.application import Request
from domain.facts import RecordObservation
from domain.identity import RegisterLearner
from domain.words import Area
from projections import fold, projector
from projections.projector import Projector
from projections.tables import Conn, RowProjection
from store.settings import read_settings
from tests.installation import Installation

ROOT = Path(__file__).parents[1]


@dataclass
class Child:
    """A process that tells and is told lines."""

    process: subprocess.Popen[str]

    def line(self) -> str:
        """The next line it says; empty where it has ended."""
        return cast(IO[str], self.process.stdout).readline().rstrip("\n")

    def say(self, line: str) -> None:
        told = cast(IO[str], self.process.stdin)
        told.write(f"{line}\n")
        told.flush()

    def kill(self) -> None:
        """End it as a crash would: with SIGKILL."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def child(name: str, installation: Installation, *arguments: str) -> Iterator[Child]:
    """Run one of the functions below in a process of its own; killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.processes", name, *arguments],
        cwd=ROOT,
        env={**os.environ, **installation.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Child(process)
        finally:
            process.kill()


# -- what runs in the child ---------------------------------------------------------------------


def told(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the parent reads it


def project(system: compose.System) -> None:
    """Project in small batches when told; tell how many events were taken in."""
    projector.BATCH = 3
    told("ready")
    sys.stdin.readline()
    head, _ = system.reader.head()
    taken = 0
    while not system.reader.wait_for(head, timeout=0):
        taken += system.projector.step()
    told(str(taken))


class Half(RowProjection):
    """A projection that never comes to its checkpoint."""

    def write(self, conn: Conn, tenant: str, batch: Sequence[tuple[int, Any]]) -> None:
        super().write(conn, tenant, batch)
        told("written")
        sleep(600)


def project_half(system: compose.System) -> None:
    """Write the rows of the profile, and hang."""
    half = Projector(system.datastore, system.mapper, 1, [Half("profile", fold.profile, 1)])
    half.step()


def record(system: compose.System, first: str, last: str) -> None:
    """Record the numbered commands in turn; tell each number once its command was answered.

    A database that goes away meanwhile is asked again with the same command id, until it answers.
    """
    told("ready")
    for number in range(int(first), int(last)):
        while True:
            try:
                answer = system.profiles.do(numbered(system, number))
            except PersistenceError:
                sleep(0.05)
            else:
                told(f"{number} {answer.position}")
                break


LEARNERS = 3


def numbered(system: compose.System, number: int) -> Request:
    """The command of a number, the same in every process."""
    learner = uuid5(NAMESPACE_OID, f"learner {number % LEARNERS}")
    command: RegisterLearner | RecordObservation
    if number < LEARNERS:
        command = RegisterLearner(given_name="Ana", family_name="Lopez")
    else:
        command = RecordObservation(
            fact=id_of(number), area=Area.STRENGTHS, text=f"Observation {number}."
        )
    return Request(learner, command, system.context(id_of(number)))


def id_of(number: int) -> UUID:
    return uuid5(NAMESPACE_OID, f"command {number}")


PROGRAMS: dict[str, Callable[..., None]] = {
    "project": project,
    "project-half": project_half,
    "record": record,
}


def main(name: str, *arguments: str) -> None:
    settings = read_settings()
    given = Databases(settings.database_url or "", settings.migrate_url or "")
    with compose.system(settings, given) as system:
        PROGRAMS[name](system, *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
