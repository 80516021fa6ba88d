"""What is on file about collecting online from a child (COPPA), as its page tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from api.compose import System
from api.desk import Asker
from api.pages import words
from api.pages.ledger import Scan, events_of, records_of
from domain.access.words import CoppaMode
from domain.online import (
    Method,
    OnlineConsentWithdrawn,
    ParentalConsentVerified,
    SchoolAuthorisationRecorded,
    ThirdPartyDisclosureAllowed,
)
from projections.entries import Provenance, Stretch, provenance
from projections.standing import Standing

Given = ParentalConsentVerified | SchoolAuthorisationRecorded | ThirdPartyDisclosureAllowed
TOPICS = [
    cls.TOPIC
    for cls in (
        ParentalConsentVerified,
        SchoolAuthorisationRecorded,
        ThirdPartyDisclosureAllowed,
        OnlineConsentWithdrawn,
    )
]
METHODS: Mapping[Method, str] = MappingProxyType(
    {
        Method.SIGNED_FORM: "a signed form, sent back",
        Method.PAYMENT: "a payment that the parent was told of",
        Method.PHONE: "a call with trained staff",
        Method.VIDEO: "a video call with trained staff",
        Method.GOVERNMENT_ID: "an identity document that was checked",
        Method.QUESTIONS: "questions that a child could not answer",
        Method.PHOTO: "a photo compared with that of a document",
        Method.EMAIL_AND_MORE: "an e-mail, and one more step",
        Method.TEXT_AND_MORE: "a text message, and one more step",
    }
)
RULES: Mapping[CoppaMode, str] = MappingProxyType(
    {
        CoppaMode.PARENTAL: "What a child under {age} types here with a sign-in of its own is "
        "refused until a parent’s consent to that is on file.",
        CoppaMode.SCHOOL_AUTHORISED: "What a child under {age} types here with a sign-in of its "
        "own is refused until the school’s authorisation, or a parent’s consent, is on file.",
        CoppaMode.NOT_APPLICABLE: "The district has decided that no such consent is needed here.",
    }
)


@dataclass
class KeptOnline:
    """One of these consents. `stands`: how it does today, in words; `live`: it counts."""

    given: Given
    ended: OnlineConsentWithdrawn | None = None
    stands: str = ""
    live: bool = False

    @property
    def id(self) -> UUID:
        return self.given.online_consent

    @property
    def title(self) -> str:
        """What was allowed, and by whom."""
        match self.given:
            case ThirdPartyDisclosureAllowed(recipients=recipients):
                return f"A parent allowed to pass on, to {words.listed(list(recipients))}"
            case SchoolAuthorisationRecorded(use=use):
                return f"The school authorised to collect, for {use}"
            case _:
                return "A parent allowed to collect"

    @property
    def who(self) -> str:
        """Whose word it is, and how that was found out."""
        if isinstance(self.given, SchoolAuthorisationRecorded):
            return f"Decided by {self.given.official_name}"
        return f"{self.given.parent_name}, by {METHODS[self.given.method]}"

    @property
    def since(self) -> Stretch | None:
        when = self.given.effective
        return Stretch(when.start, None) if when else None

    @property
    def came(self) -> Provenance:
        return provenance(self.given)

    @property
    def scans(self) -> list[Scan]:
        return [] if self.given.erased else [Scan(self.given, f) for f in self.given.attachments]


def kept_online(system: System, asker: Asker, learner: UUID, at: Standing) -> list[KeptOnline]:
    """Every such consent on the records of this person, the last entered first."""
    found: dict[tuple[UUID, UUID], KeptOnline] = {}
    for record in records_of(asker, learner):
        for event in reversed(list(events_of(system, record, at, TOPICS))):
            match event:
                case OnlineConsentWithdrawn() if (record, event.online_consent) in found:
                    found[record, event.online_consent].ended = event
                case _ if isinstance(event, Given) and event.originator_id == record:
                    found[record, event.online_consent] = KeptOnline(event)
                case _:
                    pass
    today = system.context().today
    mode = asker.district.rules_on(today).policy.coppa
    for one in found.values():
        one.stands, one.live = standing_of(one, mode, today)
    return sorted(found.values(), key=lambda one: one.given.position, reverse=True)


def standing_of(one: KeptOnline, mode: CoppaMode, today: date) -> tuple[str, bool]:
    """How it stands today, and whether it counts."""
    since, ends = one.since, one.ended.effective if one.ended else None
    start = max((d for d in (since and since.start, one.given.received_on) if d), default=None)
    if one.given.erased:
        return "Its content was erased", False
    if one.ended and ends and ends.start and ends.start <= today:
        return f"Withdrawn from {words.day(ends.start)}", False
    until = one.given.effective.until if one.given.effective else None
    if until and until <= today:
        return f"Ended before {words.day(until)}", False
    if start and start > today:
        return f"Holds from {words.day(start)} on", False
    if isinstance(one.given, SchoolAuthorisationRecorded) and mode is CoppaMode.PARENTAL:
        return "Allows nothing: this district asks a parent", False
    if ends and ends.start:
        return f"In force until it is withdrawn on {words.day(ends.start)}", True
    return "In force", True
