"""What people in the demo district say and write, as plain sentences with a few blanks.

Blanks: `{n}` the learner's name; `{they} {them} {their}` and `{They} {Their}` the pronouns;
`{was}` for "was" or "were". A block is read by `sections`: a line that starts with `#` names a
section, every other line is one text, and an indented line goes on with the one above it.
"""


def sections(block: str) -> dict[str, tuple[str, ...]]:
    """The texts of a block by section."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in block.splitlines():
        if not line.strip():
            continue
        if line.startswith("#"):
            current = found.setdefault(line[1:].strip(), [])
        elif line[0] == " ":
            current[-1] = f"{current[-1]} {line.strip()}"
        else:
            current.append(line)
    return {name: tuple(texts) for name, texts in found.items()}
