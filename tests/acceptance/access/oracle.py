"""An oracle of its own: which ground the law gives, told straight from law.md 1.1.

It knows the scenarios of `scenarios.py` and nothing of conditions or grounds. Where no ground is
left, the answer is null: refused.
"""

from domain.access.words import Role
from domain.words import DataClass
from tests.acceptance.access.scenarios import Scenario

PLAIN = {DataClass.DIRECTORY, DataClass.EDUCATION, DataClass.DERIVED}
RECORD = PLAIN | {DataClass.SPECIAL_ED, DataClass.PROTECTED_SURVEY}
OFFICIALS = {
    Role.TEACHER: PLAIN,
    Role.ADMINISTRATOR: PLAIN,
    Role.TRANSITION_COORDINATOR: PLAIN | {DataClass.SPECIAL_ED},
    Role.COUNSELOR: RECORD,
    Role.COMPLIANCE_OFFICER: RECORD,
}
# For what each path's request is made, and whether records go to somebody else.
EDUCATION = {
    "FERPA-99.31-a-1-i-A",
    "FERPA-99.31-a-1-i-B",
    "FERPA-99.3-sole-possession",
    "STATE-counselor-confidential",
}
FAMILY = {"FERPA-99.31-a-12-parent", "FERPA-99.31-a-12-student", "FERPA-99.31-a-8"}
GIVEN_RECORD = {
    "FERPA-99.31-a-2",
    "FERPA-99.31-a-3",
    "USC-1232g-b-1-L",
    "FERPA-99.31-b-1",
}
# These papers name attendance, a kind of ordinary record.
GIVEN_ATTENDANCE = {
    "FERPA-99.31-a-6",
    "FERPA-99.31-a-9-ii-A",
    "FERPA-99.31-a-9-ii-B",
    "FERPA-99.31-a-9-ii-C",
    "FERPA-99.31-a-9-ii",
    "FERPA-99.31-a-9-iii",
}
BY_ANY_STAFF = {"FERPA-99.31-a-10": RECORD, "FERPA-99.31-a-11": {DataClass.DIRECTORY}}


def expected(s: Scenario, asked: DataClass) -> str | None:
    """The code of the ground, or null."""
    given = s.path in {*GIVEN_RECORD, *GIVEN_ATTENDANCE, *BY_ANY_STAFF, "FERPA-99.30"}
    return _given(s, asked) if given else _looked_at(s, asked)


def _looked_at(s: Scenario, asked: DataClass) -> str | None:
    if s.role in OFFICIALS:
        return _official(s, asked)
    if s.role is Role.OUTSIDE_PROVIDER:
        return _provider(s, asked)
    if s.path not in FAMILY or asked not in RECORD:
        return None
    if s.role is Role.LEARNER:
        return "FERPA-99.31-a-12-student"
    if s.relation != "in force":
        return None
    if not _of_age(s):
        return "FERPA-99.31-a-12-parent"
    return "FERPA-99.31-a-8" if s.path == "FERPA-99.31-a-8" else None


def _official(s: Scenario, asked: DataClass) -> str | None:
    on_duty = s.relation == "in force"
    if s.path in EDUCATION and on_duty and asked in OFFICIALS[s.role]:
        return "FERPA-99.31-a-1-i-A"
    if s.path == "FERPA-99.36-opening" and s.role is Role.TEACHER:
        # The teacher is the one who declared the emergency.
        return s.path if asked in RECORD - {DataClass.PROTECTED_SURVEY} else None
    if s.role is not Role.COUNSELOR:
        return None
    # The private note is the counselor's own; the confidence was told in California.
    if asked is DataClass.SOLE_POSSESSION and s.path in EDUCATION:
        return "FERPA-99.3-sole-possession"
    if asked is DataClass.COUNSELOR_CONFIDENTIAL and s.path == "STATE-counselor-confidential":
        return s.path if on_duty and s.age != "11" else None
    if asked is DataClass.TREATMENT and s.path == "FERPA-99.3-treatment":
        return s.path if on_duty and _of_age(s) else None
    return None


def _provider(s: Scenario, asked: DataClass) -> str | None:
    on_list = s.relation == "in force"
    if s.path == "FERPA-99.31-a-1-i-B" and on_list and asked in PLAIN:
        return s.path
    treats = s.path == "FERPA-99.3-treatment" and on_list and _of_age(s)
    if treats and asked is DataClass.TREATMENT:
        return s.path
    return "FERPA-99.30" if _consented(s, asked) else None


def _given(s: Scenario, asked: DataClass) -> str | None:
    if s.role not in OFFICIALS:
        return None  # only the school discloses
    giver = s.role is not Role.TEACHER and s.relation == "in force"
    # Who names a court's paper on the form is judged by that paper alone.
    named = s.path.startswith("FERPA-99.31-a-9")
    if giver and not named and _consented(s, asked):
        return "FERPA-99.30"
    if asked in BY_ANY_STAFF.get(s.path, ()):
        return s.path
    if giver and s.path in GIVEN_RECORD and asked in RECORD:
        return s.path
    if giver and s.path in GIVEN_ATTENDANCE and asked in PLAIN:
        return s.path
    return None


def _consented(s: Scenario, asked: DataClass) -> bool:
    """The paper names education and special education and was signed nine days ago."""
    if asked not in {DataClass.EDUCATION, DataClass.SPECIAL_ED}:
        return False
    if s.consent == "by the student":
        return s.age == "19"  # of age on the day of signing
    return s.consent == "valid" and not _of_age(s)


def _of_age(s: Scenario) -> bool:
    return s.age in {"18 today", "19"}
