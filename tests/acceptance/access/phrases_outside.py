"""More phrases of the matrix: consents, and what is given to others."""

from dataclasses import replace
from datetime import date, timedelta

from domain.access.evidence import (
    Ended,
    Enrolment,
    FamilyTold,
    OnlineConsent,
    OptOut,
)
from domain.access.policy import AtTransfer, Basis
from domain.access.words import (
    Action,
    CoppaMode,
    PartyKind,
    ProcessKind,
    Role,
    Term,
)
from tests.acceptance.access.changes import (
    Change,
    also,
    asked,
    asker,
    both,
    each,
    file,
    law,
    learner,
    policy,
    recipient,
    request,
    resting_on,
    rights,
    without_term,
)
from tests.acceptance.access.people import (
    ANA,
    AUGUST,
    CHEN,
    CONSENT,
    EAST,
    FATHER,
    MOTHER,
    NOW,
    PARK,
    RIVERA,
    TODAY,
    TOMORROW,
    TUTOR,
    YESTERDAY,
    named,
)
from tests.acceptance.access.phrases import ASKING, FAMILY, KINDS, ORDER, STAFF

SPECIAL_ED_CONSENT = replace(
    CONSENT, records=frozenset({"special_ed"}), purpose="transfer", recipient=EAST
)
LATE = replace(CONSENT, recorded=NOW + timedelta(days=5), entered_by=CHEN)
OPT_OUT = OptOut(effective=date(2024, 9, 1), until=date(2025, 7, 1))
BY_PARENT = OnlineConsent(by_parent=True, method="card", effective=AUGUST)

CONSENTS: dict[str, Change] = {
    "no consent": file(consents=()),
    "not signed": each("consents", signer=None),
    "electronic, and nobody checked who": each("consents", electronic=True, authenticated=False),
    "no date": each("consents", signed_on=None),
    "no records named": each("consents", records=frozenset()),
    "“all” records": each("consents", records=frozenset({"attendance", "All"})),
    "“any” purpose": each("consents", purpose="any"),
    "no party named": each("consents", recipient=None),
    "“everyone” may have it": each("consents", recipient=None, recipient_class="everyone"),
    "for tutors as a class, which this is": both(
        each("consents", recipient=None, recipient_class="tutors"),
        recipient(classes=frozenset({"tutors"})),
    ),
    "for another party": each("consents", recipient=EAST),
    "for another purpose": each("consents", purpose="study"),
    "signed by the father, of whom nothing is on file": each("consents", signer=FATHER),
    "signed by Ana": each("consents", signer=ANA),
    "a court had taken the signer's rights": rights(stopped=(ORDER,)),
    "effective tomorrow": each("consents", effective=TOMORROW),
    "received tomorrow": each("consents", received=TOMORROW),
    "received today": each("consents", received=TODAY),
    "ran out today": each("consents", until=TODAY),
    "withdrawn yesterday": each("consents", withdrawn=Ended(effective=YESTERDAY)),
    "withdrawn from tomorrow": each("consents", withdrawn=Ended(effective=TOMORROW)),
    "withdrawn, and the school hears of it tomorrow": each(
        "consents", withdrawn=Ended(effective=YESTERDAY, received=TOMORROW)
    ),
    "found void": each("consents", voided=Ended(effective=TOMORROW)),
    "the district lets a parent's consent go on": policy(
        parent_consent_at_transfer=AtTransfer.CONTINUES
    ),
    "entered after the access, without scan": file(consents=(LATE,)),
    "entered after the access, confirmed by who entered it": file(
        consents=(replace(LATE, scan="sha256:9f2c", confirmed_by=CHEN),)
    ),
    "entered after the access, with scan and second person": file(
        consents=(replace(LATE, scan="sha256:9f2c", confirmed_by=PARK),)
    ),
    "the tutor opens it": both(
        request(action=Action.OPENED, recipient=None),
        asker(id=TUTOR, roles=frozenset({Role.OUTSIDE_PROVIDER})),
    ),
    "a consent for this is on file": file(consents=(SPECIAL_ED_CONSENT,)),
    "a consent signed by the father is on file": file(
        consents=(replace(SPECIAL_ED_CONSENT, signer=FATHER),)
    ),
    "the family consented to this": lambda facts: file(
        consents=(
            replace(
                CONSENT,
                records=frozenset({"education"}),
                recipient=RIVERA,
                purpose=facts.request.purpose,
            ),
        )
    )(facts),
    "Ana answers online": request(action=Action.WRITTEN),
    "COPPA does not apply": policy(coppa=CoppaMode.NOT_APPLICABLE),
    "the school may authorise": policy(coppa=CoppaMode.SCHOOL_AUTHORISED),
    "a parent consented online": also("online_consents", BY_PARENT),
    "a parent consented online, unverified": also("online_consents", replace(BY_PARENT, method="")),
    "the school authorised it": also("online_consents", replace(BY_PARENT, by_parent=False)),
    "a parent consented to passing it on": also(
        "online_consents", replace(BY_PARENT, passing_on_to=frozenset({str(TUTOR), "tutors"}))
    ),
    "a parent consented to passing it on to another party": also(
        "online_consents", replace(BY_PARENT, passing_on_to=frozenset({str(EAST)}))
    ),
    "it passes on what Ana gave online": request(online_sync=True),
    "the GDPR applies too": law("US", gdpr=True),
    "the purpose is a public task": resting_on(Basis.PUBLIC_TASK),
    "the purpose rests on consent": resting_on(Basis.CONSENT),
}

OUTSIDE: dict[str, Change] = {
    "nothing says she enrols there": file(enrolments=()),
    "the notice has no clause on transfer": each("annual_notices", transfer_clause=False),
    "the family was told": file(family_told=(FamilyTold(about=EAST, effective=YESTERDAY),)),
    "the family asked for it": file(
        enrolments=(Enrolment(school=EAST, effective=AUGUST, asked_by_family=True),)
    ),
    "the school is a transition agency too": recipient(
        kinds=frozenset({PartyKind.SCHOOL, PartyKind.TRANSITION_AGENCY})
    ),
    "Ana is at a private school elsewhere": learner(private_school_elsewhere=True),
    "the recipient is employed there": recipient(employee=True),
    "no destruction agreed": without_term(Term.DESTRUCTION),
    "the study is not for schools": without_term(Term.FOR_THE_SCHOOL),
    "the study is not described": without_term(Term.PURPOSE_SCOPE_DURATION),
    "use is not limited": without_term(Term.USE_LIMITED),
    "people may be identified": without_term(Term.NO_IDENTIFICATION),
    "no paper on file": file(processes=()),
    "the paper arrives tomorrow": each("processes", received=TOMORROW),
    "the paper is an ordinary subpoena": each("processes", kind=ProcessKind.SUBPOENA),
    "the paper is a court's order": each("processes", kind=ProcessKind.COURT_ORDER),
    "the paper is a complaint in a lawsuit": each("processes", kind=ProcessKind.LITIGATION),
    "the paper is for another recipient": each("processes", recipient=EAST),
    "nobody ordered silence": each("processes", silence=False),
    "not for the Attorney General": each("processes", for_attorney_general=False),
    "the family was not told": file(family_told=()),
    "the family was told yesterday": each("family_told", effective=YESTERDAY),
    "no emergency was declared": file(emergencies=()),
    "the emergency is over": each("emergencies", ends=NOW),
    "the threat is left blank": each("emergencies", threat=" "),
    "the threat is told in one word": each("emergencies", threat="Allergy"),
    "the recipient need not know": each("emergencies", must_know=frozenset({MOTHER})),
    "a social security number, by mistake designated": both(
        asked(kind="ssn"), each("designations", kinds=frozenset({"ssn"}))
    ),
    "not designated": each("designations", kinds=frozenset({"address"})),
    "no designation": file(designations=()),
    "families may refuse until today": each("designations", refuse_by=TODAY),
    "the family opted out": file(opt_outs=(OptOut(effective=AUGUST),)),
    "the family opted out of photographs": file(
        opt_outs=(OptOut(effective=AUGUST, kinds=frozenset({"photograph"})),)
    ),
    "the opt-out was lifted": file(
        opt_outs=(OptOut(effective=AUGUST, lifted=Ended(effective=YESTERDAY)),)
    ),
    "an opt-out of 2024 ran out in July": file(opt_outs=(OPT_OUT,)),
    "Ana left in June": learner(left_on=date(2025, 6, 13)),
    "the district honours later opt-outs": policy(honour_later_opt_outs=True),
    "it is told in class": request(purpose="in-class"),
    "the district names other parties only": each(
        "designations", only_to=frozenset({"local press"})
    ),
    "the district names other purposes only": each(
        "designations", only_for=frozenset({"in-class"})
    ),
    "she is in nobody's care": file(placements=()),
    "another caseworker": each("placements", caseworkers=frozenset({named("Colleague")})),
    "nobody determined it": file(releases=()),
    "names are still in it": asked(identifiers_removed=False),
    "other releases were not looked at": each("releases", other_releases_considered=False),
    "the code is made from a name": each("releases", code_from_identity=True),
}

PHRASES: dict[str, Change] = {
    phrase: change
    for group in (ASKING, KINDS, FAMILY, STAFF, CONSENTS, OUTSIDE)
    for phrase, change in group.items()
}
