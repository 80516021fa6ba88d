"""Small words that every sentence needs."""

from collections.abc import Sequence


def count(number: int, thing: str, many: str | None = None) -> str:
    """`1 entry`, `2 entries`."""
    return f"{number:,} {thing if number == 1 else many or thing + 's'}"


def listed(names: Sequence[str]) -> str:
    """`a, b and c`; of nothing, nothing."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def stop(text: str) -> str:
    """The full stop that a sentence somebody wrote still needs."""
    return "" if text.endswith((".", "!", "?")) else "."
