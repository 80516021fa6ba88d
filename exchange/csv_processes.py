"""An import shared among processes: a part of the learners for each.

They are forked from a process that was started anew and has imported what they need, not from this
one, which has threads and connections.
"""

import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from signal import SIG_BLOCK, SIG_SETMASK, SIGINT, pthread_sigmask
from threading import Thread
from traceback import format_exception
from typing import Any, cast

from domain.application import Profiles
from exchange.csv_part import Job, Report, Tell, bring_part

LINKS = 10  # of an error's causes
PRELOADED = ["__main__", __name__, "store.factory", "store.mapper"]


class PartEnded(RuntimeError):
    """A process of the import was ended from outside."""


class Failure:
    """An error on its way to the process that began the import, with what led to it."""

    def __init__(self, error: BaseException) -> None:
        error.add_note("".join(format_exception(error)))  # for whoever looks for a defect
        self._links: list[bytes] = []
        link: BaseException | None = error
        while link is not None and len(self._links) < LINKS:
            self._links.append(_pickled(link))
            link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)

    def error(self) -> BaseException:
        """The error as it was raised there; pickle alone forgets what led to it."""
        links: list[BaseException] = [pickle.loads(link) for link in self._links]  # noqa: S301
        for error, cause in pairwise(links):
            error.__cause__ = cause
        return links[0]


def bring_parts(environment: Mapping[str, str], jobs: Sequence[Job], tell: Tell) -> list[Report]:
    """The report of each part; each is brought in by a process of its own.

    `environment` is what the application is built from. Raises the error of the first process
    that fails, and PartEnded; no process is left then.
    """
    reports: dict[Connection, Report] = {}
    with _processes(environment, jobs) as running:
        reached = dict.fromkeys(running, 0)
        while len(reports) < len(running):
            for told in wait(running.keys() - reports.keys()):
                connection = cast(Connection, told)
                match _heard(connection, running[connection]):
                    case Failure() as failure:
                        raise failure.error()
                    case Report() as report:
                        reports[connection] = report
                    case line:
                        reached[connection] = line
                        tell(sum(reached.values()) // len(reached))
        return [reports[connection] for connection in running]


def _heard(connection: Connection, process: ForkServerProcess) -> Any:
    try:
        return connection.recv()
    except EOFError:
        process.join()
        raise PartEnded(
            f"A process of the import was ended from outside (exit code {process.exitcode}). What "
            "was recorded stays; run the import again."
        ) from None


@contextmanager
def _processes(
    environment: Mapping[str, str], jobs: Sequence[Job]
) -> Iterator[dict[Connection, ForkServerProcess]]:
    """A process for each job, by the connection it tells on; none is left at the end."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    barrier = context.Barrier(len(jobs))
    running: dict[Connection, ForkServerProcess] = {}
    # They inherit that Ctrl-C is not for them: this process hears it, and ends them.
    before = pthread_sigmask(SIG_BLOCK, [SIGINT])
    try:
        for job in jobs:
            ours, theirs = context.Pipe(duplex=False)
            running[ours] = context.Process(
                target=_work, args=(dict(environment), job, barrier, theirs), daemon=True
            )
            running[ours].start()
            theirs.close()
        pthread_sigmask(SIG_SETMASK, before)
        yield running
    finally:
        pthread_sigmask(SIG_SETMASK, before)
        for process in running.values():
            process.terminate()
        for connection, process in running.items():
            process.join()
            connection.close()


def _work(environment: dict[str, str], job: Job, barrier: Barrier, told: Connection) -> None:
    """Bring one part in, and tell the lines reached, then the report or the failure."""
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        with Profiles(environment) as profiles:
            report = bring_part(profiles, job, told.send, barrier.wait)
    except Exception as error:  # noqa: BLE001 - it is raised where the import was begun
        told.send(Failure(error))
    else:
        told.send(report)


def _end_with_parent() -> None:
    """End this process when the one that began the import was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _pickled(error: BaseException) -> bytes:
    try:
        pickled = pickle.dumps(error)
        pickle.loads(pickled)  # noqa: S301 - our own; some errors cannot be built again
    except Exception:  # noqa: BLE001 - whatever it is, its text can be told
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return pickled
