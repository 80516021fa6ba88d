"""The conditions by subject; importing them fills the registry."""

from domain.access.conditions import (
    asking,
    consent,
    directory,
    disclosure,
    family,
    legal,
    officials,
    records,
)
from domain.access.conditions.registry import CONDITIONS, Condition, Test

__all__ = [
    "CONDITIONS",
    "Condition",
    "Test",
    "asking",
    "consent",
    "directory",
    "disclosure",
    "family",
    "legal",
    "officials",
    "records",
]
