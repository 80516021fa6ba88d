"""What was typed into a form about a learner, with what is wrong with it."""

from dataclasses import dataclass, field, replace
from uuid import uuid4

from pydantic import ValidationError

from domain.event import Attachment

SCAN = tuple(Attachment.model_fields)


@dataclass(frozen=True)
class Typed:
    """What somebody typed, kept as it is until it was recorded."""

    fields: dict[str, str] = field(default_factory=dict)
    command_id: str = field(default_factory=lambda: str(uuid4()))
    errors: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def wrong(self, name: str, sentence: str) -> "Typed":
        return replace(self, errors={**self.errors, name: sentence})

    @property
    def scan(self) -> Attachment | None:
        """The file that was taken in with this form, as its hidden fields name it."""
        try:
            return Attachment.model_validate({name: self[f"scan-{name}"] for name in SCAN})
        except ValidationError:
            return None

    def with_scan(self, kept: Attachment) -> "Typed":
        named = {f"scan-{name}": str(value) for name, value in kept}
        return replace(self, fields={**self.fields, **named})


def items(text: str) -> list[str]:
    """What somebody wrote as a list: one on a line, or between commas."""
    lines = text.replace("\r", "\n").replace(",", "\n").split("\n")
    return [one.strip() for one in lines if one.strip()]
