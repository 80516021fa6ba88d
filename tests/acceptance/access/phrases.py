"""What the rows of the matrix say is different: who asks, for what kind, family and staff."""

from dataclasses import replace
from datetime import date, timedelta

from domain.access.evidence import (
    Attendance,
    Barred,
    Emancipation,
    RightsStopped,
)
from domain.access.rights import Custodian
from domain.access.words import (
    Action,
    AssignmentKind,
    Assurance,
    Capacity,
    CustodianKind,
    PartyKind,
    Role,
    Term,
)
from domain.words import DataClass
from tests.acceptance.access.changes import (
    Change,
    also,
    asked,
    asker,
    both,
    each,
    file,
    given_to,
    law,
    learner,
    recipient,
    request,
    rights,
    without_term,
)
from tests.acceptance.access.people import (
    ANA,
    AUGUST,
    BORN_ADULT,
    FATHER,
    MOTHER,
    NEXT_AUGUST,
    NOW,
    OKAFOR,
    PARK,
    RIVERA,
    TODAY,
    TOMORROW,
    YESTERDAY,
    duty,
    named,
    party,
)

TO_MOTHER = party(MOTHER, PartyKind.PARENT)
COLLEGE = Custodian("city-college", CustodianKind.COLLEGE)
ATTENDS = Attendance(custodian="city-college", effective=AUGUST)
ORDER = RightsStopped(person=MOTHER, effective=date(2025, 3, 1), received=date(2025, 3, 4))
BARRED: tuple[Change, Change] = (
    lambda facts: file(
        barred=(Barred(party=facts.recipient.id, effective=AUGUST, until=NEXT_AUGUST),)
    )(facts),
    lambda facts: file(
        barred=(Barred(party=facts.recipient.id, effective=AUGUST, until=YESTERDAY),)
    )(facts),
)

ASKING: dict[str, Change] = {
    "nothing": lambda facts: facts,
    "the learner belongs to another district": learner(district="hillside"),
    "the asker's sign-in has lapsed": asker(assurance=Assurance.NONE),
    "the school is in Germany": law("DE"),
    "the purpose was never declared": request(purpose="curiosity"),
    "it is asked for treatment": request(purpose="treatment"),
    "it is asked for counseling": request(purpose="counseling"),
    "it is asked for instruction": request(purpose="instruction"),
    "it is asked for a study": request(purpose="study"),
    "it is asked for transfer": request(purpose="transfer"),
    "it is asked for oversight": request(purpose="oversight"),
    "the recipient is barred until next year": BARRED[0],
    "the recipient was barred until yesterday": BARRED[1],
    "it is exported": request(action=Action.EXPORTED),
    "it is written": request(action=Action.WRITTEN),
    "the asker gives it to the mother": request(action=Action.DISCLOSED, recipient=TO_MOTHER),
    "the form names (a)(4), financial aid": request(ground="FERPA-99.31-a-4"),
    "the form names (a)(8)": request(ground="FERPA-99.31-a-8"),
    "the form names no ground": request(ground=None),
    "a teacher gives it": asker(id=OKAFOR, roles=frozenset({Role.TEACHER})),
    "a teacher of the class asks": both(
        asker(id=OKAFOR, roles=frozenset({Role.TEACHER})),
        also("assignments", duty(OKAFOR, Role.TEACHER, AssignmentKind.CLASS)),
    ),
    "the privacy officer asks": both(
        asker(id=PARK, roles=frozenset({Role.COMPLIANCE_OFFICER})),
        also("assignments", duty(PARK, Role.COMPLIANCE_OFFICER, AssignmentKind.DISTRICT)),
    ),
    "the mother asks": asker(id=MOTHER, roles=frozenset({Role.GUARDIAN})),
    "staff give it by mail": given_to(TO_MOTHER),
    "staff give it to her by mail": given_to(party(ANA, PartyKind.STUDENT)),
    "the giver is not on duty for her": each("assignments", until=TODAY),
    "nobody checked who the recipient is": recipient(assurance=Assurance.NONE),
    "the recipient is a newspaper": recipient(kinds=frozenset({PartyKind.OTHER})),
}

KINDS: dict[str, Change] = {
    "special education": asked(data_class=DataClass.SPECIAL_ED),
    "survey answers": asked(data_class=DataClass.PROTECTED_SURVEY),
    "an ordinary entry": asked(data_class=DataClass.EDUCATION),
    "somebody else's private note": asked(data_class=DataClass.SOLE_POSSESSION, author=OKAFOR),
    "somebody else's private note, shared once": asked(
        data_class=DataClass.SOLE_POSSESSION, author=OKAFOR, shared=True
    ),
    "a confidence": asked(data_class=DataClass.COUNSELOR_CONFIDENTIAL),
    "a treatment record": asked(data_class=DataClass.TREATMENT),
    "a record of the law enforcement unit": asked(data_class=DataClass.LAW_ENFORCEMENT),
    "grades": asked(kind="grades"),
    "a college's record": asked(custodian=COLLEGE),
    "answers that are set aside": asked(quarantined=True),
}

FAMILY: dict[str, Change] = {
    "nothing on file links her": rights(guardianships=()),
    "the link has no paper behind it": lambda facts: rights(
        guardianships=tuple(replace(g, evidence=None) for g in facts.file.rights.guardianships)
    )(facts),
    "the link ended yesterday": lambda facts: rights(
        guardianships=tuple(replace(g, until=TODAY) for g in facts.file.rights.guardianships)
    )(facts),
    "she is a surrogate": lambda facts: rights(
        guardianships=tuple(
            replace(g, capacity=Capacity.SURROGATE) for g in facts.file.rights.guardianships
        )
    )(facts),
    "a court took her rights, and the school has the order": rights(stopped=(ORDER,)),
    "a court took her rights, and the order arrives tomorrow": rights(
        stopped=(replace(ORDER, received=TOMORROW),)
    ),
    "an order is about something else": rights(stopped=(replace(ORDER, over_records=False),)),
    "a court took her rights and gave them back": rights(
        stopped=(replace(ORDER, until=YESTERDAY),)
    ),
    "the date of birth is unknown": rights(born=None),
    "Ana is 11": rights(born=date(2014, 3, 14)),
    "Ana is 12": rights(born=date(2013, 3, 14)),
    "Ana is 15": rights(born=date(2010, 3, 14)),
    "Ana turned 18 today": rights(born=date(2007, 9, 10)),
    "Ana turns 18 tomorrow": rights(born=date(2007, 9, 11)),
    "Ana is 19": rights(born=BORN_ADULT),
    "Ana attends college as well": rights(attendances=(ATTENDS,)),
    "Ana left school for college": rights(attendances=(ATTENDS,), left_school=AUGUST),
    "Ana is emancipated": rights(emancipations=(Emancipation(effective=AUGUST),)),
    "the school is in California": law("US-CA"),
    "the school is in New York": law("US-NY"),
    "the school is in Texas": law("US-TX"),
    "it is another learner's record": learner(id=named("Ben")),
    "no evidence of dependency": rights(dependencies=()),
    "the evidence is for 2022": lambda facts: rights(
        dependencies=tuple(replace(d, tax_year=2022) for d in facts.file.rights.dependencies)
    )(facts),
    "the evidence arrives tomorrow": lambda facts: rights(
        dependencies=tuple(replace(d, received=TOMORROW) for d in facts.file.rights.dependencies)
    )(facts),
    "the evidence is the father's": lambda facts: rights(
        dependencies=tuple(replace(d, person=FATHER) for d in facts.file.rights.dependencies)
    )(facts),
}

STAFF: dict[str, Change] = {
    "no notice says who is a school official": each("annual_notices", criteria=None),
    "the notice is last year's": each("annual_notices", effective=date(2024, 8, 1)),
    "the assignment ended yesterday": each("assignments", until=TODAY),
    "the assignment begins tomorrow": each("assignments", effective=TOMORROW),
    "the assignment is a colleague's": each("assignments", person=OKAFOR),
    "the assignment is to the class alone": each("assignments", kind=AssignmentKind.CLASS),
    "no training was recorded": file(certifications=()),
    "the training ran out": each("certifications", effective=date(2024, 8, 1)),
    "nobody opened an emergency": file(openings=()),
    "it was opened five hours ago": each("openings", opened=NOW - timedelta(hours=5)),
    "a review found no emergency": each("openings", refuted=NOW - timedelta(minutes=1)),
    "a review found an emergency": each("openings", reviewed=NOW - timedelta(minutes=1)),
    "a colleague opened it": each("openings", person=RIVERA),
    "it was opened without a word": each("openings", words=" "),
    "the agreement ended yesterday": each("agreements", until=TODAY),
    "there is no agreement": file(agreements=()),
    "not a service of the school's": without_term(Term.OUTSOURCED_SERVICE),
    "no direct control": without_term(Term.DIRECT_CONTROL),
    "not bound by 99.33(a)": without_term(Term.BOUND_BY_99_33),
    "the agreement is for instruction": each("agreements", purposes=frozenset({"instruction"})),
    "the agreement is for treatment too": each(
        "agreements", purposes=frozenset({"support", "treatment"})
    ),
    "she is not on the provider's list": file(assignments=()),
    "treatment is not kept apart here": law("US", treatment_allowed=False),
}
