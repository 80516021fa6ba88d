"""What is wrong with a value, in words a person can act on, without the value itself."""

from collections.abc import Mapping
from typing import Any

_SENTENCES = {
    "missing": "The cell is empty, and {command} needs {field}.",
    "string_too_short": "The cell is empty, and {field} must not be.",
    "string_too_long": "The text for {field} is longer than {max_length} characters.",
    "string_pattern_mismatch": "The text for {field} is not a code: lower-case letters, digits, "
    "dots, hyphens and underscores.",
    "decimal_parsing": "The cell is not a number, and {field} must be one (as 1.5).",
    "decimal_max_digits": "The number for {field} has too many digits.",
    "decimal_max_places": "The number for {field} has too many digits after the point.",
    "decimal_whole_digits": "The number for {field} has too many digits before the point.",
    "finite_number": "The cell is not a finite number, and {field} must be one.",
    "int_parsing": "The cell is not a whole number, and {field} must be one.",
    "bool_parsing": "The cell is neither true nor false, and {field} must be one of them.",
    "uuid_parsing": "The cell is not an id of ours (a UUID), and {field} must be one.",
    "enum": "The text for {field} must be one of {expected}.",
    "greater_than_equal": "The number for {field} must be at least {ge}.",
    "less_than_equal": "The number for {field} must be at most {le}.",
}


def sentence_of(error: Mapping[str, Any], field: str, command: str) -> str:
    """A sentence for one of pydantic's errors."""
    known = _SENTENCES.get(error["type"])
    if known:
        return known.format(field=field, command=command, **error.get("ctx", {}))
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{field or command}: {message}."
