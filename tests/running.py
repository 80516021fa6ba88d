"""Processes of the command line, as an operator starts and stops them."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

ROOT = Path(__file__).parents[1]
OURS = ("DATABASE_URL", "MIGRATE_URL")
SECONDS = 120


class Running:
    """A process of `throughline`. What it prints is kept; `output` has both streams."""

    def __init__(self, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
        inherited = {
            name: text
            for name, text in os.environ.items()
            if name not in OURS and not name.startswith("THROUGHLINE_")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from api.cli import app; app()", *arguments],
            cwd=ROOT,
            env={**inherited, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    def says(self, pattern: str) -> str:
        """Wait until it prints what the pattern's group matches, and give that."""
        ends = monotonic() + SECONDS
        while not (found := re.search(pattern, self.output)):
            assert self.process.poll() is None, f"it ended: {self.output}"
            assert monotonic() < ends, f"it never said {pattern}: {self.output}"
            sleep(0.05)
        return found.group(1)

    def tell(self, number: signal.Signals) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.ends()

    def ends(self, seconds: float = SECONDS) -> int:
        """Wait for the end; the exit code."""
        code = self.process.wait(timeout=seconds)
        self._reader.join(timeout=10)
        return code


@contextmanager
def throughline(*arguments: str, **environment: str) -> Iterator[Running]:
    """A process with these settings and no others; killed where it still runs at the end."""
    running = Running(arguments, environment)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait()
        running._reader.join(timeout=10)
        assert running.process.stdout is not None
        running.process.stdout.close()
