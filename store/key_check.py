"""Whether a key directory is the one that a database's events were sealed under.

Without this a lost or mistaken directory would be taken for a new one: everything would read as
erased, and what is recorded from then on would be sealed under keys that the backup does not hold.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

from psycopg import Connection

from store.key_directory import KeyStoreError
from store.keys import FileKeyStore
from store.mapper import key_ids

# The oldest and the newest event of a tenant: a directory restored from too old a backup lacks
# the key of the newest.
ENDS = """
(SELECT state FROM event WHERE tenant = %(tenant)s ORDER BY position LIMIT 1)
UNION ALL
(SELECT state FROM event WHERE tenant = %(tenant)s ORDER BY position DESC LIMIT 1)
"""


def check_keys(connection: Connection[dict[str, Any]], tenant: str, directory: Path) -> None:
    """Raises `KeyStoreError` where the directory lacks keys that the tenant's events need.

    A key that was destroyed by an erasure is not lacking. The connection has named the tenant.
    """
    states = [bytes(r["state"]) for r in connection.execute(ENDS, {"tenant": tenant})]
    if not states:
        return  # nothing is sealed yet: any directory will do, and a missing one is made
    if not (directory / "kek").exists() and not (directory / "keys.sqlite").exists():
        raise KeyStoreError(
            f"There are no keys in {directory}, and the events of {tenant} are sealed. Let "
            "THROUGHLINE_KEYS name their directory, or restore it from its backup."
        )
    needed = {key for state in states for key in key_ids(tenant, state)}
    with closing(FileKeyStore(directory)) as keys:
        missing = needed - keys.known(needed)
    if missing:
        raise KeyStoreError(
            f"The keys in {directory} are not those of the events of {tenant}: they belong to "
            "another database, or the directory was restored from too old a backup. Let "
            "THROUGHLINE_KEYS name the right one."
        )
