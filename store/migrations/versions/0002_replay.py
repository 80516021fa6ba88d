"""Replay: which position an instant stands for. The tables people read move to generations."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0002"
down_revision = "0001"

REPLAY = Path(__file__).parents[2] / "replay.sql"


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(REPLAY.read_text(encoding="utf-8"))
