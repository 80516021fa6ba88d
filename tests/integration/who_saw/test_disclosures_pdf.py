"""The record of disclosures as a PDF: what its page tells, for the same people, and accessible."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from api import pdf
from api.pages import disclosures_pdf
from api.pages.words import day
from domain.access.words import Action, PartyKind
from domain.disclosures import Channel, RecordDisclosure
from tests.integration.who_saw.conftest import District, learner_of
from tests.integration.who_saw.test_who_saw_exports import note_many
from tests.people import since, tell

PAGE = "/learners/{}/disclosures"
PATHS = ("/learners/{}/disclosures.pdf", "/v1/learners/{}/disclosures.pdf")
INVISIBLE = re.compile("[\u200b\u2066-\u2069\u202a-\u202e\\s]")
MARKUP = '#include("/etc/passwd") *bold* _it_ $x^2$ @ref <label> `raw` [a] // b \\ = #"#"'
SECRET = "Aurelia"


def give(district: District, learner: UUID, party: str, **more: Any) -> None:
    """Something given by phone, as it is entered by hand."""
    given: dict[str, Any] = {
        "disclosure": uuid4(),
        "kinds": (PartyKind.OTHER,),
        "party_name": party,
        "records": ("grades",),
        "purpose": "study",
        "interest": "Plans the tutoring.",
        "how": Channel.PHONE,
        "reason": "Asked by phone.",
        "effective": since(district.system, 3),
    }
    tell(district.system, learner, RecordDisclosure(**{**given, **more}))


def get(district: District, who: str, learner: UUID, path: str = PATHS[0]) -> httpx.Response:
    return district.as_(who).get(path.format(learner))


def printed(district: District, learner: UUID, who: str = "officer") -> PdfReader:
    """The PDF as somebody gets it who may have it."""
    answer = get(district, who, learner)
    assert answer.status_code == 200, answer.text
    return PdfReader(io.BytesIO(answer.content))


def squeezed(text: str) -> str:
    """A text without blanks, and without what turns or breaks it and is not seen."""
    return INVISIBLE.sub("", text)


def read(document: PdfReader) -> str:
    """What the sheets say between their headers and footers."""
    sheets = []
    for sheet in document.pages:
        text = sheet.extract_text()
        sheets.append(re.sub(r"page\d+of\d+$", "", squeezed(text)))
    return "".join(sheets)


def rows_of(html: str) -> list[str]:
    """The lines of the page's tables."""
    found = re.findall(r"<tr>(.*?)</tr>", html.partition("<tbody>")[2], re.DOTALL)
    lines = [row for row in found if "<td" in row]
    return [squeezed(unescape(re.sub(r"<[^>]+>", "", row))) for row in lines]


def tags(document: PdfReader) -> list[DictionaryObject]:
    """The structure of the document, in the order in which it is read out."""

    def below(node: Any) -> Iterator[DictionaryObject]:
        node = node.get_object()
        if isinstance(node, DictionaryObject) and "/S" in node:
            yield node
        kids = node.get("/K", []) if isinstance(node, DictionaryObject) else node
        for kid in kids if isinstance(kids, list) else [kids]:
            if isinstance(kid.get_object(), DictionaryObject | list):
                yield from below(kid)

    return list(below(document.root_object["/StructTreeRoot"]))


def kinds(document: PdfReader) -> list[str]:
    return [str(tag["/S"]) for tag in tags(document)]


@pytest.fixture(scope="module")
def cleo(district: District) -> UUID:
    """A learner of whom something was asked for and given, to several parties."""
    learner = learner_of(district.system, "Cleo", district.people["parent"].id)
    give(district, learner, "County Clinic", interest="Plans the therapy.\nEvery second week.")
    give(district, learner, "Bright Path Tutoring", records=("grades", "attendance"))
    note_many(
        district, learner, 1, action=Action.DISCLOSED, code="FERPA-99.31-a-9-ii", facts=(),
        purpose="legal-process",
    )  # fmt: skip
    return learner


# -- what it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "parent"])
def test_the_pdf_tells_the_lines_of_the_page_and_no_other(
    district: District, cleo: UUID, who: str
) -> None:
    html = district.page(who, PAGE.format(cleo))
    lines = rows_of(html)
    document = printed(district, cleo, who)
    told = read(document)
    assert len(lines) == 3
    assert all(line in told for line in lines)
    assert kinds(document).count("/TR") == len(lines) + 1
    for sentence in re.findall(r"Not listed[^<]+", html):
        assert squeezed(sentence.replace("Who saw this learner", "")) in told
    assert "Nobodyelsehadaccesstospecialeducationrecords." in told


def test_the_pdf_says_whose_record_it_is_and_as_of_when(district: District, cleo: UUID) -> None:
    document = printed(district, cleo)
    told = " ".join(document.pages[0].extract_text().split())
    today = day(district.system.context().today)
    assert "Record of requests and disclosures of Cleo Lopez" in squeezed_title(document)
    assert f"As of {today}, as known on {today}, " in told
    assert district.system.zone.key in told
    assert "Maple County Schools" in told
    assert f"page 1 of {len(document.pages)}" in told


def squeezed_title(document: PdfReader) -> str:
    assert document.metadata is not None
    return str(document.metadata.title)


def test_a_family_is_not_told_why_somebody_was_refused(district: District, cleo: UUID) -> None:
    learner = learner_of(district.system, "Dora", district.people["parent"].id)
    note_many(
        district, learner, 1, name="Somebody Else", action=Action.DISCLOSED, allowed=False,
        code="FERPA-99.31-d", facts=(),
    )  # fmt: skip
    assert "No,refused:" in read(printed(district, learner))
    family = read(printed(district, learner, "parent"))
    assert "No,refused" in family
    assert "No,refused:" not in family


def test_what_is_sealed_is_not_in_the_familys_pdf(district: District) -> None:
    learner = learner_of(district.system, "Edda", district.people["parent"].id)
    note_many(district, learner, 1, action=Action.DISCLOSED, code="USC-1232g-b-1-L", facts=())
    schools = read(printed(district, learner))
    assert "1line,theearliestfirst" in schools
    assert "nottobehandedtothefamily" in schools
    assert "MapleCountySchools,theschool’sowncopy" in schools
    family = read(printed(district, learner, "parent"))
    assert "owncopy" not in family
    assert "Nobodyelseaskedforthisrecordorreceivedanythingofit." in family


def test_many_lines_go_over_sheets_that_each_begin_with_the_header(district: District) -> None:
    learner = learner_of(district.system, "Many")
    note_many(district, learner, 90, action=Action.DISCLOSED, code="FERPA-99.31-a-9-ii", facts=())
    document = printed(district, learner)
    sheets = [squeezed(page.extract_text()) for page in document.pages]
    assert len(sheets) > 3
    assert all("DayWhoaskedorreceived" in sheet for sheet in sheets)
    assert all("disclosures:ManyLopez" in sheet for sheet in sheets)
    assert [f"page{n}of{len(sheets)}" in s for n, s in enumerate(sheets, 1)] == [True] * len(sheets)
    assert kinds(document).count("/TR") == 91


# -- what a text cannot do ------------------------------------------------------------------------


def test_markup_in_a_name_is_shown_as_it_is(district: District) -> None:
    learner = learner_of(district.system, "#x *a*")
    give(district, learner, MARKUP, interest=MARKUP, records=(MARKUP,))
    document = printed(district, learner)
    told = read(document)
    assert told.count(squeezed(MARKUP)) == 3
    assert squeezed_title(document).endswith(" of #x *a* Lopez")
    assert kinds(document).count("/H1") == 2


def test_names_of_every_script_are_in_the_pdf(district: District) -> None:
    learner = learner_of(district.system, "Nguyễn")
    give(district, learner, "أحمد العلي")
    give(district, learner, "Ελένη Ιωάννου")
    give(district, learner, "王小明")
    told = read(printed(district, learner))
    assert "NguyễnLopez" in told
    assert "أحمد" in told
    assert "العلي" in told
    assert "ΕλένηΙωάννου" in told
    # As far as the machine has a font for it.
    assert "王小明" in told or "[U+738B][U+5C0F][U+660E]" in told


def test_a_character_without_a_font_stands_as_its_number_and_the_pdf_says_so(
    district: District,
) -> None:
    learner = learner_of(district.system, "Oda")
    give(district, learner, "Clinic \U0010fffd", interest="e\u0301t\u0301 \U0010fffe")
    document = printed(district, learner)
    told = read(document)
    assert "Clinic[U+10FFFD]from" in told
    assert "[U+0301]" not in told
    assert "nofontforsomecharacters" in told
    assert "/StructTreeRoot" in document.root_object
    assert "nofontfor" not in read(printed(district, learner_of(district.system, "Pam")))


def test_a_mark_without_a_font_takes_no_other_letter_with_it(district: District) -> None:
    learner = learner_of(district.system, "Olga")
    give(district, learner, "Ελένη a\u20dd of \u10d0")
    assert "Ελένηa" in read(printed(district, learner))


def test_letters_that_typst_panics_at_stand_as_their_numbers(district: District) -> None:
    """typst-layout 0.15.1 does, in `ShapedText::build`; another version may show them."""
    learner = learner_of(district.system, "Petra")
    give(district, learner, "Clinic \u2e0a\u062a\u20e3\U000e004c of Zoë")
    told = read(printed(district, learner))
    assert "Clinic" in told
    assert "ofZoë" in told


def test_a_very_long_text_is_all_there(district: District) -> None:
    learner = learner_of(district.system, "Quentin")
    words = " ".join(f"word{n}" for n in range(2_000))
    give(district, learner, "W" * 300, interest=words)
    document = printed(district, learner)
    told = read_of_one_column(document)
    assert all(f"word{n}" in told for n in range(2_000))
    assert len(document.pages) > 5


def read_of_one_column(document: PdfReader) -> set[str]:
    return {word for sheet in document.pages for word in sheet.extract_text().split()}


# -- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["officer", "parent", "operator"])
@pytest.mark.law("FERPA-99.32", "reading-logged")
def test_the_pdf_is_noted_as_exported(district: District, cleo: UUID, who: str, path: str) -> None:
    answer = get(district, who, cleo, path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="record-of-disclosures.pdf"'
    )
    last = district.noted(cleo)[-1]
    assert (last.entered_by, last.allowed) == (district.people[who].id, True)
    assert (last.action, last.place) == (Action.EXPORTED, path.format("{learner}"))
    assert last.digest == sha256(answer.content).hexdigest()
    assert last.facts
    assert "exported the record of disclosures" in district.page(
        "officer", f"/learners/{cleo}/access"
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["teacher", "counselor"])
@pytest.mark.law("FERPA-99.32", "own-child")
def test_staff_get_no_pdf_and_the_attempt_is_noted(
    district: District, cleo: UUID, who: str, path: str
) -> None:
    answer = get(district, who, cleo, path)
    assert answer.status_code == 403
    assert "FERPA-99.32-c" in answer.text
    assert "Clinic" not in answer.text
    last = district.noted(cleo)[-1]
    assert (last.entered_by, last.allowed, last.action) == (
        district.people[who].id, False, Action.EXPORTED,
    )  # fmt: skip
    assert (last.code, last.facts, last.digest) == ("FERPA-99.32-c", (), None)


@pytest.mark.parametrize("path", PATHS)
def test_a_parent_gets_no_pdf_of_another_child(district: District, path: str) -> None:
    other = learner_of(district.system, "Rolf")
    answer = get(district, "parent", other, path)
    assert answer.status_code == 403
    assert "Rolf" not in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_a_learner_nobody_knows_has_no_pdf(district: District, path: str) -> None:
    assert get(district, "operator", uuid4(), path).status_code == 404


def test_the_page_leads_to_the_pdf(district: District, cleo: UUID) -> None:
    assert f'href="/learners/{cleo}/disclosures.pdf"' in district.page("parent", PAGE.format(cleo))


# -- what kind of file it is ----------------------------------------------------------------------


def test_the_pdf_can_be_read_out(district: District, cleo: UUID) -> None:
    before = datetime.now(UTC).replace(second=0, microsecond=0)
    document = printed(district, cleo)
    assert document.metadata is not None
    assert document.metadata.creation_date in (before, before + timedelta(minutes=1))
    root = document.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]) == "en-US"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert document.xmp_metadata is not None
    xmp = document.xmp_metadata.stream.get_data().decode()
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>|pdfuaid:part=\"1\"", xmp)
    told = kinds(document)
    assert (told.count("/Title"), told.count("/H1")) == (1, 2)
    heads = [tag for tag in tags(document) if str(tag["/S"]) == "/TH"]
    assert len(heads) == 5
    assert all("/Column" in str(head["/A"].get_object()) for head in heads)
    assert told.count("/Table") == 1


def test_the_same_record_gives_the_same_bytes(
    district: District, cleo: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def kept(*given: Any) -> bytes:
        asked.append(given)
        return pdf.typeset(*given)

    monkeypatch.setattr(disclosures_pdf, "typeset", kept)
    first = get(district, "officer", cleo).content
    [(template, data, made)] = asked
    assert pdf.typeset(template, data, made) == first
    assert pdf.typeset(template, {**data, "position": "another"}, made) != first


# -- when it cannot be made -----------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_too_many_lines_are_told_and_not_tried(
    district: District, cleo: UUID, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(disclosures_pdf, "MOST", 2)
    monkeypatch.setattr(disclosures_pdf, "typeset", None)
    answer = get(district, "officer", cleo, path)
    assert answer.status_code == 422
    assert "more than 2 lines" in answer.text
    assert "print command" in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_whoever_asked_is_told_what_else_to_do(
    district: District,
    cleo: UUID,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    failing = tmp_path / "compiler.py"
    failing.write_text("raise SystemExit(1)")
    monkeypatch.setattr(pdf, "COMPILER", failing)
    answer = get(district, "officer", cleo, path)
    assert answer.status_code == 500
    assert "print command" in answer.text
    assert "Cleo" not in answer.text
