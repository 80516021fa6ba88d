"""What the JSON API and the exports say of who saw a learner. Positions are opaque texts here."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from api.answers import INSTANT, POSITION, Page
from api.cursors import Cursors
from api.who_saw import Access, Told, Visit
from api.who_saw_titles import title
from domain.access.words import Action, WithholdingCode
from domain.words import DataClass


class AccessLine(BaseModel):
    """One line of the log: who saw what of a learner, or was refused, and why."""

    position: str = Field(
        description="Its place in the district's order of events, opaque.", examples=[POSITION]
    )
    learner: UUID = Field(description="Whose record it is.")
    at: datetime = Field(description="When it was noted.", examples=[INSTANT])
    person: UUID = Field(description="Who looked, or gave it to somebody.")
    name: str = Field(description="That person by name.", examples=["Ms Rivera"])
    roles: list[str] = Field(
        description="The roles that this person had on the day.", examples=[["counselor"]]
    )
    recipient: UUID | None = Field(description="Who received it, where that is somebody else.")
    action: Action = Field(description="How it was seen.", examples=["opened"])
    allowed: bool = Field(description="Whether it was shown.", examples=[True])
    sentence: str = Field(
        description="The line in plain words.",
        examples=["Ms Rivera, counselor, opened the profile — allowed: The student (…)."],
    )
    code: str = Field(
        description="The ground relied on, or the condition that was missing.",
        examples=["FERPA-99.31-a-1-i-A"],
    )
    section: str = Field(
        description="The section of the law that the code stands for; empty where it is a rule of "
        "this system.",
        examples=["34 CFR 99.31(a)(1)(i)(A)"],
    )
    closest: str | None = Field(
        description="Of a refusal: the ground that came closest.", examples=["FERPA-99.30"]
    )
    grounds: list[str] = Field(
        description="Other grounds relied on, for other parts.", examples=[["FERPA-99.30"]]
    )
    withheld: list[str] = Field(
        description="Codes of why a part was not shown.", examples=[["FERPA-99.31-a-1-ii"]]
    )
    purpose: str | None = Field(description="For what purpose.", examples=["counseling"])
    consents: list[UUID] = Field(description="The consents relied on.")
    classes: list[DataClass] = Field(
        description="Of which data classes something was shown.", examples=[["education"]]
    )
    place: str = Field(
        description="The address asked, as its pattern.", examples=["/learners/{learner}"]
    )
    how: str = Field(description="Signed in how.", examples=["session"])
    table: str | None = Field(description="Version of the table of grounds.", examples=["2026-1"])
    criteria: str | None = Field(
        description="Version of the criteria for school officials that it relied on.",
        examples=["officials-2025"],
    )
    notice: str | None = Field(
        description="Version of the notice of 99.33 that the answer carried.",
        examples=["FERPA-99.33-1"],
    )
    on: date | None = Field(
        description="The day in the world that was asked about.", examples=["2026-03-20"]
    )
    known: str = Field(
        description="The position up to which it was told, opaque.", examples=[POSITION]
    )
    entries: list[str] = Field(
        description="The positions of what was shown, opaque.", examples=[[POSITION]]
    )
    sha256: str | None = Field(
        description="SHA-256 of the answer's body, hex.", examples=["0" * 64]
    )
    request: UUID | None = Field(description="The id of the request, as in X-Request-ID.")
    number: int = Field(
        description="Its number in the log, by which `review-access`, `withhold-line` and "
        "`release-line` name it.",
        examples=[4711],
    )
    id: UUID = Field(description="Its id, which they give as `access`.")
    family_told: bool = Field(
        description="False where the family’s view leaves it out, by law or by an officer.",
        examples=[True],
    )
    withheld_because: WithholdingCode | None = Field(
        description="Why an officer withholds it from the family; null where none does.",
        examples=["safety"],
    )
    withheld_by: UUID | None = Field(description="Which officer; null as before.")
    withheld_since: datetime | None = Field(
        description="Since when; null as before.", examples=[INSTANT]
    )

    @classmethod
    def of(cls, access: Access, cursors: Cursors) -> "AccessLine":
        event, withheld = access.event, access.withheld
        return cls(
            position=cursors.position(access.position),
            learner=event.learner,
            at=event.recorded_at,
            person=event.entered_by,
            name=access.who.name,
            roles=sorted(access.who.roles),
            recipient=event.recipient,
            action=event.action,
            allowed=event.allowed,
            sentence=Told((access,)).sentence,
            code=event.code,
            section=title(event.code).section,
            closest=event.ground,
            grounds=list(event.grounds),
            withheld=list(event.withheld),
            purpose=event.purpose,
            consents=list(event.consents),
            classes=list(event.classes),
            place=event.place,
            how=event.how,
            table=event.table,
            criteria=event.criteria,
            notice=event.notice,
            on=event.on,
            known=cursors.position(event.known),
            entries=[cursors.position(position) for position in event.facts],
            sha256=event.digest,
            request=event.correlation_id,
            number=access.position,
            id=event.event_id,
            family_told=withheld is None and not access.withheld_by_law,
            withheld_because=withheld.code if withheld else None,
            withheld_by=withheld.by if withheld else None,
            withheld_since=withheld.since if withheld else None,
        )


class AccessesPage(Page):
    """Who saw a learner, the latest first."""

    accesses: list[AccessLine] = Field(description="The lines of this page.")


class AccessDay(BaseModel):
    """What one person saw of a learner on one day, as the family is told."""

    day: date = Field(description="The school's local day.", examples=["2026-03-20"])
    person: UUID = Field(description="Who looked.")
    name: str = Field(description="That person by name.", examples=["Ms Rivera"])
    roles: list[str] = Field(
        description="The roles that this person had on the day.", examples=[["counselor"]]
    )
    sentence: str = Field(
        description="The line in plain words.",
        examples=["Ms Rivera, counselor, opened the profile. Why: The student (…), for family."],
    )

    @classmethod
    def of(cls, visit: Visit) -> "AccessDay":
        who = visit.who
        return cls(
            day=visit.day,
            person=who.id,
            name=who.name,
            roles=sorted(who.roles),
            sentence=visit.sentence,
        )


class AccessDaysPage(Page):
    """Who saw a learner, one line for each person and day, the latest first."""

    days: list[AccessDay] = Field(description="The lines of this page; a day is never cut.")
