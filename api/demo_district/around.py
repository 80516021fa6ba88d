"""What stands around a learner's story: family, consents, opt-outs, and changes to entries."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.demo_district import stories
from api.demo_district.calendar import DAY, school_day_from
from api.demo_district.seeds import chance
from api.demo_district.staff import OFFICER, any_teacher, counselor, homeroom, principal
from api.demo_district.stories import band
from api.demo_district.texts import catalog
from api.demo_district.year import Pages, Told, Year
from domain.changes import ConfirmFact, CorrectFact, SupersedeFact
from domain.consent import (
    AllowSurvey,
    AskToSeeSurvey,
    DeclineAssent,
    GiveAssent,
    GrantConsent,
    LiftDirectoryOptOut,
    OfferSurvey,
    RefuseSurvey,
    SendConsentNotice,
    SendSurveyNotice,
    SetDirectoryOptOut,
    ShowSurvey,
    VoidConsent,
    WithdrawConsent,
)
from domain.effective import Effective
from domain.facts import AnswerSurvey, GiveFamilyInput, MakeComment, RecordObservation
from domain.words import Area

HOW = ("a note in the folder", "a phone call", "at pick-up", "at the conference", "an email")
PAPER = "paper, signed and dated"
METHODS = (PAPER, "the district's consent form, signed on a tablet")
HOUSEHOLDS = "Household survey, version 1"
SCREENER = (
    ("What do you like most about coming here?", "My friends, and lunch."),
    ("Is somebody at home often worried about money?", "Sometimes."),
)
OPT_OUTS = ("photographs", "name and grade in the yearbook", "all directory information")


def tell_family(pages: Pages, year: Year) -> None:
    """What the family says, in its own language where that was written down."""
    book, rng, person = pages.book, pages.rng, pages.person
    book.grade = year.grade
    ages = band(year.grade)
    for semester in year.semesters:
        if not chance(rng, 0.42):
            continue
        own = f"{person.language} {ages}" in stories.FAMILY and chance(rng, 0.8)
        language = person.language if own else "en"
        about_need = language == "en" and bool(pages.traits.needs) and chance(rng, 0.35)
        text = pages.tell.pick(
            stories.NEEDS[pages.traits.needs[0]]["family"]
            if about_need
            else stories.FAMILY[f"{language} {ages}"]
        )
        if text is None:
            continue
        interpreted = person.language != "en" and not own
        book.put(
            GiveFamilyInput,
            year.school.between(rng, semester, 0.1, 0.95),
            rng.choice(person.adults),
            fact=book.id(f"family {text}"),
            area=Area.NEEDS if about_need else Area.BACKGROUND,
            text=text,
            language=language,
            received_how="a phone call, through an interpreter" if interpreted else rng.choice(HOW),
        )


def tell_consents(pages: Pages, year: Year) -> None:
    """The yearly notice, and now and then a consent, the learner's word on it, and its end."""
    book, rng, label = pages.book, pages.rng, year.school.label
    book.grade = year.grade
    office = principal(year.grade)
    book.put(
        SendConsentNotice,
        year.school.between(rng, year.joins, 0.0, 0.04),
        office,
        notice=book.id(f"notice {label}"),
        text_version=f"consent-{year.school.start}-1",
        recipient=" and ".join(a.name for a in pages.person.adults),
    )
    if not chance(rng, 0.5):
        return
    day = year.school.between(rng, year.joins, 0.10, 0.60)
    consent = book.id(f"consent {label}")
    suited = [s for s in catalog.SHARING if s[0] <= year.grade <= s[1]]
    grant(pages, year, consent, day, rng.choice(suited))
    if year.grade >= 4 and chance(rng, 0.7):
        agrees = chance(rng, 0.9)
        text = pages.tell.pick(stories.ASSENT["given" if agrees else "declined"])
        kind = GiveAssent if agrees else DeclineAssent
        book.put(kind, school_day_from(day + DAY), pages.person, consent=consent, text=text)
    end = year.school.between(rng, 1, 0.65, 0.95)
    if chance(rng, 0.15):
        adult = rng.choice(pages.person.adults)
        reason = rng.choice(
            ("The tutoring has stopped.", "We changed our minds.", "Not needed now.")
        )
        book.put(WithdrawConsent, end, adult, consent=consent, received_on=end, reason=reason)
    elif chance(rng, 0.04):
        reason = "Signed by an older sister, who does not hold the right to sign."
        book.put(VoidConsent, end, OFFICER, consent=consent, reason=reason)


def grant(
    pages: Pages,
    year: Year,
    consent: UUID,
    day: date,
    sharing: tuple[int, int, tuple[str, ...], str, str],
    **fields: Any,
) -> None:
    """A consent signed by one of the learner's adults, until the end of the school year."""
    adult = pages.rng.choice(pages.person.adults)
    _, _, records, purpose, recipient = sharing
    drawn = pages.rng.choice(METHODS)
    method = fields.pop("method", drawn)
    if method == PAPER:  # which comes by the learner's folder, and is keyed in by somebody
        fields.setdefault("received_on", school_day_from(day + DAY))
    else:
        fields |= {"received_on": day, "entered": day}
    pages.book.put(
        GrantConsent,
        day,
        adult,
        consent=consent,
        records=records,
        purpose=purpose,
        recipient=recipient,
        signer=adult.id,
        signer_name=adult.name,
        capacity=adult.relation,
        method=method,
        expires=date(year.school.start + 1, 7, 1),
        language=pages.person.language if pages.person.language in ("es", "ar", "vi") else "en",
        notice_shown=f"consent-{year.school.start}-1",
        **fields,
    )


def tell_opt_outs(pages: Pages, years: Sequence[Year]) -> None:
    """One family in eleven keeps directory information back; some lift it later."""
    book, rng = pages.book, pages.rng
    if not chance(rng, 0.09):
        return
    year = rng.choice(years)
    book.grade = year.grade
    adult = rng.choice(pages.person.adults)
    day = year.school.between(rng, year.joins, 0.02, 0.1)
    opt_out = book.id("opt-out")
    book.put(SetDirectoryOptOut, day, adult, opt_out=opt_out, scope=rng.choice(OPT_OUTS))
    if chance(rng, 0.4):
        book.put(LiftDirectoryOptOut, year.school.between(rng, 1, 0.5, 0.9), adult, opt_out=opt_out)


def tell_survey(pages: Pages, years: Sequence[Year]) -> None:
    """A required survey about income: of forty families one allows it, and another says no."""
    answer = pages.person.number % 40
    whole = [year for year in years[:-1] if year.joins == 0]
    if answer not in (33, 34) or not whole:
        return
    book, year, adult = pages.book, whole[-1], pages.person.adults[0]
    book.grade = year.grade
    told = school_day_from(year.school.first + 40 * DAY)
    said, asked = school_day_from(told + 5 * DAY), school_day_from(told + 15 * DAY)
    book.put(
        SendSurveyNotice,
        told,
        OFFICER,
        survey=book.id("survey notice"),
        instrument=HOUSEHOLDS,
        text_version=f"ppra-{year.school.start}",
        recipient="all who hold the rights",
    )
    own: dict[str, Any] = {"survey": book.id("survey answer"), "instrument": HOUSEHOLDS}
    if answer == 34:
        book.put(RefuseSurvey, said, adult, **own)
        return
    ask = book.id("survey asked for")
    book.put(AskToSeeSurvey, told + DAY, adult, survey=ask, instrument=HOUSEHOLDS)
    book.put(ShowSurvey, school_day_from(told + 3 * DAY), OFFICER, survey=ask)
    book.put(AllowSurvey, said, adult, signer=adult.id, signer_name=adult.name, method=PAPER, **own)
    by = homeroom(year.grade, pages.person.section)
    book.put(OfferSurvey, asked, by, survey=book.id("survey households"), instrument=HOUSEHOLDS)


def tell_screener(pages: Pages, years: Sequence[Year]) -> None:
    """Of four learners, what a vendor's export brought: nobody published that survey here, so it
    waits for the privacy officer.
    """
    if pages.person.number % 60 != 11:
        return
    book, year = pages.book, years[-1]
    book.grade = year.grade
    day = school_day_from(year.school.first + 30 * DAY)
    for number, (question, answer) in enumerate(SCREENER):
        book.put(
            AnswerSurvey,
            day,
            pages.person,
            fact=book.id(f"screener {number}"),
            area=Area.SOCIAL_EMOTIONAL,
            instrument="Student screener, fall form",
            question=question,
            answer=answer,
            received_on=day,
            received_how="an export of the student screener",
        )


def tell_changes(pages: Pages, years: Sequence[Year]) -> None:
    """Comments, confirmations, a corrected score and an interest that another one followed."""
    for year in years:
        pages.book.grade = year.grade
        here = [t for t in pages.told if year.school.first <= t.day <= year.school.last]
        _comments(pages, year, [t for t in here if t.kind == "observation"])
        _confirmation(pages, year)
        _correction(pages, year, [t for t in here if t.kind.startswith("score")])
    _interest(pages, years)


def _comments(pages: Pages, year: Year, observations: Sequence[Told]) -> None:
    rng, person = pages.rng, pages.person
    for told in rng.sample(observations, min(1 + chance(rng, 0.15), len(observations))):
        about = "needs" if told.area is Area.NEEDS else "staff"
        family = about == "staff" and chance(rng, 0.35)
        text = pages.tell.pick(stories.COMMENTS["family" if family else about])
        others = [
            s
            for s in (
                any_teacher(rng, year.grade, person.section),
                homeroom(year.grade, person.section),
                counselor(year.grade),
            )
            if s != told.by
        ]
        by = rng.choice(person.adults) if family else others[0]
        day = school_day_from(told.day + timedelta(days=rng.randint(1, 9)))
        if text and day <= year.school.last:
            pages.book.put(MakeComment, day, by, fact=told.fact, text=text)


def _confirmation(pages: Pages, year: Year) -> None:
    rng = pages.rng
    day = year.school.between(rng, 1, 0.3, 0.8)
    lasting = (Area.INTERESTS, Area.STRENGTHS, Area.LEARNING_PREFERENCES)
    old = [
        t
        for t in pages.told
        if t.area in lasting and t.kind == "observation" and 60 < (day - t.day).days < 500
    ]
    if old and chance(rng, 0.7):
        note = pages.tell.pick(stories.CONFIRMED)
        by = homeroom(year.grade, pages.person.section)
        pages.book.put(ConfirmFact, day, by, fact=rng.choice(old).fact, note=note)


def _correction(pages: Pages, year: Year, scores: Sequence[Told]) -> None:
    rng = pages.rng
    if not scores or not chance(rng, 0.03):
        return
    told = rng.choice(scores)
    score = int(told.kind.split()[1]) + rng.choice((-3, -2, 2, 3, 4))
    pages.book.put(
        CorrectFact,
        school_day_from(told.day + timedelta(days=rng.randint(9, 30))),
        homeroom(year.grade, pages.person.section),
        effective=None,
        fact=told.fact,
        changes={"score": str(score)},
        ground="One page of the answer sheet was not scanned; scored again by the county office.",
    )


def _interest(pages: Pages, years: Sequence[Year]) -> None:
    """What the learner names as the favorite thing, and what took its place."""
    book, rng = pages.book, pages.rng
    first = years[0]
    book.grade = first.grade
    favorite, later = pages.traits.interests
    fact = book.id("favorite")
    day = first.school.between(rng, first.joins, 0.03, 0.12)
    by = homeroom(first.grade, pages.person.section)
    text = f"Asked for a favorite thing, {pages.person.called} said: {favorite}."
    book.put(RecordObservation, day, by, fact=fact, area=Area.INTERESTS, text=text)
    year = next((y for y in years if y.school is pages.turns), None)
    if year is None:
        return
    book.grade = year.grade
    day = year.school.between(rng, 0, 0.1, 0.4)
    book.put(
        SupersedeFact,
        day,
        homeroom(year.grade, pages.person.section),
        effective=Effective(start=day),
        fact=fact,
        successor=book.id("favorite, later"),
        changes={"text": f"The favorite thing is now {later}; {favorite} comes second."},
    )
