"""Which fields of a command a row of a table can fill, and with what kind of value."""

import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from domain.event import Command
from domain.vocabulary import COMMANDS

# The first three have keys of their own in the mapping; a row is about one learner.
NOT_FIELDS = frozenset({"source", "source_id", "effective", "subjects"})
# Fields that take the id of an entry of another name.
STANDS_FOR = {"parent": "person", "signer": "person"}


class Kind(StrEnum):
    """What a cell's text is turned into before the command's own rules check it."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    LIST = "list"  # of texts; a cell gives one
    ID = "id"  # of an entry or a person


@cache
def fillable(command: type[Command]) -> Mapping[str, Kind]:
    """The fields that a row can fill; those with a structure of their own are left out."""
    kinds = {
        name: _kind(info.annotation)
        for name, info in command.model_fields.items()
        if name not in NOT_FIELDS
    }
    return {name: kind for name, kind in kinds.items() if kind is not None}


@cache
def needed(command: type[Command]) -> frozenset[str]:
    """The fields without which the command is always refused."""
    return frozenset(name for name, info in command.model_fields.items() if info.is_required())


@cache
def made_ids(command: type[Command]) -> tuple[str, ...]:
    """The fields that name the new entry, and get an id made for them when left out."""
    return tuple(
        name
        for name, info in command.model_fields.items()
        if info.default_factory and _kind(info.annotation) is Kind.ID
    )


@cache
def makers(field: str) -> tuple[str, ...]:
    """The commands that make the entries whose ids a field of this name takes."""
    if field == "support":
        return ("start-support",)  # of all that make facts
    entry = STANDS_FOR.get(field, field)
    return tuple(sorted(name for name, made in COMMANDS.items() if entry in made_ids(made)))


def _kind(annotation: Any) -> Kind | None:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        kinds = {_kind(a) for a in get_args(annotation) if a is not types.NoneType}
        return kinds.pop() if len(kinds) == 1 else None
    if origin is tuple:
        return Kind.LIST if _kind(get_args(annotation)[0]) in (Kind.TEXT, Kind.ID) else None
    if not isinstance(annotation, type) or issubclass(annotation, BaseModel | dict):
        return None
    if issubclass(annotation, datetime):
        return Kind.TIME
    if issubclass(annotation, UUID):
        return Kind.ID
    return Kind.DATE if issubclass(annotation, date) else Kind.TEXT
