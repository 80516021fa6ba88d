"""`throughline token`: tokens for the programs that speak the API, made, listed and revoked."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.compose import System
from api.faults import USAGE, Fault
from api.running import ready_system
from api.signin.tokens import SCOPES, Tokens
from api.terminal import give_json, note, say
from domain.people import PersonRegistered
from store.settings import read_settings

LONGEST_NAME = 100
LONGEST_DAYS = 400  # a year, and time to make the next one


def create(*, person: str, name: str, scopes: list[str], expires: str, as_json: bool) -> None:
    """Make a token that works until a day begins, and show it this once."""
    whose = identified(person, "--person")
    asked = known_scopes(scopes)
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Fault(f"--name must have 1 to {LONGEST_NAME} printable characters.", USAGE)
    with ready_system(read_settings()) as system:
        ends = expiry(expires, system.context().today, system.zone)
        opening = system.recorder.select_events(whose, limit=1)
        if not opening or opening[0].topic != PersonRegistered.TOPIC:
            raise Fault(
                "--person: nobody with this id is registered in the district. A program has a "
                "record of its own: open it with register-person, and give it a role.",
                USAGE,
            )
        made = tokens_of(system).make(whose, name, asked, ends, system.persona.id)
    if as_json:
        give_json({"id": made.id, "token": made.secret, "expires_at": ends.isoformat()})
        return
    say(made.secret)
    note(
        f"This is token {made.id}. It is shown this once: keep it where its program keeps secrets."
    )


def list_all(*, as_json: bool) -> None:
    """Every token of the district, with what it may do and whether it works."""
    with ready_system(read_settings()) as system:
        found = [described(row, system.zone) for row in tokens_of(system).all()]
    if as_json:
        give_json({"tokens": found})
        return
    if not found:
        say("There is no token yet.")
    for row in found:  # no table: the ids are there to be copied, and a column would be cut
        say(f"{row['name']}: {row['state']}, {' '.join(row['scopes'])}")
        say(f"  id      {row['id']}")
        say(f"  person  {row['person']}")
        say(f"  until   {row['expires_at'][:10]}")


def revoke(token: str, *, as_json: bool) -> None:
    """Let a token work no more, from this moment on."""
    which = identified(token, "The token's id")
    with ready_system(read_settings()) as system:
        done = tokens_of(system).revoke(which, system.persona.id)
        known = any(row["id"] == which for row in tokens_of(system).all())
    if not known:
        raise Fault("There is no token with this id: `throughline token list` has them.", USAGE)
    if as_json:
        give_json({"id": which, "revoked": True, "now": done})
    else:
        say("It works no more." if done else "It was revoked before.")


def tokens_of(system: System) -> Tokens:
    return Tokens(system.datastore, system.settings.tenant)


def identified(text: str, name: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Fault(f"{name} must be a UUID.", USAGE) from None


def known_scopes(scopes: list[str]) -> frozenset[str]:
    """The scopes that are asked for, of which there must be one at least."""
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Fault(
            f"--scope must be one of {', '.join(SCOPES)}; give it once for each scope.", USAGE
        )
    return frozenset(scopes)


def expiry(text: str, today: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in the district's zone: to come, and not too far off."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Fault("--expires must be a day, as 2027-01-01.", USAGE) from None
    if not today < day <= today + timedelta(days=LONGEST_DAYS):
        raise Fault(
            f"--expires must be a day to come, at most {LONGEST_DAYS} days off. The token works "
            "until that day begins.",
            USAGE,
        )
    return datetime.combine(day, time(), zone)


def described(row: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """A token's row for a person: times in the district's zone, and its state in a word."""
    state = "revoked" if row["revoked_at"] else "expired" if row["expired"] else "works"
    times = {
        name: row[name].astimezone(zone).isoformat() if row[name] else None
        for name in ("created_at", "expires_at", "revoked_at")
    }
    return {**{k: v for k, v in row.items() if k != "expired"}, **times, "state": state}
