"""Ties: which records tell of another."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0004"
down_revision = "0003"

TIES = Path(__file__).parents[2] / "ties.sql"


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(TIES.read_text(encoding="utf-8"))
