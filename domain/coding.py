"""Events to and from plain JSON values, without checking the rules of form again.

An event that was once accepted must load for ever, also after a rule for commands has become
stricter; and loading is the hottest path of a replay. So values are converted by type alone.
"""

import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

import orjson
from pydantic import BaseModel

from domain.effective import Effective
from domain.event import ClearMark, Command, Event

Convert = Callable[[Any], Any]
_M = TypeVar("_M", bound=BaseModel)

SYSTEM = frozenset(
    {"originator_id", "originator_version", "timestamp", "position", "erased", "originator_topic"}
)


@cache
def clear_fields(event_class: type[Event]) -> tuple[str, ...]:
    """Names of the fields stored readable."""
    return tuple(
        name
        for name, info in event_class.model_fields.items()
        if name not in SYSTEM and any(isinstance(m, ClearMark) for m in info.metadata)
    )


@cache
def sealed_fields(event_class: type[Event]) -> tuple[str, ...]:
    """Names of the fields stored under the learner's key; `parts` are sealed one by one."""
    clear = set(clear_fields(event_class)) | SYSTEM | {"parts"}
    return tuple(name for name in event_class.model_fields if name not in clear)


@cache
def body_fields(event_class: type[Event]) -> tuple[str, ...]:
    """Names of the sealed fields that are this type's own content, the envelope left out."""
    own = set(event_class.COMMAND.model_fields) - set(Command.model_fields)
    return tuple(name for name in sealed_fields(event_class) if name in own)


@cache
def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    return {
        name: None if info.is_required() else info.get_default(call_default_factory=True)
        for name, info in model.model_fields.items()
    }


def build(model: type[_M], *layers: Mapping[str, Any]) -> _M:
    """An instance with these values, later layers over earlier ones, and the defaults for the rest.

    Nothing is validated.
    """
    values = dict(_defaults(model))
    for layer in layers:
        values.update(layer)
    instance = model.__new__(model)
    put = object.__setattr__
    put(instance, "__dict__", values)
    put(instance, "__pydantic_fields_set__", set())
    put(instance, "__pydantic_extra__", None)
    put(instance, "__pydantic_private__", None)
    return instance


def to_json(values: Mapping[str, Any] | list[Any]) -> bytes:
    """Compact JSON of these values. Nested models become objects; decimals become strings."""
    return orjson.dumps(values, default=_plain, option=orjson.OPT_SORT_KEYS)


def chosen(event: Event, names: tuple[str, ...]) -> dict[str, Any]:
    """The named fields that differ from their default."""
    defaults = _defaults(type(event))
    values = vars(event)
    return {
        n: v
        for n in names
        if (v := values[n]) is not None
        and v is not (d := defaults[n])
        and (type(v) is not type(d) or v != d)
    }  # types first: comparing two models is slow


def from_json(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as this model's Python values; fields it does not know are left out."""
    known, converters = _converters(model)
    made = dict(values) if values.keys() <= known else {n: values[n] for n in values if n in known}
    for name, convert in converters:
        if name in made:
            made[name] = convert(made[name])
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):  # first: to ask for a model is slow
        return str(value)
    if isinstance(value, BaseModel):
        defaults = _defaults(type(value))
        return {k: v for k, v in vars(value).items() if v != defaults[k]}
    raise TypeError(f"no JSON form for {type(value).__name__}")


@cache
def _converters(model: type[BaseModel]) -> tuple[frozenset[str], list[tuple[str, Convert]]]:
    """The fields, and how those are converted that JSON has no value for."""
    fields = model.model_fields
    found = {name: _converter(info.annotation) for name, info in fields.items()}
    return frozenset(fields), [(name, convert) for name, convert in found.items() if convert]


def _converter(annotation: Any) -> Convert | None:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _converter(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        convert = _converter(inner[0]) if len(inner) == 1 else None
        return _optional(convert) if convert else None
    if origin in (tuple, list):
        convert = _converter(get_args(annotation)[0])
        return _each(convert) if convert else tuple
    return _of_class(annotation) if isinstance(annotation, type) else None


def _of_class(annotation: type) -> Convert | None:
    if issubclass(annotation, Effective):
        return lambda v: _effective(tuple(v.items()))
    if issubclass(annotation, BaseModel):
        return lambda v: build(annotation, from_json(annotation, v))
    if issubclass(annotation, UUID):
        return _uuid
    if issubclass(annotation, Enum | Decimal):
        return annotation
    if issubclass(annotation, datetime):
        return _instant
    if issubclass(annotation, date):
        return date.fromisoformat
    return None


@lru_cache(maxsize=50_000)
def _uuid(text: str) -> UUID:
    """Most ids come again: who entered it, the entry that an event changes."""
    return UUID(int=int(text.replace("-", ""), 16))  # twice as fast as parsing every spelling


def _instant(text: str) -> datetime:
    """One that was taken without an offset, before that was refused, is taken to be in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@lru_cache(maxsize=50_000)
def _effective(items: tuple[tuple[str, str | None], ...]) -> Effective:
    """Most days come again, and who cannot change it may share it."""
    return build(Effective, from_json(Effective, dict(items)))


def _each(convert: Convert) -> Convert:
    return lambda values: tuple(map(convert, values))


def _optional(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)
