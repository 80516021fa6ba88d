"""How the domain says no. Messages name the field and the rule, never a person's data."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One event by somebody else that stands in the way: `version` is its place in the stream."""

    version: int
    topic: str
    subject: str


class Refused(Exception):
    """A command that may not happen.

    `field` is the JSON name of the field at fault, `rule` a stable code, `str(error)` a sentence.
    """

    def __init__(self, field: str, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.rule = rule


class UnknownLearner(Refused):
    """No learner with this id in this district."""

    def __init__(self) -> None:
        super().__init__(
            "learner", "learner-unknown", "There is no learner with this id in this district."
        )


class UnknownPerson(Refused):
    """No person's record with this id in this district."""

    def __init__(self) -> None:
        super().__init__(
            "person",
            "person-not-registered",
            "There is no person with this id in this district; register them first.",
        )


class StaleVersion(Refused):
    """Somebody else changed the same thing since the writer looked at it."""

    def __init__(self, expected: int, current: int, changed: Sequence[Change]) -> None:
        what = "; ".join(f"{c.topic.replace('-', ' ')} (version {c.version})" for c in changed)
        stands = (
            f"now at version {current} and what you are changing has changed since: {what}"
            if changed
            else f"at version {current}"
        )
        super().__init__(
            "If-Match",
            "version-stale",
            f"You looked at version {expected}; the learner is {stands}. "
            "Look again, then repeat if still right.",
        )
        self.expected = expected
        self.current = current
        self.changed = tuple(changed)


class UnknownAttachment(Refused):
    """A file named in a command that was not kept as the command says; `number` counts from 0."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"attachments[{number}].id",
            "attachment-unknown",
            "There is no such file for this entry. Keep the file on this learner's record first, "
            "for the retention group of the entry, and name it by the id and sha256 of the answer.",
        )


class CommandReused(Refused):
    """The same command id came with another body, or from somebody else."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key",
            "command-id-reused",
            "This command id was already used for a different command. Use a new one.",
        )


class Denied(Exception):
    """Somebody may not do this with this record. `str()` is the code of what is missing."""

    def __init__(self, code: str, sentence: str, *, to_person: bool = False) -> None:
        super().__init__(code)
        self.code, self.sentence, self.to_person = code, sentence, to_person
