"""Makes one PDF, in a process that ends with it. `api.pdf` runs this file; nobody imports it.

Reads JSON from standard input: `template`, the Typst source; `data`, what it tells; `made`,
seconds since 1970; `attempt`, from 0. Writes the PDF to standard output. Where none can be made it
ends with 1, and nobody may read what it says of that: it quotes the text.
"""

import json
import os
import re
import resource
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any
from unicodedata import category

import typst

SECONDS = 60  # of one processor's time, should whoever started this be gone
MEMORY = 3 << 30  # bytes; 5,000 lines take about a sixth of it
# Neither Latin nor punctuation: what Typst's own fonts may lack.
FOREIGN = re.compile("[^\0-\u024f\u2010-\u2027\u200b\u2066-\u2069]")
MARKS = ("Mn", "Mc", "Me", "Cf", "Sk")
PROBE = b"""#set document(title: "x")
#set text(lang: "en", font: "Libertinus Serif")
#sys.inputs.letter"""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what is in memory is somebody's
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    os.nice(5)  # whoever waits for a page goes first
    asked = json.load(sys.stdin.buffer)
    fonts = typst.Fonts()
    numbers = numbered(asked["data"], asked["attempt"], fonts)
    sys.stdout.buffer.write(compiled(asked, numbers, fonts))


def numbered(data: Any, attempt: int, fonts: typst.Fonts) -> set[str]:
    """The letters to be written as numbers, as in `[U+738B]`: PDF/UA has no place for an empty box.

    At the first attempt none; at the second those that no font has. Where letters fail together, at
    the third all but Latin ones and punctuation.
    """
    if attempt == 0:
        return set()
    found = {cluster for text in texts(data) for cluster in clusters(text)}
    if attempt == 1:
        return not_shown(found, fonts)
    return {cluster for cluster in found if FOREIGN.search(cluster)}


def compiled(asked: Any, numbers: Collection[str], fonts: typst.Fonts) -> bytes:
    """The PDF. Raises what Typst raises, and its panics, after which it must not go on."""
    told = written_out(asked["data"], numbers)
    return typst.compile(
        asked["template"].encode(),
        root=Path(__file__).parent,  # nothing outside can be read
        font_paths=fonts,
        sys_inputs={"data": json.dumps(told), "numbered": "yes" if numbers else ""},
        pdf_standards="ua-1",
        timestamp=asked["made"],
    )


def clusters(text: str) -> list[str]:
    """The letters of a text, each with the marks that stand on it: a font may lack the two."""
    found: list[str] = []
    for character in text:
        if found and category(character) in MARKS:
            found[-1] += character
        else:
            found.append(character)
    return found


def not_shown(found: Iterable[str], fonts: typst.Fonts) -> set[str]:
    """Those letters that cannot be shown; 1 ms for each."""
    compiler = typst.Compiler(font_paths=fonts)
    missing = set()
    for cluster in found:
        try:
            compiler.compile(PROBE, sys_inputs={"letter": cluster}, pdf_standards="ua-1")
        except typst.TypstError:
            missing.add(cluster)
    return missing


def texts(data: Any) -> Iterator[str]:
    """Every text in some JSON."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from texts(one)


def written_out(data: Any, numbers: Collection[str]) -> Any:
    """The same JSON with numbers for some letters."""
    if isinstance(data, str):
        return "".join(number(c) if c in numbers else c for c in clusters(data))
    if isinstance(data, dict):
        return {name: written_out(one, numbers) for name, one in data.items()}
    return [written_out(one, numbers) for one in data] if isinstance(data, list) else data


def number(cluster: str) -> str:
    return FOREIGN.sub(lambda found: f"[U+{ord(found[0]):04X}]", cluster)


if __name__ == "__main__":
    main()
