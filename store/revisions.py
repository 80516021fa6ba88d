"""The migrations one after another, by Alembic.

Imported by who runs them alone: Alembic and SQLAlchemy take a quarter of the time in which a
command starts, and hardly any command migrates.
"""

from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from psycopg import Connection
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

ALEMBIC = Lock()  # it keeps what it works on in globals, so one thread at a time may run it
CONFIG = Config()
CONFIG.set_main_option("script_location", str(Path(__file__).parent / "migrations"))


def upgrade(connection: Connection[Any]) -> None:
    """Runs the migrations that are not yet done on a psycopg connection, in one transaction."""
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool
    )
    with ALEMBIC, engine.begin() as bound:
        CONFIG.attributes["connection"] = bound
        command.upgrade(CONFIG, "head")
