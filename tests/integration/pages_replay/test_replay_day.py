"""The replay page of one day: both questions, where they differ, and what is missing."""

import re
from dataclasses import replace
from html import unescape

import pytest

from api.pages import words
from api.pages.said import said
from domain.identity import SetProtectedContact
from domain.words import Retention
from store.keys import KeyId
from tests.installation import record
from tests.integration.pages_replay.browsing import District, part

# -- the two questions --------------------------------------------------------------------------


def test_the_page_is_found_from_every_page_of_the_learner_which_say_as_of_when(
    district: District,
) -> None:
    today = words.day(district.system.context().today)
    for path in ("", "/timeline", "/audit"):
        answer = district.get(path)
        assert f'href="/learners/{district.nadia.learner}/replay"' in answer.text, path
        asof = re.search(r'<p class="asof">.*?</p>', answer.text, re.S)
        assert asof is not None
        read = " ".join(re.sub(r"<[^>]+>", " ", asof[0]).split())
        assert f"Nadia Flores as of today, {today} as known now, {today}, " in read
        assert read.endswith("Look at another day")
    blank = district.read("/replay")
    assert "On which day?" in blank
    assert "What we know today about that day" in blank
    assert "What our file said on that day" in blank
    assert "Goals" not in blank, "nothing was asked yet"


def test_what_our_file_said_is_what_stood_in_it_right_or_wrong(district: District) -> None:
    read = district.on("2025-03-14", "then")
    assert (
        "Nadia Flores as it stood on 14 March 2025 as our file knew it at the end of that day "
        "up to no. 15 of the district’s record" in read
    )
    assert "Reading 170 5 February 2025" in read
    assert "North High, Grade 8 · 13 years old that day" in read
    assert "Read 90 words a minute. 40% 40% of the way" in read
    assert "in 91 days , counted from that day" in read
    assert "What our file said on this day" in read
    assert "Leads the robotics team. Recorded" not in read.partition("Goals ")[2]


def test_what_we_know_today_has_what_was_learnt_and_corrected_since(district: District) -> None:
    read = district.on("2025-03-14", "now")
    assert "Nadia Flores as it stood on 14 March 2025 as we know it now, " in read
    profile = read.partition("13 years old that day")[2]
    assert "Reading 190 5 February 2025" in profile
    assert "Reading 170" not in profile
    assert "cello" not in profile
    assert "Learnt late: our file did not say this on 14 March 2025." in profile
    assert "Our file said something else on 14 March 2025. What our file said then" in profile


def test_the_three_dates_of_a_consent_are_told_apart(district: District) -> None:
    html = district.get("/replay?on=2025-03-14&known=now").text
    assert (
        "Signed, and holds from 10 March 2025 Reached the school 12 March 2025 by a signed form "
        "Entered here 10 April 2025, 1:00 pm by Ms Rivera" in part(html, "consents")
    )
    assert "had not reached" not in part(html, "consents")
    between = part(district.get("/replay?on=2025-03-11&known=now").text, "consents")
    assert "On this day it was signed, but had not reached the school yet." in between
    assert "Bright Path" not in part(
        district.get("/replay?on=2025-03-14&known=then").text, "consents"
    )
    after = part(district.get("/replay?on=2025-06-01&known=now").text, "consents")
    assert "Consents not in force Consent withdrawn" in after
    assert "Withdrawn from 19 May 2025, which reached the school on 18 May 2025" in after


def test_today_both_questions_are_one(district: District) -> None:
    today = district.system.context().today.isoformat()
    read = district.on(today, "then")
    assert "This is today: what our file says of it and what we know of it are the same." in read
    assert "as our file knows it now, " in read


# -- where they differ --------------------------------------------------------------------------


DIFFERS = [
    "Learnt late 4",
    "Consent : For the work of Bright Path Tutoring, to Bright Path Tutoring Recorded here 10",
    "Corrected since 2",
    "Reading: 190 Recorded here 10 April 2025 by Ms Rivera, because: Digits swapped in typing.",
    "It read our file Reading: 170 today Reading: 190",
    "our file Does not care about homework. today Missed four assignments while ill.",
    "Taken back since 1",
    "Played the cello at assembly. Taken back on 10 April 2025, because it was about another",
    "How it went on 1",
    "Support : Reading group: Twice a week. It held until 15 May 2025. Recorded here 20 May 2025",
    "Said about it since 1",
    "The family’s statement by Elena Flores, mother, 9 April 2025.",
]


@pytest.mark.parametrize("known", ["then", "now"])
def test_a_banner_says_what_differs_between_the_two_questions(
    district: District, known: str
) -> None:
    banner = part(district.get(f"/replay?on=2025-03-14&known={known}").text, "differs")
    shown = "what our file said" if known == "then" else "what we know today"
    assert "What our file said that day, and what we know today, are not the same" in banner
    assert f"You see {shown}. 9 entries differ:" in banner
    for told in DIFFERS:
        assert told in banner
    other = "now" if known == "then" else "then"
    assert (
        f'href="?on=2025-03-14&amp;known={other}"'
        in district.get(f"/replay?on=2025-03-14&known={known}").text
    )


def test_every_link_to_an_entry_leads_to_it(district: District) -> None:
    asked = ["?on=2025-03-14&known=then", "?on=2025-03-14&known=now",
             "?on=2025-06-01&known=then&since=2025-03-14",
             "?on=2025-06-01&known=now&since=2024-12-01"]  # fmt: skip
    followed = 0
    for query in asked:
        html = district.get(f"/replay{query}").text
        for href in re.findall(r'href="([^"]*#[^"]+)"', html):
            page, _, name = unescape(href).partition("#")
            target = district.get(f"/replay{page}").text if page else html
            assert f'id="{name}"' in target, (query, href)
            followed += page.startswith("?")
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids)), "an id stands once"
    assert followed > 10


def test_what_was_taken_back_is_marked_for_the_custodian(district: District) -> None:
    read = district.on("2025-03-14", "then").partition("13 years old that day")[2]
    assert (
        "Played the cello at assembly. Recorded 7 February 2025 by Ms Rivera Taken back on 10 "
        "April 2025, because it was about another learner. Shown to you as custodian only." in read
    )
    assert (
        "Does not care about homework. Recorded 7 February 2025 by Ms Rivera Amended at the "
        "family’s request on 10 April 2025: this is how it read before. Shown to you as "
        "custodian only." in read
    )


def test_where_nothing_differs_the_page_says_so(district: District) -> None:
    read = district.on("2025-09-01", "then", learner=district.khoi.learner)
    assert "Both questions have the same answer Nothing about this day was learnt late" in read


# -- what is not there --------------------------------------------------------------------------


def test_not_known_then_and_never_existed_are_two_answers(district: District) -> None:
    html = district.get("/replay?on=2025-03-14&known=then").text
    assert "Not known then. Our file learnt of 1 entry here later." in part(html, "interests")
    assert 'href="?on=2025-03-14&amp;known=now#interests"' in html
    assert (
        "For this day nothing was recorded by then, nor has anything been since, under: "
        "Aspirations, " in part(html, "never")
    )
    assert "Never existed. Nothing was recorded here for this day, neither by then nor since." in (
        part(html, "reviews")
    )
    for name in ("Never existed", "Not known then", "Before our file began", "Erased", "Withheld"):
        assert f"<dt>{name}</dt>" in html


@pytest.mark.parametrize("known", ["then", "now"])
def test_an_opt_out_without_a_consent_and_evidence_without_anybody_stand_alone(
    district: District, known: str
) -> None:
    page = district.get(f"/replay?on=2025-09-20&known={known}", district.ivo.learner)
    assert page.status_code == 200
    consents, people = part(page.text, "consents"), part(page.text, "people")
    assert "No consent was in force. Opt-outs" in consents
    assert "photographs" in consents
    assert "Nobody was recorded as responsible." in people
    assert "A guardian is to be named." in people


def test_what_was_taken_back_leaves_nothing_in_what_we_know(district: District) -> None:
    html = district.get("/replay?on=2025-02-08&known=now").text
    assert "cello" not in part(html, "strengths")
    assert "Nothing is recorded here for this day." in part(html, "reviews")


def test_before_our_file_began_the_sources_word_is_told_as_such_and_with_its_time(
    district: District,
) -> None:
    read = district.on("2025-03-14", "then", learner=district.khoi.learner)
    assert (
        "Before our file began Our file on Khôi Phạm began on 20 August 2025, 1:00 pm. On 14 "
        "March 2025 there was no such file here, so it said nothing." in read
    )
    assert "It is their word and their time , brought in here later" in read
    assert "Plays the guitar." in read
    assert "Lakeside SIS says that it recorded this on 6 February 2025, 9:04 am." in read
    assert "Likes maps." in read
    assert "Lakeside SIS says so, and does not say since when it has had it." in read
    assert "Sings, too." not in read, "the source says that it recorded this later"
    assert "New in class" not in read, "no source ever said this"
    now = district.on("2025-03-14", "now", learner=district.khoi.learner)
    assert "Our file said none of this on that day" in now
    assert "Sings, too." in now


def test_before_anything_was_recorded_at_all_the_page_says_so(district: District) -> None:
    read = district.on("2024-08-25", "then")
    assert "nothing recorded in the district by then" in read
    assert "the district had no file here at all, so it said nothing." in read
    assert "No other system says that it held anything then." in read


def test_an_erased_entry_says_so_on_the_page_of_a_past_day(district: District) -> None:
    file = district.bea
    district.system.mapper.keys.destroy(
        KeyId(district.system.settings.tenant, file.learner, Retention.PROFILE)
    )
    for known in ("then", "now"):
        html = district.get(f"/replay?on=2025-09-16&known={known}", file.learner).text
        assert "The content was erased." in part(html, "strengths")
        assert "To forget." not in html


def test_a_withheld_entry_has_no_words(district: District) -> None:
    reader = district.system.reader
    [held, *_] = reader.profile(district.nadia.learner, district.system.context().today)
    told = said(replace(held, withheld=True, body={}))
    assert (told.title, told.text, told.facts) == (None, None, ())


def test_contact_details_that_are_protected_today_are_so_on_every_day(district: District) -> None:
    learner = district.khoi.learner
    position = record(district.system, learner, SetProtectedContact(protected=True)).position
    assert district.system.reader.wait_for(position, timeout=30)
    for known in ("then", "now"):
        read = district.on("2025-03-14", known, learner=learner)
        assert "Contact details are protected today." in read


# -- records of one person, and entries on another's --------------------------------------------


def test_merged_records_are_told_with_when_and_what_comes_from_which(district: District) -> None:
    for path in ("", "/timeline", "/replay?on=2025-06-10&known=then"):
        read = district.read(path)
        assert (
            "Two records of Nadia Flores were merged on 2 June 2025 by Ms Rivera . The reason "
            "given: Same birth certificate. Entries from the record with the local number 4711-B "
            "are here too, and say so." in read
        ), path
        assert (
            "From the record with the local number 4711-B, which was merged with this one." in read
        ), path
    assert f"/learners/{district.double}/audit" in district.get("/audit").text
    other = district.read("", district.double)
    assert "From the record with the local number 4711, which was merged with this one." in other
    before = district.on("2025-06-01", "then")
    assert "It came with another record, when the two were merged." in before
    assert "grandmother" not in before.partition("years old that day")[2]


def test_an_entry_on_anothers_record_says_so_and_does_not_name_the_other(
    district: District,
) -> None:
    for path in ("", "/timeline", "/audit", "/replay?on=2025-06-10&known=now"):
        html = district.get(path).text
        assert "Carried the wood." in html, path
        assert "Bruno" not in html, path
        assert "nother learner’s record" in html, path
