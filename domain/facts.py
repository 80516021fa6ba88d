"""Profile facts: what somebody saw, said, scored, made or was given."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

from pydantic import BeforeValidator, Field

from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.fields import LongText, ShortText
from domain.learner import (
    Item,
    Learner,
    change,
    check_end,
    check_step,
    first_day,
    kept_class,
)
from domain.words import FACT_CLASSES, Area, DataClass, Retention


def _in_digits(value: Any) -> Any:
    # Python would take 1_0 for ten, and the digits of any script.
    if isinstance(value, str) and (not value.isascii() or "_" in value):
        raise ValueError("must be written with the digits 0 to 9 and nothing between them")
    return value


InDigits = BeforeValidator(_in_digits)
Score = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=18, decimal_places=9), InDigits]


def fact_spec(
    purpose: str,
    default: DataClass = DataClass.EDUCATION,
    retention: Retention = Retention.PROFILE,
) -> Spec:
    return Spec("facts", purpose, default, FACT_CLASSES, retention, fact=True)


class FactCommand(Command):
    """A new fact about the learner."""

    fact: Clear[UUID] = Field(
        default_factory=uuid4, description="The new entry's id; made for you when left out."
    )
    area: Clear[Area] = Field(description="Where in the profile it belongs.", examples=["needs"])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("fact", self.fact)
        return {}


class FactEvent(Event):
    """A fact was put on the record."""

    fact: Clear[UUID]
    area: Clear[Area]

    def apply(self, learner: Learner) -> None:
        began = {"since": first_day(self), "by": maker(self)}
        change(learner, self, self.fact, kind="fact", status="live", **began)


def maker(event: Event) -> UUID | None:
    """Who made a private note; of any other entry nobody needs to be asked."""
    private = event.data_class is DataClass.SOLE_POSSESSION
    return (event.author or event.entered_by) if private else None


class RecordObservation(FactCommand):
    """Record what somebody saw or heard about the learner."""

    text: LongText = Field(description="What was seen or heard.", examples=["Led the group."])


@register("observation-recorded", fact_spec("to know what people around the learner notice"))
class ObservationRecorded(RecordObservation, FactEvent):
    """Somebody saw or heard something about the learner."""


class AnswerSurvey(FactCommand):
    """Record one answer of a learner to one survey question."""

    instrument: ShortText = Field(description="Which survey, with its version.", examples=["SEL-4"])
    question: ShortText = Field(description="The question.", examples=["I ask for help."])
    answer: LongText = Field(description="The answer as given.", examples=["Often"])
    score: Score | None = Field(default=None, description="Its score.", examples=["4"])
    scale: ShortText | None = Field(default=None, description="The scale.", examples=["1-5"])


@register("survey-answered", fact_spec("to hear the learner's own view, question by question"))
class SurveyAnswered(AnswerSurvey, FactEvent):
    """The learner answered a survey question."""


class ScoreAssessment(FactCommand):
    """Record the score of an assessment."""

    area: Clear[Area] = Field(
        default=Area.ACHIEVEMENT, description="Area.", examples=["achievement"]
    )
    measure: ShortText = Field(description="What was measured.", examples=["Mathematics"])
    score: Score = Field(description="The score.", examples=["1.146"])
    scale: ShortText = Field(description="The scale it stands on.", examples=["IRT logits"])
    standard_error: Score | None = Field(
        default=None, description="The score's standard error.", examples=["0.3"]
    )
    instrument: ShortText | None = Field(
        default=None, description="The instrument.", examples=["State math test, form B"]
    )
    note: LongText | None = Field(default=None, description="A remark.", examples=["Make-up day."])


@register(
    "assessment-scored",
    fact_spec("to follow growth on a stated scale", retention=Retention.PERMANENT),
)
class AssessmentScored(ScoreAssessment, FactEvent):
    """An assessment was scored."""


class RecordInterview(FactCommand):
    """Record what was said in an interview with the learner or the family."""

    text: LongText = Field(description="What was said.", examples=["Wants to work with animals."])
    participants: tuple[ShortText, ...] = Field(
        default=(), max_length=20, description="Who took part.", examples=[["Ms Rivera"]]
    )


@register("interview-recorded", fact_spec("to keep what was said in a conversation"))
class InterviewRecorded(RecordInterview, FactEvent):
    """An interview took place."""


class AddWorkSample(FactCommand):
    """Add a sample of the learner's work to the portfolio."""

    area: Clear[Area] = Field(default=Area.PORTFOLIO, description="Area.", examples=["portfolio"])
    title: ShortText = Field(description="Its title.", examples=["Bridge model"])
    text: LongText | None = Field(
        default=None, description="What it shows.", examples=["Held 4 kg."]
    )


@register("work-sample-added", fact_spec("to show what the learner can make"))
class WorkSampleAdded(AddWorkSample, FactEvent):
    """A work sample was added."""


class WriteReflection(FactCommand):
    """Record the learner's own reflection."""

    text: LongText = Field(description="The reflection.", examples=["I learn best out loud."])


@register("reflection-written", fact_spec("to keep the learner's own words about themselves"))
class ReflectionWritten(WriteReflection, FactEvent):
    """The learner wrote a reflection."""


class GiveFamilyInput(FactCommand):
    """Record what the family says about the learner."""

    text: LongText = Field(description="What the family says.", examples=["Reads to her brother."])


@register("family-input-given", fact_spec("to hear what the family knows of the learner"))
class FamilyInputGiven(GiveFamilyInput, FactEvent):
    """The family gave input."""


class RecordAccommodation(FactCommand):
    """Record an accommodation the learner is given."""

    area: Clear[Area] = Field(default=Area.NEEDS, description="Area.", examples=["needs"])
    text: LongText = Field(description="The accommodation.", examples=["Extended time, 1.5×"])
    MAY_LIE_AHEAD: ClassVar[bool] = True


@register(
    "accommodation-recorded",
    fact_spec("to give what the learner was promised", DataClass.SPECIAL_ED),
)
class AccommodationRecorded(RecordAccommodation, FactEvent):
    """An accommodation was recorded."""


class StartSupport(FactCommand):
    """Record that a support starts."""

    area: Clear[Area] = Field(default=Area.NEEDS, description="Area.", examples=["needs"])
    title: ShortText = Field(description="The support.", examples=["Reading group"])
    text: LongText | None = Field(
        default=None, description="What it is for.", examples=["Fluency, twice a week."]
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True


@register("support-started", fact_spec("to know which support the learner has"))
class SupportStarted(StartSupport, FactEvent):
    """A support started."""

    def apply(self, learner: Learner) -> None:
        began = {"since": first_day(self), "by": maker(self)}
        change(learner, self, self.fact, kind="fact", status="running", **began)


class SupportCommand(Command):
    """Something that happens to a running support."""

    support: Clear[UUID] = Field(description="The support's entry id.")
    TOUCHES: ClassVar[tuple[str, ...]] = ("support",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.item("fact", self.support, context, "support")
        if found.topic != "support-started":
            raise Refused("support", "not-a-support", "The entry named here is not a support.")
        if found.status == "retracted":
            raise Refused("support", "fact-retracted", "This support was entered in error.")
        if found.status != "running":
            raise Refused("support", "support-ended", "This support has already ended.")
        return {
            "data_class": kept_class(self, found),
            "retention": found.retention,
            "line": found.line or self.support,
        }


class SupportEvent(Event):
    """A support went on. `line` is the entry it all began with, where values followed another."""

    support: Clear[UUID]
    line: Clear[UUID]

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.support)


class ReviewSupport(SupportCommand):
    """Record how a running support is going."""

    text: LongText = Field(description="What the review found.", examples=["80 words a minute."])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        more = super().decide(learner, context)
        check_step(self, learner.items[more["line"]], context)
        return more


@register("support-reviewed", fact_spec("to see whether a support helps"))
class SupportReviewed(ReviewSupport, SupportEvent):
    """A support was reviewed."""


class EndSupport(SupportCommand):
    """Record that a support ends; its effective date is the first day without it."""

    reason: LongText = Field(description="Why it ends.", examples=["Goal reached."])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        more = super().decide(learner, context)
        check_end(self, learner.items[more["line"]], context)
        return more


@register("support-ended", fact_spec("to know which support the learner has"))
class SupportEnded(EndSupport, SupportEvent):
    """A support ended."""

    def apply(self, learner: Learner) -> None:
        # Whichever of its values was named, the support ends.
        for item, found in list(learner.items.items()):
            if self.line in (item, found.line) and found.status == "running":
                change(learner, self, item, status="ended", until=first_day(self))


class SummariseAttendance(FactCommand):
    """Record attendance over a stretch of time."""

    area: Clear[Area] = Field(default=Area.BACKGROUND, description="Area.", examples=["background"])
    days_enrolled: Annotated[int, InDigits] = Field(
        ge=1, le=1000, description="School days.", examples=[180]
    )
    days_attended: Score = Field(ge=0, le=1000, description="Days attended.", examples=["171.5"])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        _check_days("days_attended", self.days_attended, self.days_enrolled)
        return super().decide(learner, context)

    @classmethod
    def check_changes(cls, changes: Mapping[str, Any]) -> None:
        missing = {"days_attended", "days_enrolled"} - changes.keys()
        if len(missing) == 1:
            raise Refused(
                f"changes.{missing.pop()}",
                "days-go-together",
                "Give both days_attended and days_enrolled, also where one of them stays as it "
                "is: the one is checked against the other.",
            )
        if not missing:
            attended, enrolled = Decimal(changes["days_attended"]), changes["days_enrolled"]
            _check_days("changes.days_attended", attended, enrolled)


def _check_days(field: str, attended: Decimal, enrolled: int) -> None:
    if attended > enrolled:
        raise Refused(
            field,
            "attended-more-than-enrolled",
            "days_attended cannot be more than days_enrolled.",
        )


@register(
    "attendance-summarised",
    fact_spec("to notice absence early", retention=Retention.PERMANENT),
)
class AttendanceSummarised(SummariseAttendance, FactEvent):
    """Attendance was summarised. Version 1 counted the days absent; version 2 those attended."""

    class_version: ClassVar[int] = 2

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        absent = state.pop("days_absent", None)
        if absent is not None:  # absent too where only the clear fields were opened
            state["days_attended"] = str(Decimal(state["days_enrolled"]) - Decimal(absent))


class RecordCourseResult(FactCommand):
    """Record the result of a course."""

    area: Clear[Area] = Field(
        default=Area.ACHIEVEMENT, description="Area.", examples=["achievement"]
    )
    course: ShortText = Field(description="The course.", examples=["Algebra I"])
    result: ShortText = Field(description="The result as printed.", examples=["B+"])
    points: Score | None = Field(default=None, description="Grade points.", examples=["3.3"])
    scale: ShortText | None = Field(
        default=None, description="The scale of the points.", examples=["4.0"]
    )
    credits: Score | None = Field(default=None, description="Credits earned.", examples=["1.0"])


@register(
    "course-result-recorded",
    fact_spec("to keep the transcript", retention=Retention.PERMANENT),
)
class CourseResultRecorded(RecordCourseResult, FactEvent):
    """A course result was recorded."""


class ShowProficiency(FactCommand):
    """Record that the learner showed a level of proficiency in one item."""

    area: Clear[Area] = Field(default=Area.KNOWLEDGE, description="Area.", examples=["knowledge"])
    item: ShortText = Field(description="Which skill or standard.", examples=["Fractions 4.NF.1"])
    level: ShortText = Field(description="The level shown.", examples=["proficient"])
    evidence: LongText = Field(description="What shows it.", examples=["Unit project, task 3"])


@register("proficiency-shown", fact_spec("to know what the learner can do, and on what evidence"))
class ProficiencyShown(ShowProficiency, FactEvent):
    """A proficiency was shown."""


class RecordOutcome(FactCommand):
    """Record an outcome: graduation, a certificate, a job, college."""

    area: Clear[Area] = Field(
        default=Area.ACHIEVEMENT, description="Area.", examples=["achievement"]
    )
    text: LongText = Field(description="The outcome.", examples=["First aid certificate"])


@register("outcome-recorded", fact_spec("to see what a path led to", retention=Retention.PERMANENT))
class OutcomeRecorded(RecordOutcome, FactEvent):
    """An outcome was recorded."""


class MakeComment(Command):
    """Comment on an entry."""

    fact: Clear[UUID] = Field(description="The entry commented on.")
    text: LongText = Field(description="The comment.", examples=["Same at home."])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = live_fact(learner, self.fact, context)
        return {
            "data_class": found.data_class,
            "retention": found.retention,
            "line": found.line or self.fact,
        }


@register("comment-made", fact_spec("to let people answer each other's entries"))
class CommentMade(MakeComment, Event):
    """Somebody commented on an entry. `line` is the entry it all began with."""

    line: Clear[UUID]


def live_fact(learner: Learner, fact: UUID, context: Context) -> Item:
    """The item of a fact that was not retracted."""
    found = learner.item("fact", fact, context)
    if found.status == "retracted":
        raise Refused(
            "fact",
            "fact-retracted",
            "This entry was entered in error and has been retracted; it can no longer be changed.",
        )
    return found
