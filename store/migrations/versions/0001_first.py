"""The first schema: heads, events, commands, snapshots, checkpoints, attachments, job runs."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0001"
down_revision = None

SCHEMA = Path(__file__).parents[2] / "schema.sql"


def upgrade() -> None:
    # The driver's own connection takes the whole file: no bind parameters, many statements.
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(SCHEMA.read_text(encoding="utf-8"))
