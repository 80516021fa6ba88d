"""What pydantic finds wrong with a value, as a rule and a sentence that names the field.

Pydantic's own messages can repeat the value; these never do. One table for every way in: the same
mistake has the same rule in a form, in a request and in a table.
"""

from collections.abc import Mapping
from typing import Any

from domain.fields import Unfit

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


def told(error: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Rule and sentence for one of pydantic's errors about the field of this name."""
    kind: str = error["type"]
    context: Mapping[str, Any] = error.get("ctx") or {}
    if kind == "value_error":
        # Raised by our own rules, which name no value.
        wrong = context.get("error", "")
        sentence = str(wrong).rstrip(".")
        if not sentence.startswith((name, "give ", "effective.")):
            sentence = f"{name} {sentence}"
        rule = wrong.rule if isinstance(wrong, Unfit) else "value-not-allowed"
        return rule, f"{sentence}."
    if kind == "string_pattern_mismatch":
        rule, rest = PATTERNS.get(context["pattern"], ("form-not-allowed", "has another form."))
        return rule, f"{name} {rest}"
    for beginning, (rule, rest) in KINDS.items():
        if kind.startswith(beginning):
            return rule, f"{name} {rest.format_map(context)}"
    return "value-not-allowed", f"{name} has a value that is not allowed here."
