"""The domain imports what it may and nothing else; import-linter cannot hold such a list."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

DOMAIN = Path(__file__).parents[2] / "domain"
ALLOWED = (
    "domain",
    "eventsourcing.application",
    "eventsourcing.domain",
    "eventsourcing.persistence",  # names of its interface: StoredEvent, IntegrityError
    "eventsourcing.utils",
    "orjson",
    "pydantic",
)
# Parts of the standard library that reach outside the process.
OUTSIDE = {"asyncio", "http", "multiprocessing", "os", "socket", "sqlite3", "subprocess", "urllib"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "domain" if node.level else str(node.module)


def allowed(module: str) -> bool:
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return top not in OUTSIDE
    return any(module == name or module.startswith(f"{name}.") for name in ALLOWED)


def test_the_domain_imports_only_models_and_the_aggregate() -> None:
    files = sorted(DOMAIN.rglob("*.py"))
    assert files
    strangers = {
        f"{file.relative_to(DOMAIN.parent)} imports {module}"
        for file in files
        for module in imported(ast.parse(file.read_text()))
        if not allowed(module)
    }
    assert strangers == set()


def test_a_database_driver_and_a_socket_would_be_strangers() -> None:
    tree = ast.parse("import psycopg\nfrom socket import socket\nfrom eventsourcing.dcb import x")

    assert not any(allowed(module) for module in imported(tree))
