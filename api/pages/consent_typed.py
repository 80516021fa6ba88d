"""What is typed into the forms of a consent and of an opt-out, checked field by field."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from pydantic import ValidationError

from api.pages import words
from api.pages.observation import read_date
from api.pages.typed import Typed, items
from api.sight import current
from domain.access.words import is_wildcard
from domain.consent import GrantConsent
from domain.effective import Effective
from domain.errors import Refused

# What the form offers to tick. Each is a word by which `kinds_named` knows its records.
RECORDS = (
    "attendance", "course results", "assessments", "observations", "goals", "supports",
    "special education records",
)  # fmt: skip
ONLINE = "online, signed in"
WILDCARD = "Name something in particular. A word such as “all” or “anyone” is not a consent."
NOT_A_DAY = "This is not a date. Write it as year-month-day: 2025-03-14."
NOT_YET = "This day has not come yet. The latest is today."
# The field of the form for a field of the command.
SHOWN_AT = {"effective": "signed", "received_on": "received", "attachments": "scan"}


@dataclass(frozen=True)
class Signer:
    """Somebody who can be named as signer: `capacity` is what the paper would say."""

    id: UUID
    name: str
    capacity: str


def purposes() -> list[tuple[str, str]]:
    """The declared purposes, by code and in words."""
    declared = current().asker.district.purposes.declared
    return [(one.code, one.code.replace("-", " ")) for one in declared]


def named_in(typed: Typed) -> list[str]:
    """The records that were ticked, and those in words: one on a line or between commas."""
    ticked = [one for n, one in enumerate(RECORDS) if typed[f"records-{n}"]]
    return ticked + items(typed["records"])


def check(typed: Typed, signers: list[Signer], today: date) -> GrantConsent | Typed:
    """The command; or what was typed, with a sentence for each wrong field."""
    records = named_in(typed)
    if not records:
        typed = typed.wrong("records", "Say which records. A consent without them covers nothing.")
    elif any(is_wildcard(one) for one in records):
        typed = typed.wrong("records", WILDCARD)
    for name, sentence in (
        ("purpose", "Choose what the records may be used for."),
        ("recipient", "Say who may receive them: a person, an office, or a class of parties."),
    ):
        if not typed[name].strip():
            typed = typed.wrong(name, sentence)
        elif is_wildcard(typed[name]):
            typed = typed.wrong(name, WILDCARD)
    signer = next((one for one in signers if str(one.id) == typed["signer"]), None)
    if signer is None:
        typed = typed.wrong("signer", "Choose who signed.")
    typed = check_days(typed if current().asker.is_custodian else signed_now(typed, today), today)
    if typed.errors or signer is None:
        return typed
    return made(typed, records, signer)


def signed_now(typed: Typed, today: date) -> Typed:
    """What was typed, by somebody who signs by sending it: there is no other day."""
    return replace(typed, fields={**typed.fields, "signed": today.isoformat(), "received": ""})


def check_days(typed: Typed, today: date) -> Typed:
    """What was typed, with what is wrong with its days."""
    days: dict[str, date] = {}
    for name in ("signed", "received", "expires"):
        if not typed[name].strip():
            continue
        day = read_date(typed[name])
        if day is None:
            typed = typed.wrong(name, NOT_A_DAY)
        elif day > today and name != "expires":
            typed = typed.wrong(name, NOT_YET)
        else:
            days[name] = day
    if not typed["signed"].strip():
        typed = typed.wrong("signed", "Say on which day it was signed. A consent needs its date.")
    signed = days.get("signed")
    if signed and days.get("received", signed) < signed:
        typed = typed.wrong("received", "It cannot have reached the school before it was signed.")
    if signed and days.get("expires") and days["expires"] <= signed:
        typed = typed.wrong("expires", "It has to end later than the day on which it was signed.")
    return typed


def made(typed: Typed, records: list[str], signer: Signer) -> GrantConsent | Typed:
    """The command of what was typed; or what was typed, with what the form refuses."""
    asker = current().asker
    wording = typed["wording"].strip().replace("\r\n", "\n")
    digest = hashlib.sha256(wording.encode()).hexdigest()
    # Online the record gives the day, so that the same form is the same after midnight.
    signed = read_date(typed["signed"])
    try:
        return GrantConsent(
            records=tuple(records),
            purpose=typed["purpose"].strip(),
            recipient=typed["recipient"].strip(),
            signer=signer.id,
            signer_name=signer.name,
            capacity=signer.capacity,
            method=(typed["method"].strip() or "not stated") if asker.is_custodian else ONLINE,
            text_digest=f"sha256:{digest}" if wording else None,
            expires=read_date(typed["expires"]),
            effective=Effective(start=signed) if asker.is_custodian else None,
            received_on=read_date(typed["received"]) if typed["received"].strip() else None,
            language=typed["language"] if typed["language"] in words.LANGUAGES else "en",
            author=signer.id,
            author_name=signer.name,
            attachments=(typed.scan,) if typed.scan else (),
        )
    except ValidationError as error:
        where = str(error.errors()[0]["loc"][0])
        return typed.wrong(SHOWN_AT.get(where, where), said_of(error))


def said_of(error: ValidationError) -> str:
    """The first thing that is wrong, as a sentence."""
    said = error.errors()[0]["msg"].removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}."


def shown_at(refused: Refused) -> str:
    """The field of the form beside which a refusal is told."""
    field = refused.field.partition("[")[0]
    name = SHOWN_AT.get(field, field)
    return name if name in ("records", "purpose", "recipient", "signer", "expires",
                            "signed", "received", "scan") else "form"  # fmt: skip
