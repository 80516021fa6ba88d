"""The plain working case of every command: what it needs to have happened, and what comes out."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from domain import (
    changes,
    consent,
    disclosures,
    emergencies,
    facts,
    goals,
    identity,
    online,
    oversight,
    reviews,
)
from domain.access.words import (
    AnswerOutcome,
    PartyKind,
    ProcessKind,
    ReviewOutcome,
    WithholdingCode,
)
from domain.event import Command
from domain.words import Area, DataClass, GoalKind, Horizon
from tests.unit.decider import BEN, NEXT_TERM, REGISTER, named

FACT, NOTE, SUPPORT, GOAL = (named(n) for n in ("fact", "note", "support", "goal"))
ANSWER = named("answer")
CONSENT, OPT_OUT, SURVEY, REVIEW = (named(n) for n in ("consent", "opt-out", "survey", "review"))
ENROLMENT, MOTHER, ORDER = (named(n) for n in ("enrolment", "mother", "court order"))
SUCCESSOR, ONLINE = named("successor"), named("online consent")
DISCLOSURE, PAPER, OPENING, EMERGENCY = (
    named(n) for n in ("disclosure", "paper", "opening", "emergency")
)
LINE = named("line of the log")
COURT, AGENCY, OTHER_SCHOOL = (named(n) for n in ("court", "agency", "other school"))


class Plain(NamedTuple):
    """Given `before`, when `command`, then an event of `topic`."""

    before: tuple[Command, ...]
    command: Command
    topic: str


OBSERVE = facts.RecordObservation(fact=FACT, area=Area.STRENGTHS, text="Led the group.")
WRITE_PRIVATELY = facts.RecordObservation(
    fact=NOTE, area=Area.NEEDS, text="Seemed tired.", data_class=DataClass.SOLE_POSSESSION
)
START_SUPPORT = facts.StartSupport(fact=SUPPORT, title="Reading group")
SET_GOAL = goals.SetGoal(
    goal=GOAL, text="Read 90 words a minute.", horizon=Horizon.SHORT_TERM, kind=GoalKind.ACADEMIC
)
GRANT = consent.GrantConsent(
    consent=CONSENT,
    records=("attendance",),
    purpose="tutoring",
    recipient="Bright Path Tutoring",
    signer_name="Maria Lopez",
    capacity="mother",
    method="paper, signed and dated",
)
OPT_OUT_OF_DIRECTORY = consent.SetDirectoryOptOut(opt_out=OPT_OUT, scope="photographs")
OFFER_SURVEY = consent.OfferSurvey(survey=SURVEY, instrument="SEL-4 spring")
TELL_OF_SURVEY = consent.SendSurveyNotice(
    survey=SURVEY, instrument="SEL-4 spring", text_version="ppra-2025", recipient="both parents"
)
ALLOW_SURVEY = consent.AllowSurvey(
    survey=SURVEY,
    instrument="SEL-4 spring",
    signer=MOTHER,
    signer_name="Maria Lopez",
    method="paper, signed and dated",
)
REFUSE_SURVEY = consent.RefuseSurvey(survey=SURVEY, instrument="SEL-4 spring")
ASK_TO_SEE = consent.AskToSeeSurvey(survey=SURVEY, instrument="SEL-4 spring")
ASK_FOR_ANOTHER = ASK_TO_SEE.model_copy(update={"survey": named("another survey")})
ANSWER_SURVEY = facts.AnswerSurvey(
    fact=FACT,
    area=Area.SOCIAL_EMOTIONAL,
    instrument="SEL-4",
    question="I ask for help.",
    answer="Often",
    score=Decimal(4),
    scale="1-5",
)
ANOTHER_ANSWER = ANSWER_SURVEY.model_copy(update={"fact": ANSWER})
VERIFY = online.VerifyParentalConsent(
    online_consent=ONLINE,
    parent=MOTHER,
    parent_name="Maria Lopez",
    method=online.Method.PHONE,
    evidence_digest="0" * 64,
)
SCHEDULE = reviews.ScheduleReview(review=REVIEW, due=NEXT_TERM)
HOLD = reviews.HoldReview(
    review=REVIEW,
    participants=(reviews.Participant(name="Maria Lopez", role="mother"),),
    agreed="Two new reading goals.",
    next_due=date(2026, 6, 1),
)
ENROL = identity.EnrolLearner(enrolment=ENROLMENT, school="north-high", grade="09", classes=("9b",))
MERGE = identity.MergeRecords(other=BEN, reason="Same birth certificate.")
LINK = identity.LinkResponsiblePerson(
    person=MOTHER, name="Maria Lopez", relation="mother", capacity=identity.Capacity.GUARDIAN
)
SHOW_ORDER = identity.RecordRightsEvidence(
    evidence=ORDER, kind=identity.EvidenceKind.COURT_ORDER, person=MOTHER, text="Order of 1 March."
)
REVOKE = identity.RevokeRights(person=MOTHER, evidence=ORDER)
NEW_TEXT = {"text": "Leads the robotics team."}

IDENTITY = [
    Plain((), identity.ChangeDetails(preferred_name="Annie"), "learner-details-changed"),
    Plain((), ENROL, "learner-enrolled"),
    Plain((ENROL,), identity.EndEnrolment(enrolment=ENROLMENT), "enrolment-ended"),
    Plain((), MERGE, "records-merged"),
    Plain((MERGE,), identity.SplitRecords(other=BEN, reason="Cousins."), "records-split"),
    Plain((), identity.SetProtectedContact(protected=True), "protected-contact-set"),
    Plain((), LINK, "responsible-person-linked"),
    Plain((LINK,), identity.UnlinkResponsiblePerson(person=MOTHER), "responsible-person-unlinked"),
    Plain((LINK,), SHOW_ORDER, "rights-evidence-recorded"),
    Plain((LINK, SHOW_ORDER), REVOKE, "rights-revoked"),
    Plain(
        (LINK, SHOW_ORDER, REVOKE),
        identity.RestoreRights(person=MOTHER, reason="Order lifted."),
        "rights-restored",
    ),
]
FACTS = [
    Plain((), OBSERVE, "observation-recorded"),
    Plain(
        (),
        ANSWER_SURVEY,
        "survey-answered",
    ),
    Plain(
        (),
        facts.ScoreAssessment(
            fact=FACT, measure="Mathematics", score=Decimal("1.146"), scale="IRT logits"
        ),
        "assessment-scored",
    ),
    Plain(
        (),
        facts.RecordInterview(
            fact=FACT, area=Area.ASPIRATIONS, text="Animals.", participants=("Ms Rivera",)
        ),
        "interview-recorded",
    ),
    Plain((), facts.AddWorkSample(fact=FACT, title="Bridge model"), "work-sample-added"),
    Plain(
        (),
        facts.WriteReflection(fact=FACT, area=Area.LEARNING_PREFERENCES, text="Out loud."),
        "reflection-written",
    ),
    Plain(
        (),
        facts.GiveFamilyInput(fact=FACT, area=Area.INTERESTS, text="Reads to her brother."),
        "family-input-given",
    ),
    Plain(
        (),
        facts.RecordAccommodation(fact=FACT, text="Extended time, 1.5×"),
        "accommodation-recorded",
    ),
    Plain((), START_SUPPORT, "support-started"),
    Plain(
        (START_SUPPORT,),
        facts.ReviewSupport(support=SUPPORT, text="80 words a minute."),
        "support-reviewed",
    ),
    Plain(
        (START_SUPPORT,), facts.EndSupport(support=SUPPORT, reason="Goal reached."), "support-ended"
    ),
    Plain(
        (),
        facts.SummariseAttendance(fact=FACT, days_enrolled=180, days_attended=Decimal("171.5")),
        "attendance-summarised",
    ),
    Plain(
        (),
        facts.RecordCourseResult(fact=FACT, course="Algebra I", result="B+", points=Decimal("3.3")),
        "course-result-recorded",
    ),
    Plain(
        (),
        facts.ShowProficiency(
            fact=FACT, item="Fractions 4.NF.1", level="proficient", evidence="Unit project"
        ),
        "proficiency-shown",
    ),
    Plain((), facts.RecordOutcome(fact=FACT, text="First aid certificate"), "outcome-recorded"),
    Plain((OBSERVE,), facts.MakeComment(fact=FACT, text="Same at home."), "comment-made"),
]
CHANGES = [
    Plain(
        (OBSERVE,),
        changes.SupersedeFact(fact=FACT, successor=SUCCESSOR, changes=NEW_TEXT),
        "fact-superseded",
    ),
    Plain(
        (OBSERVE,),
        changes.CorrectFact(fact=FACT, changes=NEW_TEXT, ground="Typing error."),
        "fact-corrected",
    ),
    Plain((OBSERVE,), changes.RetractFact(fact=FACT, reason="Another learner."), "fact-retracted"),
    Plain(
        (OBSERVE,),
        changes.AmendFact(fact=FACT, changes=NEW_TEXT, ground="Granted: FERPA 99.20."),
        "fact-amended",
    ),
    Plain((OBSERVE,), changes.ConfirmFact(fact=FACT), "fact-confirmed"),
    Plain(
        (OBSERVE,),
        changes.PlaceContestStatement(fact=FACT, text="We do not agree."),
        "contest-statement-placed",
    ),
    Plain((WRITE_PRIVATELY,), changes.ShareNote(fact=NOTE, shared_with="the team"), "note-shared"),
    Plain(
        (OBSERVE,),
        changes.ReclassifyFact(fact=FACT, becomes=DataClass.SPECIAL_ED, reason="IEP."),
        "fact-reclassified",
    ),
]
GOALS = [
    Plain((), SET_GOAL, "goal-set"),
    Plain((SET_GOAL,), goals.ReviseGoal(goal=GOAL, text="Read 100 words."), "goal-revised"),
    Plain(
        (SET_GOAL,), goals.ProgressGoal(goal=GOAL, text="72 words.", percent=60), "goal-progressed"
    ),
    Plain((SET_GOAL,), goals.ReachGoal(goal=GOAL, text="94 words on 3 June."), "goal-reached"),
    Plain((SET_GOAL,), goals.SetGoalAside(goal=GOAL, reason="Another course."), "goal-set-aside"),
]
CONSENTS = [
    Plain(
        (),
        consent.SendConsentNotice(text_version="consent-2025-2", recipient="both parents"),
        "consent-notice-sent",
    ),
    Plain((), GRANT, "consent-granted"),
    Plain((GRANT,), consent.WithdrawConsent(consent=CONSENT), "consent-withdrawn"),
    Plain(
        (GRANT,),
        consent.VoidConsent(consent=CONSENT, reason="Signed without the right."),
        "consent-voided",
    ),
    Plain((GRANT,), consent.GiveAssent(consent=CONSENT, text="OK"), "assent-given"),
    Plain((GRANT,), consent.DeclineAssent(consent=CONSENT), "assent-declined"),
    Plain((), OPT_OUT_OF_DIRECTORY, "directory-opt-out-set"),
    Plain(
        (OPT_OUT_OF_DIRECTORY,),
        consent.LiftDirectoryOptOut(opt_out=OPT_OUT),
        "directory-opt-out-lifted",
    ),
    Plain((), OFFER_SURVEY, "survey-offered"),
    Plain((OFFER_SURVEY,), consent.OptOutOfSurvey(survey=SURVEY), "survey-opted-out"),
    Plain((), TELL_OF_SURVEY, "survey-notice-sent"),
    Plain((), ALLOW_SURVEY, "survey-allowed"),
    Plain((), REFUSE_SURVEY, "survey-refused"),
    Plain((), ASK_TO_SEE, "survey-view-asked"),
    Plain((ASK_TO_SEE,), consent.ShowSurvey(survey=SURVEY), "survey-shown"),
]
ONLINE_CONSENTS = [
    Plain((), VERIFY, "parental-consent-verified"),
    Plain(
        (),
        online.RecordSchoolAuthorisation(
            official_name="Ms Park", use="reading reflections", evidence_digest="0" * 64
        ),
        "school-authorisation-recorded",
    ),
    Plain(
        (),
        online.AllowThirdPartyDisclosure(
            parent=MOTHER,
            parent_name="Maria Lopez",
            method=online.Method.SIGNED_FORM,
            evidence_digest="0" * 64,
            recipients=("Bright Path Tutoring",),
        ),
        "third-party-disclosure-allowed",
    ),
    Plain(
        (VERIFY,),
        online.WithdrawOnlineConsent(online_consent=ONLINE),
        "online-consent-withdrawn",
    ),
]
DISCLOSE = disclosures.RecordDisclosure(
    disclosure=DISCLOSURE,
    party_name="Mercy Hospital",
    kinds=(PartyKind.OTHER,),
    records=("attendance",),
    purpose="emergency",
    how=disclosures.Channel.PHONE,
    ground="FERPA-99.31-a-10",
)
SERVE = disclosures.RecordLegalProcess(
    paper=PAPER, kind=ProcessKind.GRAND_JURY, party=COURT, records=("attendance",), silence=True
)
OPEN = emergencies.OpenInEmergency(opening=OPENING, why="Ran from school upset.")
DECLARE = emergencies.DeclareEmergency(emergency=EMERGENCY, threat="Swallowed pills.")
DISCLOSURES = [
    Plain((), DISCLOSE, "disclosure-recorded"),
    Plain(
        (DISCLOSE,),
        disclosures.CompleteDisclosure(disclosure=DISCLOSURE, threat="Swallowed pills."),
        "disclosure-completed",
    ),
    Plain(
        (),
        disclosures.RecordRequestRefused(
            party_name="A newspaper",
            kinds=(PartyKind.OTHER,),
            records=("grades",),
            purpose="a story",
            how=disclosures.Channel.PHONE,
            reason="No consent.",
        ),
        "request-refused",
    ),
    Plain((), SERVE, "legal-process-recorded"),
    Plain(
        (),
        disclosures.RecordPlacement(paper=PAPER, agency=AGENCY, agency_name="Child services"),
        "placement-recorded",
    ),
    Plain(
        (),
        disclosures.SeekEnrolmentElsewhere(
            paper=PAPER, other_school=OTHER_SCHOOL, school_name="Lakeside Academy"
        ),
        "enrolment-elsewhere-sought",
    ),
    Plain((SERVE,), disclosures.TellFamily(paper=PAPER), "family-told"),
    Plain((SERVE,), disclosures.EndPaper(paper=PAPER, reason="Quashed."), "paper-ended"),
    Plain((), OPEN, "emergency-opened"),
    Plain((), DECLARE, "emergency-declared"),
    Plain((DECLARE,), emergencies.EndEmergency(emergency=EMERGENCY), "emergency-ended"),
]
REVIEW_ACCESS = oversight.ReviewAccess(
    number=4711, access=LINE, late_entry=4800, outcome=ReviewOutcome.RECIPIENT_TOLD
)
WITHHOLD = oversight.WithholdLine(number=4711, access=LINE, code=WithholdingCode.SAFETY)
REVIEW_ANSWER = oversight.ReviewSurveyAnswer(
    fact=ANSWER, outcome=AnswerOutcome.SHOWN, note="It touches nothing protected."
)
OVERSIGHT = [
    Plain((), REVIEW_ACCESS, "access-reviewed"),
    Plain((), WITHHOLD, "line-withheld"),
    Plain((WITHHOLD,), oversight.ReleaseLine(number=4711, access=LINE), "line-released"),
    Plain((ANOTHER_ANSWER,), REVIEW_ANSWER, "survey-answer-reviewed"),
]
# These are a second person's, not the one's who entered what they are about.
BY_ANOTHER = [
    Plain((GRANT,), consent.ConfirmConsent(consent=CONSENT), "consent-confirmed"),
    Plain(
        (OPEN,),
        emergencies.ReviewEmergencyOpening(opening=OPENING, justified=True, finding="She was."),
        "emergency-opening-reviewed",
    ),
]
REVIEWS = [
    Plain((), SCHEDULE, "review-scheduled"),
    Plain((SCHEDULE,), HOLD, "review-held"),
]
# Opening a record is the one case that needs no record.
REGISTERED = Plain((), REGISTER, "learner-registered")
ALL = [
    REGISTERED, *IDENTITY, *FACTS, *CHANGES, *GOALS, *CONSENTS, *ONLINE_CONSENTS, *DISCLOSURES,
    *OVERSIGHT, *REVIEWS,
]  # fmt: skip
