"""What a browser sees of a district with a story."""

import re
from dataclasses import dataclass
from html import unescape
from uuid import UUID

import httpx

from api.compose import System
from tests.replayed import File


@dataclass(frozen=True)
class District:
    """A district with a story, and a browser that looks at it."""

    system: System
    client: httpx.Client
    nadia: File
    double: UUID
    khoi: File
    bea: File
    ivo: File

    def get(self, path: str, learner: UUID | None = None) -> httpx.Response:
        return self.client.get(f"/learners/{learner or self.nadia.learner}{path}")

    def read(self, path: str, learner: UUID | None = None) -> str:
        """What a person reads of a page's middle."""
        answer = self.get(path, learner)
        assert answer.status_code == 200, answer.text
        return text_of(answer.text)

    def on(self, day: str, known: str, since: str = "", learner: UUID | None = None) -> str:
        return self.read(f"/replay?on={day}&known={known}&since={since}", learner)


def text_of(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def part(html: str, name: str) -> str:
    """What a section says."""
    found = re.search(rf'<section[^>]* id="{name}".*?</section>', html, re.S)
    found = found or re.search(rf'<section id="{name}".*?</section>', html, re.S)
    assert found is not None, name
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())
