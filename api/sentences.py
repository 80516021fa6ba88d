"""What pydantic finds wrong with a request, in words that name the field and the rule.

Pydantic's own messages can repeat what was typed; these never do. Only the name of a field that
does not belong is told as it came: without it nobody finds the field.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel

from exchange.sentences import told


def said(error: Mapping[str, Any], model: type[BaseModel] | None) -> tuple[str, str, str]:
    """Field, rule and sentence for one of pydantic's errors; `model` is what was asked for."""
    place = error["loc"][1:] if error["loc"][:1] in PLACES else error["loc"]
    if error["type"] == "extra_forbidden":
        return unknown_field(place, model)
    name = path(place) or "body"
    return name, *told(error, name)


PLACES = (("body",), ("query",), ("path",), ("header",))


def path(place: Sequence[str | int]) -> str:
    """`("participants", 0, "name")` → `participants[0].name`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


LONGEST_NAME = 60  # characters of a field's name that are told


def unknown_field(
    place: Sequence[str | int], model: type[BaseModel] | None
) -> tuple[str, str, str]:
    """A field that does not belong, with the one that was meant where a name comes near."""
    *outer, given = place
    where = path(outer)
    name = "".join(c for c in str(given) if c.isprintable())[:LONGEST_NAME]
    sentence = f"{where or 'The body'} has no field '{name}'."
    if known := field_names(model, outer):
        close = get_close_matches(name.casefold(), known, n=1)
        sentence += f" Did you mean '{close[0]}'?" if close else f" It has: {', '.join(known)}."
    return path([*outer, name]) or "body", "field-unknown", sentence


def field_names(model: type[BaseModel] | None, place: Sequence[str | int]) -> list[str]:
    """The names of the fields at a place in a model; none where that is no model."""
    for step in place:
        if model is not None and isinstance(step, str):
            info = next((i for n, i in model.model_fields.items() if step in (n, i.alias)), None)
            model = model_in(info.annotation) if info else None
    return [info.alias or n for n, info in model.model_fields.items()] if model else []


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field of this type holds, alone, as one of several or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in get_args(annotation) if (m := model_in(a))), None)
