"""Sign-in: sessions of people, tokens of API clients."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0003"
down_revision = "0002"

SIGNIN = Path(__file__).parents[2] / "signin.sql"


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(SIGNIN.read_text(encoding="utf-8"))
