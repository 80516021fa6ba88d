"""Every answer that is not what was asked for, as RFC 9457 problems.

A problem names the field and the rule, never the value: what somebody typed may be a child's
data. `docs/api.md` lists every rule.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    PersistenceError,
)
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.sentences import said
from domain.application import CommandIdReused
from domain.errors import (
    CommandReused,
    Denied,
    Refused,
    StaleVersion,
    UnknownLearner,
    UnknownPerson,
)
from projections.standing import OtherVersion
from store.attachments import AttachmentErased, AttachmentMissing, AttachmentTooLarge
from store.keys import KeyDestroyed, KeyStoreError

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:throughline:problem:"
AWAY_SECONDS = 5
CANNOT_WORK = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class FieldError(BaseModel):
    """One rule that was not kept."""

    field: str = Field(description="The field at fault.", examples=["text"])
    rule: str = Field(description="The rule, as a stable code.", examples=["too-long"])
    detail: str = Field(
        description="What is wrong and how to put it right.",
        examples=["text can hold at most 20000 characters."],
    )


class Change(BaseModel):
    """Something that somebody else changed in the meantime."""

    version: int | None = Field(
        default=None,
        description="The version it made; told at the machine, and of a person's record.",
        examples=[7],
    )
    type: str = Field(description="The event type.", examples=["goal-reached"])
    subject: UUID = Field(description="The id of what was changed.")


class Problem(BaseModel):
    """Why a request was not carried out (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(
        description="The rule, as a URN.", examples=["urn:throughline:problem:goal-reached"]
    )
    title: str = Field(description="The rule in a few words.", examples=["Goal reached"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(
        description="What happened, in a sentence.",
        examples=["This goal has already been reached; set a new one."],
    )
    errors: list[FieldError] = Field(
        default=[], description="Each rule that was not kept, field by field."
    )
    changed: list[Change] | None = Field(
        default=None, description="Only for a stale version: what has changed since."
    )
    lines: int | None = Field(
        default=None,
        description="Only for a bulk request that was cut short: the lines done before.",
        examples=[500],
    )


@dataclass(eq=False)
class Stopped(Exception):
    """A request that cannot be carried out; `str()` is its rule."""

    status: int
    rule: str
    detail: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    changed: Sequence[Change] | None = None
    lines: int | None = None

    def __str__(self) -> str:
        return self.rule

    def problem(self) -> Problem:
        return Problem(
            type=TYPE + self.rule,
            title=self.rule.replace("-", " ").capitalize(),
            status=self.status,
            detail=self.detail,
            errors=list(self.errors),
            changed=None if self.changed is None else list(self.changed),
            lines=self.lines,
        )

    def response(self) -> Response:
        return Response(
            self.problem().model_dump_json(exclude_none=True),
            self.status,
            dict(self.headers),
            MEDIA_TYPE,
        )


def wrong_field(status: int, name: str, rule: str, detail: str) -> Stopped:
    """A problem with one field."""
    return Stopped(status, rule, detail, [FieldError(field=name, rule=rule, detail=detail)])


def wrong_form(found: Sequence[Any], model: type[BaseModel] | None = None) -> Stopped:
    """A problem with the form of a request, from pydantic's errors."""
    errors = [
        FieldError(field=name, rule=rule, detail=detail)
        for name, rule, detail in (said(error, model) for error in found)
    ]
    if len(errors) == 1:
        return Stopped(422, errors[0].rule, errors[0].detail, errors)
    return Stopped(422, "form-not-valid", f"{len(errors)} fields need another look.", errors)


# What may be shown of an error that came from HTTP itself.
HTTP_RULES = {
    400: ("request-not-valid", "This request could not be read."),
    404: ("route-unknown", "There is nothing at this address; /openapi.json lists what there is."),
    405: ("method-not-allowed", "This address does not answer this method."),
}


def of_http(error: HTTPException) -> Stopped:
    """The problem that an error of HTTP itself means."""
    rule, detail = HTTP_RULES.get(error.status_code, HTTP_RULES[400])
    return Stopped(error.status_code, rule, detail, headers=error.headers or {})


def refused(error: Refused) -> Stopped:
    """The problem that a refusal of the domain means."""
    one = FieldError(field=error.field, rule=error.rule, detail=str(error))
    match error:
        case UnknownLearner() | UnknownPerson():
            return Stopped(404, error.rule, str(error), [one])
        case StaleVersion():
            changed = [Change(version=c.version, type=c.topic, subject=UUID(c.subject))
                       for c in error.changed]  # fmt: skip
            headers = {"ETag": f'"{error.current}"'}
            return Stopped(412, error.rule, str(error), [one], headers, changed)
    return Stopped(422, error.rule, str(error), [one])


def denied(error: Denied) -> Stopped:
    """The problem of who may not; the field's rule is the code of the condition that is missing."""
    missing = FieldError(field="access", rule=error.code, detail=error.sentence)
    return Stopped(403, "not-allowed", error.sentence, [missing])


def database(error: Exception) -> Stopped | None:
    """The problem that the database's error means; None where the fault is ours."""
    match sqlstate(error):
        case "25006":
            return away("database-read-only", "The database takes no changes at the moment.")
        case "53100":
            return away("disk-full", "The database's disk is full; nothing was recorded by halves.")
    if isinstance(error, IntegrityError):
        return away("many-writers", "Others keep changing the same record. Please try again.")
    if isinstance(error, CANNOT_WORK):
        return away("database-away", "The database cannot be reached at the moment.")
    return None


def sqlstate(error: BaseException | None) -> str | None:
    """The database's code for an error, wherever in the chain it is."""
    while error is not None:
        state = getattr(error, "sqlstate", None)
        if isinstance(state, str):
            return state
        error = error.__cause__ or error.__context__
    return None


def away(rule: str, detail: str) -> Stopped:
    """Something we need is away for now."""
    return Stopped(503, rule, detail, headers={"Retry-After": str(AWAY_SECONDS)})


# Errors and what they mean to a client; the first kind that fits counts.
MEANINGS: tuple[tuple[type[Exception], Callable[[Any], Stopped | None]], ...] = (
    (Stopped, lambda error: error),
    (Refused, refused),
    (Denied, denied),
    (CommandIdReused, lambda _: refused(CommandReused())),
    (RequestValidationError, lambda error: wrong_form(error.errors())),
    (HTTPException, of_http),
    (AttachmentMissing, lambda error: Stopped(404, "file-unknown", str(error))),
    (AttachmentErased, lambda error: Stopped(410, "content-erased", str(error))),
    (AttachmentTooLarge, lambda error: wrong_field(413, "body", "body-too-large", str(error))),
    (KeyDestroyed, lambda error: Stopped(409, "content-erased", str(error))),
    # Its text names a directory of the server, which is no client's business.
    (KeyStoreError, lambda _: away("keys-away", "The keys cannot be read, so nothing opens.")),
    (OtherVersion, lambda error: away("version-not-served", str(error))),
    (ClientDisconnect, lambda _: Stopped(499, "client-gone", "The client went away.")),
    (PersistenceError, database),
    (psycopg.Error, database),
)


def stopped(error: Exception) -> Stopped | None:
    """The problem that an error means, or None where it is unexpected."""
    return next((means(error) for kind, means in MEANINGS if isinstance(error, kind)), None)


def unexpected(request_id: str) -> Stopped:
    """The fault is ours; what it was stands in the log, under the request's id."""
    return Stopped(
        500,
        "unexpected",
        f"Something went wrong here; nothing was recorded by halves. The log has it under "
        f"{request_id}.",
    )
