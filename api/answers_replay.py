"""What the JSON API answers about the past: replay, the timeline, cohorts, comparisons."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from api.answers import POSITION, Answer, Coordinates, Entry, Page, Remark, Removal
from api.cursors import Cursors
from projections import compare, growth, replay


class ReplayAnswer(Answer):
    """What holds on a day, as known at a position: the same question, the same bytes, for ever."""

    answer: replay.Answer = Field(
        description="`value`, or why there is none: `before-our-file-began` where this learner's "
        "record began here only after what `known` asks about.",
        examples=["value"],
    )
    version: int | None = Field(
        description="The learner's version there, 0 before the record began; told at the machine "
        "alone. For If-Match, see `ETag`.",
        examples=[18],
    )
    entries: list[Entry] = Field(description="The entries, by kind and area, the newest first.")
    source_says: list[Entry] = Field(
        description="Only before our file began: what the systems it was brought in from say they "
        "held. It is their word, not ours."
    )


class ProfileAnswer(ReplayAnswer):
    """What holds on a day."""

    token: str = Field(
        description="Hand it on: whoever asks for it later gets the same answer, and is told "
        "where that is no longer possible.",
        examples=[POSITION],
    )


class RepeatedAnswer(BaseModel):
    """An answer that was given before, asked for again by its token."""

    same: bool = Field(description="True where it is the same, to the byte.", examples=[True])
    because: list[str] = Field(
        description="What has changed it: `erased`, `amended`, `retracted`, `wrong-learner`; "
        "or `shown-otherwise`: it was given to somebody else, or what you may see is another now.",
        examples=[["erased"]],
    )
    removed_since: dict[UUID, Removal] = Field(
        description="For the custodian: entries of the answer that were taken away since, by id.",
        examples=[
            {
                "6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01": {
                    "position": POSITION,
                    "how": "retracted",
                }
            }
        ],
    )
    sha256: str = Field(
        description="Of the answer's bytes as they were first given: the UTF-8 JSON of `answer`.",
        examples=["0" * 64],
    )
    answer: ReplayAnswer = Field(description="The answer.")


class EntryAnswer(Answer):
    """What became of one entry, on a day, as known at a position."""

    answer: replay.Answer = Field(
        description="`value`, or which of the five answers that are none.", examples=["value"]
    )
    entry: Entry | None = Field(description="The entry, where it can be told.")


class TimelinePage(Page):
    """What happened, in the order in which it was true."""

    answer: replay.Answer = Field(
        description="`value`, or `before-our-file-began`.", examples=["value"]
    )
    version: int | None = Field(
        description="The learner's version; told at the machine alone. For If-Match, see `ETag`.",
        examples=[18],
    )
    entries: list[Entry] = Field(description="The entries of this page.")


class CohortLearner(BaseModel):
    """One learner of a cohort."""

    learner: UUID = Field(description="The learner's id.")
    answer: replay.Answer = Field(
        description="`value`, `before-our-file-began`, or `never-existed` for an id that no "
        "learner of this district has.",
        examples=["value"],
    )
    entries: list[Entry] = Field(description="What holds of this learner.")


class CohortPage(Page):
    """What holds of the learners of a cohort, in the order of their ids."""

    learners: list[CohortLearner] = Field(description="The learners of this page.")


class Difference(BaseModel):
    """What became of one line of entries between two places in time."""

    what: compare.What = Field(
        description="`added`: it began between the two days. `ended`: it no longer holds. "
        "`changed`: another value holds, or it stands otherwise. `corrected`: the file had it "
        "wrong. `learnt-late`: it held on the earlier day already and was not known then. "
        "`taken-back`: it should never have been entered here. `remarked`: somebody said "
        "something about it since.",
        examples=["learnt-late"],
    )
    late: bool = Field(
        description="True where what is told now is told of the earlier day too: our knowledge "
        "has changed, and not the learner's life.",
        examples=[True],
    )
    before: Entry | None = Field(description="The entry that held at the earlier place.")
    after: Entry | None = Field(description="The entry that holds at the later place.")
    remarks: list[Remark] = Field(
        description="What was said about it in between: statements, comments, confirmations."
    )

    @classmethod
    def of(cls, found: compare.Difference, cursors: Cursors) -> "Difference":
        return cls(
            what=found.what,
            late=found.late,
            before=Entry.of(found.before, cursors) if found.before else None,
            after=Entry.of(found.after, cursors) if found.after else None,
            remarks=[Remark.of(r, cursors) for r in found.remarks],
        )


class Score(BaseModel):
    """One score of a measure."""

    entry: UUID = Field(description="The entry that has it.")
    on: date = Field(description="Its day.", examples=["2025-05-12"])
    value: Decimal = Field(description="The score, as a decimal in text.", examples=["1.146"])
    error: Decimal | None = Field(
        description="Its standard error, where the instrument gives one.", examples=["0.3"]
    )
    instrument: str | None = Field(
        description="The instrument, where one is named.", examples=["State math test, form B"]
    )
    scale: str | None = Field(description="The scale it stands on.", examples=["IRT logits"])
    precision: str = Field(description="How exactly its day is known.", examples=["day"])


class Growth(BaseModel):
    """What became of one measure between two days, both as known at the later position."""

    kind: str = Field(description="The event type of its scores.", examples=["assessment-scored"])
    measure: str = Field(description="What was measured.", examples=["Mathematics"])
    first: Score = Field(description="The latest score up to the earlier day, as known later.")
    last: Score = Field(description="The latest score up to the later day.")
    then: Score | None = Field(
        description="The latest score up to the earlier day as it was known then: another one "
        "than `first` where it was corrected or learnt late; null where none was known."
    )
    difference: Decimal | None = Field(
        description="`last` less `first`, as a decimal in text; null where `why_not` says why.",
        examples=["0.852"],
    )
    standard_error: Decimal | None = Field(
        description="The standard error of the difference, √(se₁² + se₂²), where both scores "
        "have one.",
        examples=["0.424264"],
    )
    days: int = Field(description="Days between the two scores.", examples=[364])
    why_not: growth.WhyNot | None = Field(
        description="Why there is no difference: scores on other scales or of other instruments "
        "are never compared.",
        examples=["not comparable: other scale"],
    )

    @classmethod
    def of(cls, found: growth.Growth) -> "Growth":
        first, last, then = (
            Score(**vars(s)) if s else None for s in (found.first, found.last, found.then)
        )
        told = {**vars(found), "first": first, "last": last, "then": then}
        return cls(**told, days=found.days)


class ComparisonAnswer(Answer):
    """What differs between two places in time; `coordinates` are the earlier one's."""

    other_coordinates: Coordinates = Field(description="The later place.")
    answer: replay.Answer = Field(
        description="`value`, or `before-our-file-began`, at the earlier place.",
        examples=["value"],
    )
    other_answer: replay.Answer = Field(
        description="`value`, or `before-our-file-began`, at the later place.", examples=["value"]
    )
    version: int | None = Field(
        description="The learner's version at the later place; told at the machine alone.",
        examples=[18],
    )
    differences: list[Difference] = Field(description="What differs, line by line.")
    same: int = Field(description="How many entries do not differ.", examples=[41])
    growth: list[Growth] = Field(
        description="For each measure that was scored up to both days: the growth between them."
    )
