"""Consents to collect online from a child, folded from the events of one learner. Pure."""

from dataclasses import replace
from uuid import UUID

from domain import online
from domain.access.evidence import OnlineConsent
from domain.access.files_people import dated, ended
from domain.access.named import id_of, word
from domain.event import Event

BY_SCHOOL = "school_authorised"
Given = (
    online.ParentalConsentVerified
    | online.SchoolAuthorisationRecorded
    | online.ThirdPartyDisclosureAllowed
)
Key = tuple[UUID, UUID]  # a record and an id on it: ids mean nothing beyond their record


class Online:
    """The consents on a learner's records, in the making."""

    def __init__(self) -> None:
        self._given: dict[Key, OnlineConsent] = {}

    @property
    def consents(self) -> tuple[OnlineConsent, ...]:
        return tuple(self._given.values())

    def take(self, event: Event) -> None:
        """Add what an event on one of the learner's records says; erased, it allows nothing."""
        match event:
            case online.ParentalConsentVerified() if not event.erased:
                self._give(event, method=event.method)
            case online.SchoolAuthorisationRecorded() if not event.erased:
                self._give(event, by_parent=False, method=BY_SCHOOL)
            case online.ThirdPartyDisclosureAllowed() if not event.erased:
                # Ids as they are, and classes of parties as codes.
                to = frozenset(str(id_of(text) or word(text)) for text in event.recipients)
                self._give(event, method=event.method, passing_on_to=to)
            case online.OnlineConsentWithdrawn():
                key = (event.originator_id, event.online_consent)
                if given := self._given.get(key):
                    self._given[key] = replace(given, **ended(given, event))
            case _:
                pass

    def _give(
        self,
        event: Given,
        *,
        method: str,
        by_parent: bool = True,
        passing_on_to: frozenset[str] | None = None,
    ) -> None:
        self._given[event.originator_id, event.online_consent] = OnlineConsent(
            **dated(event), by_parent=by_parent, method=method, passing_on_to=passing_on_to
        )
