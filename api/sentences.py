"""What pydantic finds wrong with a request, in words that name the field and the rule.

Pydantic's own messages can repeat what was typed; these never do. Only the name of a field that
does not belong is told as it came: without it nobody finds the field.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel

# How pydantic's kinds of error begin → our rule and what the field must be.
KINDS: dict[str, tuple[str, str]] = {
    "missing": ("required", "is required."),
    "string_too_short": ("too-short", "must not be empty."),
    "string_too_long": ("too-long", "can hold at most {max_length} characters."),
    "string": ("not-text", "must be text."),
    "int": ("not-a-whole-number", "must be a whole number."),
    "finite_number": ("not-a-number", "must be a finite number."),
    "decimal_max": ("too-many-digits", "has more digits than can be kept."),
    "decimal_whole": ("too-many-digits", "has more digits than can be kept."),
    "decimal": ("not-a-number", "must be a number."),
    "float": ("not-a-number", "must be a number."),
    "greater_than_equal": ("too-small", "must be at least {ge}."),
    "greater_than": ("too-small", "must be more than {gt}."),
    "less_than_equal": ("too-large", "must be at most {le}."),
    "less_than": ("too-large", "must be less than {lt}."),
    "datetime": ("not-an-instant", "must be a point in time, written as 2025-03-14T09:30:00Z."),
    "date_from_datetime": ("not-a-date", "must be a day, written as 2025-03-14."),
    "date": ("not-a-date", "must be a day of the calendar, written as 2025-03-14."),
    "uuid": ("not-an-id", "must be an id, such as 6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01."),
    "enum": ("not-in-list", "must be one of: {expected}."),
    "literal_error": ("not-in-list", "must be one of: {expected}."),
    "bool": ("not-true-or-false", "must be true or false."),
    "too_long": ("too-many", "can have at most {max_length} entries."),
    "too_short": ("too-few", "must have at least {min_length}."),
    "tuple": ("not-a-list", "must be a list."),
    "list": ("not-a-list", "must be a list."),
    "dict": ("not-an-object", "must be an object with named fields."),
    "model": ("not-an-object", "must be an object with named fields."),
}
PATTERNS = {
    r"^[a-z0-9][a-z0-9._-]{0,62}$": (
        "not-a-code",
        "must be a code: up to 63 lower-case letters, digits, dots, hyphens and underscores.",
    ),
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$": (
        "not-a-language",
        "must be a language tag, such as en or es-MX.",
    ),
    r"^[0-9a-f]{64}$": ("not-a-digest", "must be 64 hexadecimal digits."),
}


def said(error: Mapping[str, Any], model: type[BaseModel] | None) -> tuple[str, str, str]:
    """Field, rule and sentence for one of pydantic's errors; `model` is what was asked for."""
    kind: str = error["type"]
    context: Mapping[str, Any] = error.get("ctx") or {}
    place = error["loc"][1:] if error["loc"][:1] in PLACES else error["loc"]
    if kind == "extra_forbidden":
        return unknown_field(place, model)
    name = path(place) or "body"
    if kind == "value_error":
        # Raised by our own rules, which name no value.
        sentence = str(context.get("error", "")).rstrip(".")
        if not sentence.startswith((name, "give ", "effective.")):
            sentence = f"{name} {sentence}"
        return name, "value-not-allowed", f"{sentence}."
    if kind == "string_pattern_mismatch":
        rule, rest = PATTERNS.get(context["pattern"], ("form-not-allowed", "has another form."))
        return name, rule, f"{name} {rest}"
    for beginning, (rule, rest) in KINDS.items():
        if kind.startswith(beginning):
            return name, rule, f"{name} {rest.format_map(context)}"
    return name, "value-not-allowed", f"{name} has a value that is not allowed here."


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
