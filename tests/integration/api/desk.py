"""A desk for tests of replay over HTTP: tell the record something, and ask about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api.compose import System

Answer = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """A client of a district's server, and the district itself."""

    client: httpx.Client
    district: System

    def register(self, given_name: str = "Ana", **more: Any) -> Answer:
        """A new learner; the receipt of the registration."""
        names = {"given_name": given_name, "family_name": "Lopez", **more}
        return self._told(self.client.post("/v1/learners", json=names))

    def tell(self, learner: str, command: str, **fields: Any) -> Answer:
        """Give a command that must be accepted; its receipt."""
        return self._told(self.client.post(f"/v1/learners/{learner}/{command}", json=fields))

    def observe(self, learner: str, effective: str = "2025-01-15", **more: Any) -> Answer:
        body = {"area": "interests", "text": "Likes chess.", "effective": effective, **more}
        return self.tell(learner, "record-observation", **body)

    def ask(self, path: str, **asked: Any) -> httpx.Response:
        """The answer to a question, once everything told is taken in."""
        self.district.projector.catch_up()
        return self.client.get(f"/v1/{path}", params=asked)

    def read(self, learner: str, what: str = "profile", **asked: Any) -> Answer:
        """An answer about a learner that must be given."""
        answer = self.ask(f"learners/{learner}/{what}", **asked)
        assert answer.status_code == 200, answer.text
        found: Answer = answer.json()
        return found

    def facts(self, learner: str, **asked: Any) -> list[Answer]:
        """The facts of a profile."""
        return [e for e in self.read(learner, **asked)["entries"] if e["kind"] == "fact"]

    def cohort(self, **asked: Any) -> Answer:
        self.district.projector.catch_up()
        answer = self.client.post("/v1/cohorts/profile", json=asked)
        assert answer.status_code == 200, answer.text
        found: Answer = answer.json()
        return found

    def _told(self, answer: httpx.Response) -> Answer:
        assert answer.status_code == 201, answer.text
        found: Answer = answer.json()
        return found


def fact_of(receipt: Mapping[str, Any]) -> str:
    """The id of the entry that a command made."""
    return str(receipt["ids"]["fact"])


def texts(entries: list[Answer]) -> list[str]:
    return [e["body"]["text"] for e in entries]
