"""What a district chose for itself, kept apart from the law; and the purposes it declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from domain.access.evidence import Dated
from domain.access.words import AssignmentKind, Assurance, CoppaMode, Role
from domain.errors import Refused
from domain.words import DataClass


class AtTransfer(StrEnum):
    """What becomes of a consent that a parent signed, when rights pass to the student.

    The rule is silent; suspended is the careful reading. For counsel to confirm.
    """

    SUSPENDED = "suspended"
    CONTINUES = "continues"


_EVERYDAY = frozenset({DataClass.DIRECTORY, DataClass.EDUCATION, DataClass.DERIVED})

INTERESTS: Mapping[Role, frozenset[DataClass]] = MappingProxyType(
    {
        Role.TEACHER: _EVERYDAY,
        Role.ADMINISTRATOR: _EVERYDAY,
        Role.COUNSELOR: _EVERYDAY | {DataClass.SPECIAL_ED, DataClass.PROTECTED_SURVEY},
        Role.TRANSITION_COORDINATOR: _EVERYDAY | {DataClass.SPECIAL_ED},
        Role.COMPLIANCE_OFFICER: _EVERYDAY | {DataClass.SPECIAL_ED, DataClass.PROTECTED_SURVEY},
    }
)

RELATIONSHIPS: Mapping[Role, frozenset[AssignmentKind]] = MappingProxyType(
    {
        Role.TEACHER: frozenset({AssignmentKind.CLASS}),
        Role.ADMINISTRATOR: frozenset({AssignmentKind.SCHOOL, AssignmentKind.DISTRICT}),
        Role.COUNSELOR: frozenset({AssignmentKind.CASELOAD, AssignmentKind.SCHOOL}),
        Role.TRANSITION_COORDINATOR: frozenset({AssignmentKind.CASELOAD, AssignmentKind.SCHOOL}),
        Role.COMPLIANCE_OFFICER: frozenset({AssignmentKind.DISTRICT}),
        Role.OUTSIDE_PROVIDER: frozenset({AssignmentKind.CASELOAD}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPolicy:
    """The district's choices where the law leaves one. Days are calendar days."""

    version: str = "default"
    parent_consent_at_transfer: AtTransfer = AtTransfer.SUSPENDED
    asker_assurance: Assurance = Assurance.BASIC
    recipient_assurance: Assurance = Assurance.BASIC
    recertify_days: int = 366
    opening_hours: int = 4
    review_opening_days: int = 5
    # A return for this year is filed next year, so last year's evidence counts too.
    dependency_years_back: int = 1
    honour_later_opt_outs: bool = False
    days_to_object: int = 10
    school_year_starts: tuple[int, int] = (8, 1)
    coppa: CoppaMode = CoppaMode.PARENTAL
    interests: Mapping[Role, frozenset[DataClass]] = field(default_factory=lambda: INTERESTS)
    relationships: Mapping[Role, frozenset[AssignmentKind]] = field(
        default_factory=lambda: RELATIONSHIPS
    )

    def school_year(self, day: date) -> date:
        """The first day of the school year in which `day` lies."""
        starts = day.replace(month=self.school_year_starts[0], day=self.school_year_starts[1])
        return starts if starts <= day else starts.replace(year=day.year - 1)


def coppa_mode(chosen: CoppaMode | None, reason: str, *, hosted: bool) -> CoppaMode:
    """How a deployment stands to COPPA. A hosted service is `parental` unless a district says why
    not; on a district's own machines it has to choose, and say why.
    """
    if chosen is None:
        if hosted:
            return CoppaMode.PARENTAL
        raise Refused("coppa", "coppa-unset", "Choose how COPPA applies here, and say why.")
    if chosen is not CoppaMode.PARENTAL and not reason.strip():
        raise Refused("reason", "coppa-reason", "Say why a parent's consent is not needed here.")
    return chosen


class Basis(StrEnum):
    """The basis of a processing purpose in GDPR 6(1)."""

    CONSENT = "6-1-a"
    CONTRACT = "6-1-b"
    LEGAL_OBLIGATION = "6-1-c"
    VITAL_INTEREST = "6-1-d"
    PUBLIC_TASK = "6-1-e"
    LEGITIMATE_INTEREST = "6-1-f"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredBasis(Dated):
    """From a day on a purpose rests on this basis. Changing it is a new one, never an edit."""

    basis: Basis


@dataclass(frozen=True, slots=True)
class Purpose:
    """What records are used for; a consent to a purpose covers its children too."""

    code: str
    parent: str | None = None
    bases: tuple[DeclaredBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class Purposes:
    """The purposes a district has declared, as a tree."""

    declared: tuple[Purpose, ...]
    _ancestors: dict[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parents = {purpose.code: purpose.parent for purpose in self.declared}
        above: dict[str, frozenset[str]] = {}
        for code in parents:
            line: list[str] = []
            at: str | None = code
            while at is not None and at not in line:
                line.append(at)
                at = parents.get(at)
            above[code] = frozenset(line)
        object.__setattr__(self, "_ancestors", above)

    def knows(self, code: str) -> bool:
        """True where the district has declared this purpose."""
        return code in self._ancestors

    def within(self, code: str, wider: str) -> bool:
        """True where `code` is `wider` or lies under it."""
        return wider in self._ancestors.get(code, ())

    def within_any(self, code: str, wider: frozenset[str]) -> bool:
        """True where `code` is one of `wider` or lies under one of them."""
        return not wider.isdisjoint(self._ancestors.get(code, ()))

    def basis_on(self, code: str, day: date) -> Basis | None:
        """The basis a purpose rests on that day; the one declared last, where two would hold."""
        bases = [b for p in self.declared if p.code == code for b in p.bases if b.holds(day)]
        return max(bases, key=lambda b: b.effective).basis if bases else None

    def with_(self, more: Iterable[Purpose]) -> "Purposes":
        """These purposes and more; one of the same code takes the place of the old one."""
        return Purposes(tuple({p.code: p for p in (*self.declared, *more)}.values()))


PURPOSES = Purposes(
    (
        Purpose("education"),
        Purpose("instruction", "education"),
        Purpose("counseling", "education"),
        Purpose("goal-review", "counseling"),
        Purpose("support", "education"),
        Purpose("tutoring", "support"),
        Purpose("oversight"),
        Purpose("family"),
        Purpose("inspection", "family"),
        Purpose("transfer"),
        Purpose("transition-services"),
        Purpose("audit"),
        Purpose("evaluation", "audit"),
        Purpose("enforcement", "audit"),
        Purpose("study"),
        Purpose("legal-process"),
        Purpose("emergency"),
        Purpose("directory"),
        Purpose("yearbook", "directory"),
        Purpose("in-class", "directory"),
        Purpose("child-welfare"),
        Purpose("treatment"),
        Purpose("release"),
    )
)
