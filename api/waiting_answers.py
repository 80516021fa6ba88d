"""Answers to surveys that wait for the officer: the list, and what was said of each.

Worked out when it is asked for, from the answers themselves, the latest recorded first: which of
them wait follows from what is on file now (`domain.access.offering`). A page looks at a bounded
number of answers and says where it stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from api.compose import System
from api.sight import current
from domain.access.answered import Answered
from domain.access.evidence import AnswerReview
from domain.access.offering import Aside
from domain.facts import SurveyAnswered
from domain.oversight import SurveyAnswerReviewed
from projections.reading import AuditLine, Reader
from projections.standing import Standing

LOOKED = 10_000  # answers looked at for one page
SHOWN = 50  # of those that wait, on one page
BATCH = 500
TOPICS = (SurveyAnswered.TOPIC,)

State = Literal["open", "kept", "shown"]


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """An answer that is set aside, or was until the officer let it be shown; as it was recorded
    first, and what it has become.

    `why` it is set aside, null where it is shown. `review`: the officer's last word that counts.
    """

    line: AuditLine
    event: SurveyAnswered
    now: Answered
    why: Aside | None
    review: SurveyAnswerReviewed | None

    @property
    def state(self) -> State:
        if self.why is None:
            return "shown"
        return "kept" if self.why is Aside.KEPT_ASIDE else "open"

    @property
    def changed(self) -> bool:
        """True where it was corrected or followed by another since."""
        return self.now.position != self.event.position


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """The answers of one page, and the position before which to go on; null at the end."""

    answers: Sequence[WaitingAnswer]
    next: int | None


def waiting_answers(
    system: System, at: Standing, *, before: int | None = None, state: State = "open"
) -> WaitingPage:
    """The answers that wait, are kept aside, or are shown by the officer's word. The caller has
    seen that the asker may.
    """
    told: list[WaitingAnswer] = []
    more: int | None = before
    for _ in range(LOOKED // BATCH):
        found = Reader.audit(system.reader, topics=TOPICS, before=more, limit=BATCH, at=at)
        told += [one for one in _set_aside(system, found) if one.state == state]
        more = found[-1].position if len(found) == BATCH else None
        if len(told) > SHOWN:
            told, more = told[:SHOWN], told[SHOWN - 1].line.position
        if more is None or len(told) == SHOWN:
            break
    lines = [one.line for one in told]
    lines += [AuditLine(r.position, r.originator_id, r) for one in told if (r := one.review)]
    kept = {line.position for line in current().lines(lines)}
    return WaitingPage([one for one in told if one.line.position in kept], more)


def _set_aside(system: System, lines: Sequence[AuditLine]) -> list[WaitingAnswer]:
    """Those of these answers that are set aside or were looked at, and were not taken back."""
    asker = current().asker
    records = {line.learner for line in lines}
    waiting = asker.waiting(records)
    answers = asker.desk.filed.answers(records, asker.look(records).versions)
    reviews = _reviews(system, [r for record in records for r in waiting[record].said.values()])
    found = []
    for line in lines:
        event = cast(SurveyAnswered, line.event)
        now = answers[line.learner].get(event.fact)
        why = waiting[line.learner].why.get(event.fact)
        said = waiting[line.learner].said.get(event.fact)
        if now is None or now.gone or (why is None and said is None):
            continue
        found.append(
            WaitingAnswer(
                line,
                event,
                now,
                why=why,
                review=reviews.get(said.position) if said else None,
            )
        )
    return found


def _reviews(system: System, said: Sequence[AnswerReview]) -> dict[int, SurveyAnswerReviewed]:
    """What the officer wrote of these answers, by its position."""
    wanted = [one.position for one in said]
    stored = system.recorder.read_positions(wanted) if wanted else []
    return {e.position: cast(SurveyAnswerReviewed, e) for e in system.mapper.open(list(stored))}
