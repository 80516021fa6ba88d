"""One row of the table of grounds."""

from dataclasses import dataclass
from enum import StrEnum

from domain.access.words import EDUCATION_RECORD, STAFF, Action, PartyKind, Role
from domain.words import DataClass


class Keeping(StrEnum):
    """Into which record an access goes. The full access log has every one of them."""

    RECORD = "record"  # the record of disclosures of 99.32
    EXEMPT = "exempt"  # 99.32(d): no duty; in the full log alone
    SEALED = "sealed"  # exempt, and only the officer may know of it
    RELEASE = "release"  # names nobody: the list of releases


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One reason for which records may be seen. `conditions` are names of `conditions.CONDITIONS`.

    `purposes` empty: for any declared purpose. `exemption`: the paragraph of 99.32(d).
    """

    code: str
    section: str
    title: str
    by: frozenset[Role]
    to: frozenset[PartyKind]
    acts: frozenset[Action]
    purposes: frozenset[str]
    conditions: tuple[str, ...]
    reaches: frozenset[DataClass] = EDUCATION_RECORD
    keeping: Keeping = Keeping.RECORD
    exemption: str | None = None
    idea_exempt: bool = False  # 300.614: parents and the agency's authorized employees
    notice: bool = True  # whether the notice of 99.33(d) is served
    family_sees: bool = True  # whether the family's view shows it unless an officer says no


LOOK = frozenset(Action) - {Action.WRITTEN, Action.DISCLOSED}
LOOK_AND_WRITE = LOOK | {Action.WRITTEN}
GIVE = frozenset({Action.DISCLOSED})
# Teachers give nothing out by themselves, but in an emergency and for directory information.
GIVERS = STAFF - {Role.TEACHER}
# What is asked of every member of staff who gives records to somebody.
GIVER = ("giver_on_duty", "recipient_identified")
