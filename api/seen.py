"""What one answer shows of one learner, kept until it is written into the log."""

from dataclasses import dataclass, field
from uuid import UUID

from api.desk import Judged
from domain.access.decision import RECORD_ITSELF
from domain.access.notices import Notice
from domain.access.words import Action
from domain.words import DataClass

NOT_SHOWN = "local-not-shown"  # the code in the log for what was not there, or could not be made
FORBIDDEN = 403
GONE = (404, 410)
OUR_FAULT = 500
# How much an answer shows of a record; the most of it is what is noted.
EXTENT = (
    Action.WRITTEN,
    Action.COUNTED,
    Action.SEARCHED,
    Action.LISTED,
    Action.OPENED,
    Action.EXPORTED,
)


@dataclass
class Seen:
    """What one answer shows of one learner, or why it shows nothing."""

    action: Action
    allowed: bool
    code: str
    purpose: str | None = None
    ground: str | None = None
    table: str | None = None
    grounds: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    consents: set[UUID] = field(default_factory=set)
    classes: set[DataClass] = field(default_factory=set)
    facts: set[int] = field(default_factory=set)
    criteria: str | None = None
    # The notice that goes with each class of records, and with the record itself (None).
    notices: dict[DataClass | None, Notice] = field(default_factory=dict)

    @property
    def notice(self) -> Notice | None:
        """The notice that is due with what is shown; who only writes is shown nothing.

        It never follows from an entry that is kept back, which would betray itself.
        """
        if not self.allowed or self.action is Action.WRITTEN:
            return None
        shown = {None, *self.classes}
        return next((notice for one, notice in self.notices.items() if one in shown), None)

    def take(self, judged: Judged) -> None:
        """Add what a decision says."""
        decision = judged.decision
        self.purpose, self.table = judged.purpose, decision.table
        self.criteria = decision.criteria or self.criteria
        for part in decision.parts:
            if part.notice is not None:
                about = (None if r == RECORD_ITSELF else r.data_class for r in part.records)
                self.notices |= dict.fromkeys(about, part.notice)
        if decision.allowed and not self.allowed:
            self.allowed, self.code, self.ground = True, decision.code, None
        self.grounds |= {part.ground.code for part in decision.parts if part.records}
        self.withheld |= {w.code for w in decision.withheld} if decision.allowed else set()
        self.consents |= set(decision.consents)
        if not decision.allowed:
            self.ground = next((w.ground for w in decision.withheld if w.ground), None)
