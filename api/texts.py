"""The JSON of answers: the text of an entry is made once, however many answers it stands in."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from weakref import ref

import orjson
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from api import answers
from api.cursors import Cursors
from projections.entries import Entry


class Texts:
    """The texts of entries of one district, each for as long as its entry is in memory.

    Texts go with their entries, and so are let go of where a key is destroyed: see
    `projections.kept`.
    """

    def __init__(self, cursors: Cursors) -> None:
        self.cursors = cursors
        self._kept: dict[int, tuple[ref[Entry], orjson.Fragment]] = {}

    def of(self, found: Entry) -> orjson.Fragment:
        """The JSON of an entry, to stand within an answer."""
        place = id(found)
        kept = self._kept.get(place)
        if kept is not None and kept[0]() is found:
            return kept[1]
        text = fragment(answers.Entry.of(found, self.cursors))
        self._kept[place] = (ref(found, lambda _: self._kept.pop(place, None)), text)
        return text

    def each(self, found: Iterable[Entry]) -> list[orjson.Fragment]:
        """The JSON of each entry."""
        return [self.of(entry) for entry in found]


def fragment(found: BaseModel) -> orjson.Fragment:
    return orjson.Fragment(found.model_dump_json(by_alias=True))


def text_of(told: Mapping[str, Any]) -> bytes:
    """The JSON of an answer whose parts are models, texts of entries, and plain values."""
    return orjson.dumps(told, default=fragment)


def sent(response: Response, told: Mapping[str, Any] | bytes) -> Response:
    """The answer as it leaves, with what the route has put into the head of `response`."""
    text = told if isinstance(told, bytes) else text_of(told)
    return Response(text, media_type="application/json", headers=dict(response.headers))


async def given_texts(request: Request) -> Texts:
    texts: Texts = request.app.state.texts
    return texts


TextsDep = Annotated[Texts, Depends(given_texts)]
