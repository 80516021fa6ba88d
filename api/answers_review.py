"""What the JSON API says of what the officer reviews. Positions are opaque texts here."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from api.answers import INSTANT, POSITION, Page
from api.answers_accesses import AccessLine
from api.cursors import Cursors
from api.review_list import Paper, ToReview
from api.waiting_answers import WaitingAnswer
from domain.access.late import whole
from domain.access.offering import Aside
from domain.access.words import ReviewOutcome
from domain.oversight import AccessReviewed


class Review(BaseModel):
    """What came of reviewing an access."""

    outcome: ReviewOutcome = Field(description="What came of it.", examples=["recipient_told"])
    note: str | None = Field(
        description="What was found and done.", examples=["They deleted the file."]
    )
    on: date | None = Field(
        description="The day of the review, where it is known.", examples=["2026-03-20"]
    )
    recorded_at: datetime = Field(description="When it was recorded.", examples=[INSTANT])
    person: UUID = Field(description="Which officer recorded it.")
    name: str = Field(description="That officer by name.", examples=["Marcus Ellery"])

    @classmethod
    def of(cls, event: AccessReviewed) -> "Review":
        return cls(
            outcome=event.outcome,
            note=event.note,
            on=event.effective.start if event.effective else None,
            recorded_at=event.recorded_at,
            person=event.entered_by,
            name=event.entered_by_name,
        )


class AccessToReview(BaseModel):
    """An access, judged by what was on file then and by what is on file now."""

    access: AccessLine = Field(description="The line of the log.")
    allowed_then: bool | None = Field(
        description="Whether what was on file that day covers all of it; null where the rules "
        "cannot be asked again.",
        examples=[True],
    )
    covered_now: bool | None = Field(
        description="Whether what is on file now covers all of it; null as before.",
        examples=[False],
    )
    explanation: str | None = Field(
        description="Both answers in words; null as before.",
        examples=["Allowed by what was on file that day? Yes. Covered by what is on file now? No…"],
    )
    limits: list[str] = Field(
        description="What the answers cannot say.",
        examples=[["Who received the records was not noted, so nothing can be asked again."]],
    )

    review: Review | None = Field(description="What came of reviewing it; null while that is open.")

    @classmethod
    def of(cls, found: ToReview, cursors: Cursors) -> "AccessToReview":
        coverage = found.explained.coverage
        return cls(
            access=AccessLine.of(found.access, cursors),
            allowed_then=whole(coverage.then) if coverage else None,
            covered_now=whole(coverage.now) if coverage else None,
            explanation=coverage.text if coverage else None,
            limits=list(found.explained.limits),
            review=Review.of(found.review) if found.review else None,
        )


class LatePaper(BaseModel):
    """What was recorded later, and the accesses that it says something else about."""

    position: str = Field(
        description="Its place in the district's order of events, opaque.", examples=[POSITION]
    )
    number: int = Field(
        description="Its number, which `review-access` gives as `late_entry`.", examples=[4800]
    )
    type: str = Field(description="The event's type.", examples=["consent-voided"])
    reason: str = Field(
        description="Why its accesses are to be reviewed.",
        examples=["A consent that was relied on was never valid"],
    )
    learner: UUID = Field(description="On whose record it stands.")
    recorded_at: datetime = Field(description="When it was recorded.", examples=[INSTANT])
    person: UUID = Field(description="Who entered it.")
    name: str = Field(description="That person by name.", examples=["Ms Rivera"])
    counts_from: date | None = Field(
        description="The first day of accesses that it says something about; null for all of them.",
        examples=["2025-09-03"],
    )
    whole: bool = Field(
        description="False where too many accesses lay between to look at all of them here.",
        examples=[True],
    )
    accesses: list[AccessToReview] = Field(description="The accesses, the latest first.")

    @classmethod
    def of(cls, paper: Paper, cursors: Cursors) -> "LatePaper":
        event = paper.line.event
        return cls(
            position=cursors.position(paper.line.position),
            number=paper.line.position,
            type=event.TOPIC,
            reason=paper.reason,
            learner=paper.line.learner,
            recorded_at=event.recorded_at,
            person=event.entered_by,
            name=event.entered_by_name,
            counts_from=paper.counts_from,
            whole=paper.whole,
            accesses=[AccessToReview.of(one, cursors) for one in paper.accesses],
        )


class ToReviewPage(Page):
    """The papers of this page that leave accesses to review, the latest first."""

    first: date = Field(
        description="The first day of the log that was looked at.", examples=["2025-01-10"]
    )
    papers: list[LatePaper] = Field(
        description="The papers; empty where `next` has to be followed, or where there is nothing."
    )


class AnswerThatWaits(BaseModel):
    """An answer to a survey that nobody but the officer sees, or did until the officer's word."""

    position: str = Field(description="Where it was recorded first, opaque.", examples=[POSITION])
    learner: UUID = Field(description="On whose record it stands.")
    fact: UUID = Field(description="Its entry id, which `review-survey-answer` asks for.")
    instrument: str = Field(description="Which survey, as it stands now.", examples=["SEL-4"])
    why: Aside | None = Field(
        description="Why it is set aside: the officer said so; the family said no; the district "
        "has not published the survey; it was not offered to the learner by the day of the answer. "
        "Null where it is shown.",
        examples=["not_published"],
    )
    on: date | None = Field(
        description="The day of the answer, where it is known.", examples=["2026-03-20"]
    )
    question: str = Field(description="The question, as recorded.", examples=["I ask for help."])
    answer: str = Field(description="The answer, as recorded.", examples=["Often"])
    changed: bool = Field(
        description="True where it was corrected since, or another followed it: its timeline has "
        "it as it stands.",
        examples=[False],
    )
    recorded_at: datetime = Field(description="When it was recorded.", examples=[INSTANT])
    person: UUID = Field(description="Who entered it.")
    name: str = Field(description="That person by name.", examples=["Ms Rivera"])
    source: str | None = Field(
        description="Where it was brought in from.", examples=["spring survey export"]
    )
    said: str | None = Field(
        description="What the officer wrote last; null where nobody has looked at it as it is.",
        examples=["It names a sister's illness."],
    )

    @classmethod
    def of(cls, found: WaitingAnswer, cursors: Cursors) -> "AnswerThatWaits":
        event = found.event
        return cls(
            position=cursors.position(found.line.position),
            learner=event.originator_id,
            fact=event.fact,
            instrument=found.now.instrument,
            why=found.why,
            on=found.now.day,
            question=event.question,
            answer=event.answer,
            changed=found.changed,
            recorded_at=event.recorded_at,
            person=event.entered_by,
            name=event.entered_by_name,
            source=event.source,
            said=found.review.note if found.review else None,
        )


class WaitingAnswersPage(Page):
    """The answers of this page, the latest recorded first."""

    answers: list[AnswerThatWaits] = Field(
        description="The answers; empty where `next` has to be followed, or where none waits."
    )
