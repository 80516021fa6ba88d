"""What `throughline replay`, `cohort` and `compare` show a person: short tables in plain words."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from rich.table import Table
from rich.text import Text

from api.compose import System
from api.pages import words
from api.pages.difference_words import NOUNS
from api.pages.said import by, remark_line, said
from api.terminal import out, say
from projections.compare import Comparison, Difference, What
from projections.entries import Entry, goal_words
from projections.growth import Growth, Score
from projections.replay import Answer, Question, Replay
from projections.standing import Standing

SHORT = 200  # letters of an entry in a table; --json has all of it
WHAT: Mapping[What, str] = {
    What.ADDED: "began",
    What.ENDED: "ended",
    What.CHANGED: "changed",
    What.CORRECTED: "corrected",
    What.LEARNT_LATE: "learnt late",
    What.TAKEN_BACK: "taken back",
    What.REMARKED: "said about it since",
}
REMOVED = {
    "amended": "amended since at the family’s request",
    "retracted": "taken back since",
    "wrong-learner": "taken back since: it was about another learner",
}


def show_replay(system: System, found: Replay, on: date | None) -> None:
    """What held on a day, or that our file began later and what its sources say."""
    say(place(system, found.question.at, on))
    if found.answer is Answer.BEFORE_OUR_FILE:
        began = found.question.at.began_at
        since = f" It began {words.moment(began, system.zone)}." if began else ""
        say(f"Before our file began: this learner had no record here yet.{since}")
        if found.source_says:
            say("What it was brought in from says it held then (its word, not ours):")
            table_of(system, found.source_says)
        return
    table_of(system, found.entries)


NOTHING: Mapping[Answer, str] = {
    Answer.BEFORE_OUR_FILE: "Before our file began: no record here yet.",
    Answer.NEVER_EXISTED: "There is no learner with this id in this district.",
}


def show_cohort(
    system: System,
    found: Mapping[UUID, Sequence[Entry]],
    answers: Mapping[UUID, Answer],
    at: Standing,
    on: date,
) -> None:
    """A line for each learner, by id: how much is known of each, and what of; or why nothing is."""
    say(place(system, at, on))
    table = Table()
    table.add_column("Learner", no_wrap=True, min_width=36)  # an id, to be copied
    for name in ("Entries", "Statements", "Of what"):
        table.add_column(name)
    for learner, entries in found.items():
        kinds: dict[str, int] = {}
        for entry in entries:
            name = noun(entry).lower()
            kinds[name] = kinds.get(name, 0) + 1
        what = ", ".join(f"{n} × {name}" if n > 1 else name for name, n in kinds.items())
        what = NOTHING.get(answers[learner], what)
        beside = sum(map(statements, entries))
        table.add_row(str(learner), str(len(entries)), str(beside or ""), Text(what))
    out().print(table)
    say(f"{words.count(len(found), 'learner')}. --json has every entry.")


def show_comparison(system: System, found: Comparison, earlier: Question, later: Question) -> None:
    """What differs, line by line, then the growth in what was measured."""
    say(f"From: {place(system, earlier.at, earlier.on)}")
    say(f"To:   {place(system, later.at, later.on)}")
    if earlier.before_our_file:
        say("At the first of the two our file had not begun: nothing was known here yet.")
    if found.differences:
        table = Table("What", "Entry", "Before", "After")
        for difference in found.differences:
            table.add_row(*map(Text, columns(system, difference)))
        out().print(table)
    say(f"{words.count(found.same, 'entry', 'entries')} the same.")
    if found.growth:
        table = Table("Measure", "First", "Last", "Growth")
        for grown in found.growth:
            cells = (grown.measure, score(grown.first), score(grown.last), growth_of(grown))
            table.add_row(*map(Text, cells))
        out().print(table)


def place(system: System, at: Standing, on: date | None) -> str:
    """`14 March 2025, as known 20 March 2026, 4:05 pm (position 17), America/Chicago.`"""
    day = words.day(on) if on else "All days"
    when = words.moment(at.recorded_at, system.zone) if at.recorded_at else "before anything"
    return f"{day}, as known {when} (position {at.position}), {system.zone.key}."


def table_of(system: System, entries: Sequence[Entry]) -> None:
    """Entries, one a row."""
    if not entries:
        say("Nothing is known to have held then.")
        return
    table = Table("What", "When", "What it says", "Who")
    for entry in entries:
        made = entry.began.provenance if entry.kind == "goal" else entry.provenance
        who = "" if entry.withheld else by(made)
        cells = (noun(entry), when(entry), told(system, entry), who)
        table.add_row(*map(Text, cells))
    out().print(table)


def columns(system: System, difference: Difference) -> tuple[str, ...]:
    before, after = difference.before, difference.after
    late = " (so on the earlier day already)" if difference.what is What.CHANGED else ""
    said_since = [f"{remark_line(r)}: {r.text or ''}" for r in difference.remarks]
    return (
        WHAT[difference.what] + (late if difference.late else ""),
        noun(difference.entry),
        text_of(system, before) if before else "",
        "\n".join([text_of(system, after) if after else "", *said_since]),
    )


def noun(entry: Entry) -> str:
    if entry.kind == "goal":
        return NOUNS["goal"]
    return "Details" if entry.kind == "details" else words.noun(entry.type)


def when(entry: Entry) -> str:
    """The date of an entry; a goal has that of the day on which it was set."""
    if entry.kind == "details":
        return ""
    whole = words.whole(entry)
    if entry.kind == "goal" and entry.began.effective != whole:
        return words.stretch(entry.began.effective)
    return words.when(entry)


def text_of(system: System, entry: Entry) -> str:
    """An entry in a line or two."""
    if entry.provenance.erased:
        return "(erased)"
    if entry.withheld:
        return "(withheld)"
    if entry.kind == "details":
        names = [entry.body.get(n) or "" for n in ("given_name", "family_name")]
        return " ".join(filter(None, names))
    told = said(entry, system.settings.schools)
    whole = ": ".join(part for part in (told.title, told.text) if part)
    if entry.kind == "goal":
        whole = goal_words(entry) or ""
    short = f"{whole[:SHORT]}…" if len(whole) > SHORT else whole
    if entry.kind == "goal":
        return f"{short} [{goal_stands(entry)}]"
    return f"{short} [{entry.status}]" if entry.kind not in ("fact", "happening") else short


def goal_stands(entry: Entry) -> str:
    """`open`, or `reached on 29 May 2026: 94 words.`"""
    if entry.status == "open":
        return entry.status
    note = entry.body.get("text" if entry.status == "reached" else "reason") or ""
    closed = entry.provenance.type == f"goal-{entry.status}"  # no step that was dated later
    end = f"{entry.status} on {words.when(entry)}" if closed else entry.status
    return f"{end}: {note[:SHORT]}{'…' if len(note) > SHORT else ''}" if note else end


def told(system: System, entry: Entry) -> str:
    """An entry, with the family's statements in their words and that it was taken away since."""
    lines = [text_of(system, entry)]
    if entry.removed:
        lines.append(f"({REMOVED[entry.removed.how]})")
    lines += [f"{remark_line(r)}: {r.text or ''}" for r in entry.remarks if statement(r.kind)]
    others = len(entry.remarks) - statements(entry)
    if others:
        lines.append(f"({words.count(others, 'remark')})")
    return "\n".join(lines)


def statement(kind: str) -> bool:
    return kind == "contest-statement-placed"


def statements(entry: Entry) -> int:
    """How many statements of the family stand beside an entry."""
    return sum(statement(r.kind) for r in entry.remarks)


def score(found: Score) -> str:
    error = f" ± {words.number(found.error)}" if found.error is not None else ""
    on = "on" if found.precision == "day" else "in"
    day = words.ended(found.on, found.precision)
    return f"{words.number(found.value)}{error} {on} {day} ({found.scale or '?'})"


def growth_of(found: Growth) -> str:
    """`0.852 in 364 days, give or take 0.42`, `1.154 in about 2 years`, or why there is none."""
    if found.difference is None:
        return str(found.why_not)
    error = found.standard_error
    sure = f", give or take {words.number(round(error, 2))}" if error is not None else ""
    took = f"in {words.count(found.days, 'day')}"
    if found.precision != "day":
        took = words.about(found.days, found.precision)
    return f"{words.number(found.difference)} {took}{sure}"
