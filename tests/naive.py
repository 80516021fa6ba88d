"""The naive model: what a learner's record accepts, told as plainly as possible.

Tests hold the domain, and the whole engine, against it. It shares the enums with the domain and
nothing else: a command is its name and its fields, a thing on the record is a kind and a status.
Of the rules that a command breaks it names the first, from the top of each list to its end.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isfinite
from typing import Any
from uuid import UUID, uuid5

from domain.access.words import PartyKind
from domain.words import DataClass

DETAILS = UUID(int=0)
Broken = list[tuple[bool, str]]
Fields = defaultdict[str, Any]  # None for a field that a command does not have

# What each kind of entry holds: s text, n a number, d days, t texts; ? where it may be
# empty, + where it is one at least.
FACTS = {
    "record-observation": "text:s",
    "answer-survey": "instrument:s question:s answer:s score:n? scale:s?",
    "score-assessment": "measure:s score:n scale:s standard_error:n? instrument:s? note:s?",
    "record-interview": "text:s participants:t",
    "add-work-sample": "title:s text:s?",
    "write-reflection": "text:s",
    "give-family-input": "text:s",
    "record-accommodation": "text:s",
    "start-support": "title:s text:s?",
    "summarise-attendance": "days_enrolled:d+ days_attended:d",
    "record-course-result": "course:s result:s points:n? scale:s? credits:n?",
    "show-proficiency": "item:s level:s evidence:s",
    "record-outcome": "text:s",
}
PAPERS = ["record-legal-process", "record-placement", "seek-enrolment-elsewhere"]
# The log of disclosures: ordinary records all, and not read as part of the profile.
LOGGED = [*PAPERS, "record-disclosure", "complete-disclosure", "record-request-refused",
          "tell-family", "end-paper", "open-in-emergency", "review-emergency-opening",
          "declare-emergency", "end-emergency", "review-access", "withhold-line",
          "release-line", "review-survey-answer"]  # fmt: skip
# Grounds by their code: to whom something is given on it; nothing at all, or by whose decision.
GROUNDS = {
    "FERPA-99.30": set(PartyKind) - {PartyKind.OFFICIAL},
    "FERPA-99.31-a-10": set(PartyKind),
    "FERPA-99.31-a-9-ii-A": {PartyKind.COURT, PartyKind.LAW_ENFORCEMENT},
    "USC-1232g-b-1-L": {PartyKind.CHILD_WELFARE},
    "FERPA-99.31-a-1-i-A": None,
    "FERPA-99.31-a-4": "a person",
}
# Consents to collect online; those of a parent that need a surer way to know that it is one.
ONLINE = ["verify-parental-consent", "record-school-authorisation", "allow-third-party-disclosure"]
LESS_SURE = ("email_and_more", "text_and_more")
# What puts a new thing on the record: the field of its id, its kind, its first status.
NEW = {
    "enrol-learner": ("enrolment", "enrolment", "enrolled"),
    "record-rights-evidence": ("evidence", "evidence", "recorded"),
    "set-goal": ("goal", "goal", "open"),
    "send-consent-notice": ("notice", "notice", "sent"),
    "grant-consent": ("consent", "consent", "granted"),
    "set-directory-opt-out": ("opt_out", "opt-out", "set"),
    "offer-survey": ("survey", "survey", "offered"),
    "send-survey-notice": ("survey", "survey", "announced"),
    "allow-survey": ("survey", "survey", "allowed"),
    "refuse-survey": ("survey", "survey", "opted-out"),
    "ask-to-see-survey": ("survey", "survey", "asked"),
    "schedule-review": ("review", "review", "scheduled"),
    "record-disclosure": ("disclosure", "disclosure", "recorded"),
    "record-request-refused": ("disclosure", "disclosure", "refused"),
    **dict.fromkeys(PAPERS, ("paper", "paper", "recorded")),
    **dict.fromkeys(ONLINE, ("online_consent", "online-consent", "given")),
    "open-in-emergency": ("opening", "opening", "opened"),
    "declare-emergency": ("emergency", "emergency", "declared"),
    "review-access": ("reviewed_for", "access-review", "reviewed"),
    **dict.fromkeys(FACTS, ("fact", "fact", "live")),
    "start-support": ("fact", "fact", "running"),
}
CHANGES = ["supersede-fact", "correct-fact", "retract-fact", "amend-fact", "confirm-fact",
           "place-contest-statement", "share-note", "reclassify-fact"]  # fmt: skip
# What happens to a thing: the field of its id, its kind, the statuses it may have, the status it
# then has (= stays), the rule where it has another.
STEPS = {
    "end-enrolment": ("enrolment", "enrolment", "enrolled", "ended", "enrolment-ended"),
    "split-records": ("other", "merge", "merged", "split", "not-merged"),
    "unlink-responsible-person": ("person", "person", "linked revoked", "unlinked", "person-{}"),
    "revoke-rights": ("person", "person", "linked", "revoked", "person-{}"),
    "restore-rights": ("person", "person", "revoked", "linked", "person-{}"),
    "review-support": ("support", "fact", "running", "=", "support-ended"),
    "end-support": ("support", "fact", "running", "ended", "support-ended"),
    "make-comment": ("fact", "fact", "live running ended", "=", "fact-retracted"),
    **dict.fromkeys(CHANGES, ("fact", "fact", "live running ended", "=", "fact-retracted")),
    "retract-fact": ("fact", "fact", "live running ended", "retracted", "fact-retracted"),
    "revise-goal": ("goal", "goal", "open", "=", "goal-{}"),
    "progress-goal": ("goal", "goal", "open", "=", "goal-{}"),
    "reach-goal": ("goal", "goal", "open", "reached", "goal-{}"),
    "set-goal-aside": ("goal", "goal", "open", "set-aside", "goal-{}"),
    "withdraw-consent": ("consent", "consent", "granted", "withdrawn", "consent-{}"),
    "void-consent": ("consent", "consent", "granted withdrawn", "voided", "consent-{}"),
    "give-assent": ("consent", "consent", "granted withdrawn voided", "=", ""),
    "decline-assent": ("consent", "consent", "granted withdrawn voided", "=", ""),
    "lift-directory-opt-out": ("opt_out", "opt-out", "set", "lifted", "opt-out-lifted"),
    "opt-out-of-survey": (
        "survey",
        "survey",
        "offered announced allowed asked shown",
        "opted-out",
        "survey-opted-out",
    ),
    "show-survey": ("survey", "survey", "asked", "shown", "survey-not-asked"),
    "withdraw-online-consent": (
        "online_consent",
        "online-consent",
        "given",
        "withdrawn",
        "online-consent-withdrawn",
    ),
    "confirm-consent": ("consent", "consent", "granted withdrawn voided", "=", ""),
    "complete-disclosure": ("disclosure", "disclosure", "recorded refused", "=", ""),
    "tell-family": ("paper", "paper", "recorded ended", "=", ""),
    "end-paper": ("paper", "paper", "recorded", "ended", "paper-ended"),
    "review-emergency-opening": ("opening", "opening", "opened", "reviewed", "opening-{}"),
    "end-emergency": ("emergency", "emergency", "declared", "ended", "emergency-ended"),
    "release-line": ("access", "line", "withheld", "released", "line-released"),
    "review-survey-answer": ("fact", "fact", "live running ended retracted", "=", ""),
}
# What has a status of its own whatever was there: the field of its id, its kind, the status.
SETS = {
    "merge-records": ("other", "merge", "merged"),
    "link-responsible-person": ("person", "person", "linked"),
    "hold-review": ("review", "review", "held"),
    "withhold-line": ("access", "line", "withheld"),
}
ENDS = ["end-support", "reach-goal", "set-goal-aside"]  # not before it began
# Nor does it go on before that.
GOES_ON = ["review-support", "revise-goal", "progress-goal", "confirm-fact"]
REDATES = ["correct-fact", "amend-fact"]
# These only add: they go ahead whatever else changed since their writer looked.
COMMUTE = ["make-comment", "progress-goal", "confirm-fact", "place-contest-statement",
           "give-assent", "decline-assent", "link-responsible-person",
           "complete-disclosure", "tell-family"]  # fmt: skip
MAY_LIE_AHEAD = ["enrol-learner", "end-enrolment", "record-rights-evidence", "start-support",
                 "record-accommodation", "grant-consent", "withdraw-consent", *PAPERS,
                 "end-paper"]  # fmt: skip
ANY_CLASS = {*FACTS, *CHANGES, "review-support", "end-support", "make-comment"}
KEEP_CLASS = {*CHANGES, "review-support", "end-support", "revise-goal", "progress-goal",
              "reach-goal", "set-goal-aside", "withdraw-consent", "void-consent",
              "confirm-consent", "give-assent", "decline-assent",
              "withdraw-online-consent"}  # fmt: skip
RECORD_CLASSES = (None, DataClass.DIRECTORY, DataClass.EDUCATION, DataClass.SPECIAL_ED)
ORDINARY = (None, DataClass.EDUCATION)
PRIVATE = DataClass.SOLE_POSSESSION


@dataclass
class Thing:
    """Something on the record; `made_by` is the command that put it there.

    `line` is the entry that it gave a new value, itself or through others. `by` entered it. `since`
    is its first day, where that is known, and `until` the first day without it, once it ended.
    """

    kind: str = ""
    status: str = ""
    version: int = 0
    made_by: str = ""
    data_class: DataClass = DataClass.EDUCATION
    line: UUID | None = None
    by: UUID | None = None
    since: date | None = None
    until: date | None = None


class Naive:
    """One learner's record."""

    def __init__(self, learner: UUID) -> None:
        self.learner, self.version = learner, 0
        self.by: UUID | None = None  # who gives the command
        self.things: dict[UUID | None, Thing] = {}

    def do(
        self,
        name: str,
        fields: Mapping[str, Any],
        today: date,
        expected: int | None = None,
        by: UUID | None = None,
    ) -> str | None:
        """Give a command: None where it is accepted, else the first rule it breaks."""
        f: Fields = defaultdict(lambda: None, fields)
        f["reviewed_for"] = reviewed_for(f)
        self.by = by
        start = (f["effective"] or {"start": today})["start"]
        broken = self._stale(name, f, self.version if expected is None else expected)
        broken += self._of_its_own(name, f, today, start)
        broken += self._of_the_step(name, f, today, start) if name in STEPS else []
        broken += self._of_all(name, f, today, start)
        rule = next((rule for is_broken, rule in broken if is_broken), None)
        if rule is None:
            self.version += 1
            self._happen(name, f, start)
        return rule

    def statuses(self) -> dict[UUID | None, tuple[str, str]]:
        """Kind and status of everything on the record."""
        return {item: (thing.kind, thing.status) for item, thing in self.things.items()}

    def _stale(self, name: str, f: Fields, seen: int) -> Broken:
        field = "" if name in COMMUTE else (STEPS.get(name) or SETS.get(name) or [""])[0]
        item = DETAILS if name in ("register-learner", "change-details") else f[field]
        old = self.things.get(item, Thing())
        changed = old.version > seen and not self._anothers(old)
        return [
            (name == "register-learner" and self.version > 0, "learner-exists"),
            (name != "register-learner" and self.version == 0, "learner-unknown"),
            (seen > self.version or changed, "version-stale"),
        ]

    def _of_its_own(self, name: str, f: Fields, today: date, start: date | None) -> Broken:
        field, kind, _ = NEW.get(name) or SETS.get(name) or ("", "", "")
        old = self.things.get(f[field], Thing())
        review, evidence = name == "hold-review", name == "record-rights-evidence"
        online, passed_on = name in ONLINE, name == "allow-third-party-disclosure"
        return [
            (passed_on and f["method"] in LESS_SURE, "method-not-enough"),
            (_after(f["birth_date"], today), "born-in-future"),
            (_after(f["days_attended"], f["days_enrolled"]), "attended-more-than-enrolled"),
            (f["successor"] in self.things, "fact-exists"),
            (name == "revoke-rights" and self._no("evidence", f["evidence"]), "evidence-unknown"),
            (name == "review-access" and old.kind != "", "access-reviewed"),
            (name in NEW and old.kind != "", f"{kind}-exists"),
            (online and f["subjects"], "consent-for-one"),
            (online and not f["attachments"] and not f["evidence_digest"], "evidence-missing"),
            (evidence and self._no("person", f["person"]), "person-unknown"),
            (name == "merge-records" and f["other"] == self.learner, "merge-with-self"),
            (review and old.kind not in ("", "review"), "review-unknown"),
            (name in SETS and old.kind not in ("", kind), f"{kind}-exists"),
            (name == "merge-records" and old.status == "merged", "already-merged"),
            (name == "withhold-line" and old.status == "withheld", "line-withheld"),
            (kind == "person" and old.status in ("linked", "revoked"), "person-linked"),
            (name == "grant-consent" and _not_after(f["expires"], start), "expires-before-start"),
            (review and old.status == "held", "review-held"),
            (review and not f["participants"], "review-without-participants"),
            (review and _not_after(f["next_due"], start), "next-before-review"),
            *(self._of_what_was_given(name, f) if "party_name" in f else []),
            (name in PAPERS and start is None, "start-unknown"),
        ]

    def _of_what_was_given(self, name: str, f: Fields) -> Broken:
        missing = (f["party"] is None and f["party_name"] is None, "party-missing")
        if name == "record-request-refused":
            return [missing]
        code, to = f["ground"], GROUNDS.get(f["ground"])
        decided = f["reason"] is not None and (code is None or f["decided_by"] is not None)
        return [
            missing,
            (code is not None and code not in GROUNDS, "ground-unknown"),
            ((code is None or to == "a person") and not decided, "decision-missing"),
            (code in GROUNDS and to is None, "ground-not-for-giving"),
            (isinstance(to, set) and to.isdisjoint(f["kinds"]), "ground-for-others"),
            (code == "FERPA-99.30" and f["consent"] is None, "consent-missing"),
            (self._no("consent", f["consent"]), "consent-unknown"),
            (self._no("emergency", f["emergency"]), "emergency-unknown"),
        ]

    def _of_the_step(self, name: str, f: Fields, today: date, start: date | None) -> Broken:
        field, kind, allowed, _, otherwise = STEPS[name]
        thing = self.things.get(f[field], Thing())
        forms = dict(entry.split(":") for entry in FACTS.get(thing.made_by, "").split())
        other_class = f["data_class"] not in (None, thing.data_class)
        back = start is None or _after(f["received_on"] or today, start)
        second = name in ("confirm-consent", "review-emergency-opening")
        looked = name == "review-survey-answer"
        added = f["interest"] is not None or f["threat"] is not None
        confirms = name == "confirm-fact"
        line = thing if confirms else self.things.get(thing.line, thing)
        began = line.since if thing.line else thing.since
        ahead = _after(began, today)  # called off, on whatever day
        too_early = not ahead and _ended_by(f["effective"], began)
        until = (f["effective"] or {"until": None})["until"]
        moves = name in REDATES and f["effective"] and not until and start != thing.since
        follows = name == "supersede-fact"
        ends, shares = name in ("withdraw-consent", "void-consent"), name == "share-note"
        withdrawn = name in ("withdraw-consent", "withdraw-online-consent")
        return [
            (thing.kind != kind, "consent-never-granted" if ends else f"{kind}-unknown"),
            (kind == "fact" and self._anothers(thing), "fact-unknown"),
            (looked and thing.made_by != "answer-survey", "fact-not-an-answer"),
            (field == "support" and thing.made_by != "start-support", "not-a-support"),
            (field == "support" and thing.status == "retracted", "fact-retracted"),
            (thing.status not in allowed.split(), otherwise.format(thing.status)),
            (second and thing.by == self.by, "second-person-needed"),
            (name == "complete-disclosure" and not added, "nothing-added"),
            (name in KEEP_CLASS and other_class, "change-keeps-class"),
            *(_new_value(forms.get(new), value) for new, value in (f["changes"] or {}).items()),
            *_days(f["changes"] or {}),
            (shares and thing.data_class is not PRIVATE, "not-a-private-note"),
            (shares and f["data_class"] is not None, "shared-note-is-education"),
            (f["becomes"] is thing.data_class, "class-unchanged"),
            (f["becomes"] is PRIVATE, "never-private-again"),
            (withdrawn and f["effective"] and back, "withdrawal-retroactive"),
            (name in ENDS and too_early, "end-before-start"),
            (name in GOES_ON and too_early, "step-before-start"),
            (confirms and self._superseded(f["fact"], start), "fact-superseded"),
            (moves and _not_after(thing.until, start), "end-before-start"),
            (follows and _not_after(thing.until, start), "support-ended"),
            (follows and _after(until, thing.until), "support-ended"),
        ]

    def _of_all(self, name: str, f: Fields, today: date, start: date | None) -> Broken:
        about, parts = sorted(f["subjects"]), sorted(part["learner"] for part in f["parts"])
        record = f["data_class"] in (RECORD_CLASSES if name not in LOGGED else ORDINARY)
        return [
            (name not in ANY_CLASS and not record, "data-class-not-allowed"),
            (self.learner in about, "subject-is-self"),
            (parts != about or len(set(parts)) != len(parts), "content-under-another-key"),
            (_after(f["received_on"], today), "received-in-future"),
            (name not in MAY_LIE_AHEAD and _after(start, today), "effective-in-future"),
        ]

    def _happen(self, name: str, f: Fields, start: date | None) -> None:
        """What the accepted command makes of the record."""
        if name in ("register-learner", "change-details"):
            self.things[DETAILS] = Thing("details", "known", self.version)
        if name in NEW or name in SETS:
            field, kind, status = NEW.get(name) or SETS[name]
            special = name == "record-accommodation"
            usual = DataClass.SPECIAL_ED if special else DataClass.EDUCATION
            by = f["author"] or self.by if f["data_class"] is PRIVATE else self.by
            made = Thing(kind, status, self.version, name, f["data_class"] or usual, by=by)
            made.since = start
            self.things[f[field]] = made
        if name in STEPS and name != "make-comment":
            self._step(name, f, start)

    def _step(self, name: str, f: Fields, start: date | None) -> None:
        field, _, _, becomes, _ = STEPS[name]
        thing = self.things[f[field]]
        thing.version = self.version
        thing.status = thing.status if becomes == "=" else becomes
        shared = DataClass.EDUCATION if name == "share-note" else None
        thing.data_class = shared or f["becomes"] or thing.data_class
        if name == "supersede-fact":
            since = start if _for_good(f) else None
            self.things[f["successor"]] = replace(thing, line=thing.line or f["fact"], since=since)
        if name in REDATES and f["effective"]:
            thing.since = start if _for_good(f) or not thing.line else None
            if thing.status == "ended":
                thing.until = f["effective"]["until"] or thing.until
        if name == "retract-fact":
            for follower in [t for t in self.things.values() if t.line == f["fact"]]:
                follower.status, follower.version = "retracted", self.version
        if name == "end-support":
            thing.until = start
            line = thing.line or f["support"]
            for item, value in self.things.items():
                if line in (item, value.line) and value.status == "running":
                    value.status, value.version = "ended", self.version
                    value.until = start

    def _superseded(self, fact: UUID, day: date | None) -> bool:
        """Whether another value had taken an entry's place for good by a day."""
        thing = self.things.get(fact, Thing())
        begun = thing.line is None or (thing.since is not None and not _after(thing.since, day))
        values = [
            (value.since, n, item)
            for n, (item, value) in enumerate(self.things.items())
            if value.line == (thing.line or fact) and value.status != "retracted"
            if day is not None and _not_after(value.since, day)
        ]
        return begun and bool(values) and max(values, key=lambda v: v[:2])[2] != fact

    def _anothers(self, thing: Thing) -> bool:
        return thing.data_class is PRIVATE and thing.by != self.by

    def _no(self, kind: str, item: UUID | None) -> bool:
        return item is not None and self.things.get(item, Thing()).kind != kind


def reviewed_for(f: Fields) -> UUID | None:
    """What a review of an access is known by: the access, and the entry that came later."""
    return uuid5(f["access"], str(f["late_entry"])) if f["late_entry"] else None


def _after(a: Any, b: Any) -> bool:
    return a is not None and b is not None and bool(a > b)


def _ended_by(effective: Any, day: date | None) -> bool:
    """True where all of the day, month, term or year lies before a day."""
    lasts = {"day": 1, "month": 31, "term": 366, "year": 366}
    start = (effective or {"start": None})["start"]
    return start is not None and _not_after(start + timedelta(lasts[effective["precision"]]), day)


def _for_good(f: Fields) -> bool:
    """What is to hold for a stretch of days only takes nothing's place for good."""
    return f["effective"] is None or f["effective"]["until"] is None


def _not_after(a: Any, b: Any) -> bool:
    return a is not None and b is not None and bool(a <= b)


def _new_value(form: str | None, value: Any) -> tuple[bool, str]:
    return form is None or not _fits(form, value), "value-not-allowed" if form else "not-a-field"


def _days(changes: Mapping[str, Any]) -> Broken:
    attended, enrolled = changes.get("days_attended"), changes.get("days_enrolled")
    both = _fits("d", attended) and _fits("d", enrolled)
    return [
        (("days_attended" in changes) != ("days_enrolled" in changes), "days-go-together"),
        (both and _after(attended, enrolled), "attended-more-than-enrolled"),
    ]


def _fits(form: str, value: Any) -> bool:
    if value is None:
        return form.endswith("?")
    if form == "t":
        return isinstance(value, list) and all(_fits("s", v) for v in value)
    if form[0] == "s":
        return isinstance(value, str) and value.strip() != ""
    number = isinstance(value, int | float) and isfinite(value)
    least = 1 if form == "d+" else 0
    return number and (form[0] != "d" or least <= value <= 1000)
