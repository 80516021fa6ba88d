"""Words for what differs: the kinds of differences, and an entry in one line."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from api.pages import records, words
from api.pages.said import Said, said
from projections.compare import Difference, What
from projections.entries import Entry, Provenance, Removal, goal_words

SHORT = 140  # letters of an entry in a list of differences

WENT_ON = "went-on"  # its end became known: on the day itself it held as our file said

# Between two days: the heading of each kind of difference, and what it means.
BETWEEN: Mapping[str, tuple[str, str]] = {
    What.ADDED: ("New", "It began between the two days."),
    What.ENDED: ("Ended", "It held on the earlier day, and no longer on the later one."),
    What.CHANGED: ("Changed", "It holds on both days, and is not the same."),
    WENT_ON: ("To end later", "It holds on both days. That it was to end became known."),
    What.CORRECTED: ("Corrected", "Our file had it wrong on the earlier day."),
    What.LEARNT_LATE: (
        "Learnt late",
        "It held on the earlier day already, and our file did not know it then.",
    ),
    What.TAKEN_BACK: ("Taken back", "It should never have been entered."),
    What.REMARKED: ("Said about it since", "The entries themselves stand as they did."),
}
# On one day, between what our file said and what we know.
SINCE: Mapping[str, tuple[str, str]] = {
    What.LEARNT_LATE: ("Learnt late", "It held on this day, and our file did not know it then."),
    What.CORRECTED: ("Corrected since", "Our file had it wrong on this day."),
    What.TAKEN_BACK: ("Taken back since", "Our file had it on this day, and never should have."),
    What.CHANGED: ("Changed since", "Something else is known to have held on this day."),
    WENT_ON: ("How it went on", "It held on this day as our file said. Its end is known now."),
    What.REMARKED: ("Said about it since", "The entries themselves stand as they did."),
}
STATUSES = {  # those of a corrected or amended entry say what its heading says
    "running": "running", "ended": "ended", "open": "open", "reached": "reached",
    "set-aside": "set aside",
    "granted": "in force", "withdrawn": "withdrawn", "voided": "never valid", "set": "in force",
    "lifted": "lifted", "offered": "offered", "opted-out": "opted out", "scheduled": "planned",
    "held": "held", "linked": "responsible", "unlinked": "no longer responsible",
    "revoked": "rights revoked", "enrolled": "enrolled", "protected": "protected",
    "merged": "merged", "split": "parted again",
}  # fmt: skip
NOUNS = {  # of what goes on under one name, whatever was recorded of it last
    "goal": "Goal",
    "enrolment": "Enrollment",
    "details": "Name and details",
    "merge": "Merged records",
    "consent": "Consent",
    "person": "Responsible person",
}
REMOVED = {
    "amended": "Amended at the family’s request on {}: this is how it read before.",
    "retracted": "Taken back on {}.",
    "wrong-learner": "Taken back on {}, because it was about another learner.",
}


def kind(difference: Difference) -> str:
    """What became of it; `WENT_ON` where only its end became known, and it was still to come."""
    before, after = difference.before, difference.after
    if difference.what is What.CHANGED and before and after and after.status == "ended":
        same = (before.id, before.area, before.data_class) == (
            after.id,
            after.area,
            after.data_class,
        )
        if same and said(before).facts == said(after).facts and told(before) == told(after):
            return WENT_ON
    return difference.what


def told(entry: Entry) -> tuple[str | None, str | None]:
    """Its own words, without the reason of an end."""
    words_of_it = said(entry)
    return words_of_it.title, entry.body.get("text")


def held_until(entry: Entry) -> str:
    """`It held until 15 May 2025.` Empty where no end is known."""
    last = entry.effective[-1] if entry.effective else None
    if last is None or last.until is None:
        return ""
    return f"It held until {words.ended(last.until - timedelta(days=1), last.known)}."


def short(entry: Entry, schools: Mapping[str, str]) -> str | None:
    """An entry in one line; None where nothing can be told of it."""
    told = said(entry, schools)
    if entry.kind == "details":
        return records.name(entry.body.get("local_id"))
    if entry.kind == "goal" and not entry.provenance.erased:
        parts = [goal_words(entry)]
    else:
        parts = [told.title, told.text]
    whole = " ".join(": ".join(p for p in parts if p).split())
    return f"{whole[:SHORT]}…" if len(whole) > SHORT else whole or None


def far(entry: Entry) -> str:
    """How far a goal has come, by the latest step that says so."""
    stated = [r.percent for r in entry.remarks if r.percent is not None]
    return f"{stated[-1]}%" if stated else ""


def step(entry: Entry) -> str:
    """The latest step towards a goal, in its own words."""
    steps = [r.text for r in entry.remarks if r.kind == "goal-progressed" and r.text]
    return steps[-1] if steps else ""


def began(entry: Entry) -> str:
    """When something new began; a goal did so when it was set, whatever steps followed."""
    if entry.kind != "goal" or entry.began.effective == words.whole(entry):
        return holds(entry)
    when = entry.began.effective
    if when is None or when.start is None:
        return "Date not known."
    day = words.dated(when.start, when.known)
    if entry.status == "open":
        return f"Since {day}."
    on = "on " if when.known == "day" else ""
    return f"Set {on}{day}, and {STATUSES[entry.status]} since."


def holds(entry: Entry) -> str:
    """`Since 14 March 2025.`; of what has an end, `From 14 March 2025 to 3 May 2025.`"""
    ends = entry.effective and entry.effective[-1].until
    when = words.when(entry)
    if words.starts(entry) is None:
        return f"{when.capitalize()}."
    return f"From {when}." if ends else f"Since {when}."


def area(entry: Entry) -> str:
    return words.AREAS.get(entry.area or "", ("", ""))[0]


def record_kind(told: Said) -> str:
    return told.kind_of_record or "Education record"


def since(entry: Entry, position: int) -> Provenance | None:
    """The latest event of an entry's own after a position."""
    made = [p for p in (entry.provenance, *entry.changed_by) if p.position > position]
    return max(made, key=lambda p: p.position, default=None)


def removal(removed: Removal, on: datetime, zone: ZoneInfo) -> str:
    """`Taken back on 3 May 2025.`"""
    return REMOVED[removed.how].format(words.day(on.astimezone(zone).date()))
