"""The mapping file: what it may say, and how it is refused."""

from pathlib import Path

import pytest

from exchange.mapping import (
    EffectiveFrom,
    LearnerKey,
    MappingRefused,
    Rule,
    TableMapping,
    ValueFrom,
    When,
    parse_mapping,
    read_mapping,
)
from store.settings import Settings

SAMPLES = Path(__file__).parents[1] / "samples" / "mappings"
DOCS = Path(__file__).parents[2] / "docs" / "import.md"
WHOLE = """
source: SIS
learner: {columns: [id]}
rows:
  - command: record-observation
    source_id: "{id}/{day}"
    effective: {from: "{day}"}
    fields: {area: strengths, text: "{remark}"}
"""


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(MappingRefused) as refused:
        parse_mapping(text, "table.yaml")
    assert all(line.startswith("table.yaml: ") for line in str(refused.value).splitlines())
    return [(p.key, p.rule) for p in refused.value.problems]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_sample_mapping_is_valid(path: Path) -> None:
    assert read_mapping(path).rows


def test_a_plain_text_is_short_for_a_value() -> None:
    long = WHOLE.replace('"{remark}"', '{text: "{remark}"}')
    assert parse_mapping(WHOLE) == parse_mapping(long)


def test_scalars_stay_the_texts_they_are() -> None:
    mapping = parse_mapping(
        WHOLE + "maps:\n  words: {0.5: 2020-06-01, no: off, 010: 1e3, null: ~}\n"
    )
    assert mapping.maps["words"] == {"0.5": "2020-06-01", "no": "off", "010": "1e3", "null": "~"}


def test_utf_8_may_begin_with_its_mark() -> None:
    assert parse_mapping(WHOLE).encoding == "utf-8-sig"
    assert parse_mapping("encoding: UTF8" + WHOLE).encoding == "utf-8-sig"


@pytest.mark.parametrize(
    ("old", "new", "key", "rule"),
    [
        ("source: SIS", "sauce: SIS", "source", "required"),
        ("source: SIS", "source: SIS\nsauce: SIS", "sauce", "key-unknown"),
        ("source: SIS", "source: SIS\nencoding: klingon", "encoding", "value-not-allowed"),
        ("source: SIS", "source: SIS\nencoding: hex", "encoding", "value-not-allowed"),
        ("source: SIS", 'source: SIS\ndelimiter: ";;"', "delimiter", "value-not-allowed"),
        ("source: SIS", "source: SIS\nskip_rows: some", "skip_rows", "not-a-whole-number"),
        ("source: SIS", "source: SIS\nzone: Mars/Olympus", "zone", "value-not-allowed"),
        ("[id]", "[]", "learner.columns", "too-few"),
        ("record-observation", "record-nothing", "rows[0].command", "command-unknown"),
        ('"{id}/{day}"', "row", "rows[0].source_id", "source-id-constant"),
        ('"{id}/{day}"', '"{id/{day}"', "rows[0].source_id", "value-not-allowed"),
        ("area: strengths, ", "", "rows[0].fields", "field-needed"),
        ("area: strengths", "arena: strengths", "rows[0].fields.arena", "field-unknown"),
        ("area: strengths", "area: strengths, source: x", "rows[0].fields.source", "field-unknown"),
        ('text: "{remark}"', "text: {remark}", "rows[0].fields.text", "value-not-allowed"),
        (
            'text: "{remark}"',
            'text: {text: "{remark}", map: words}',
            "rows[0].fields.text.map",
            "map-unknown",
        ),
        (
            'text: "{remark}"',
            'text: {text: "{remark}", format: "%d"}',
            "rows[0].fields.text.format",
            "format-without-date",
        ),
        ('{from: "{day}"}', '{until: "{day}"}', "rows[0].effective.from", "required"),
        (
            '{from: "{day}"}',
            '{from: "{day}", precision: hour}',
            "rows[0].effective.precision",
            "not-in-list",
        ),
    ],
)
def test_a_wrong_key_is_named_with_its_rule(old: str, new: str, key: str, rule: str) -> None:
    text = WHOLE.replace(old, new)
    assert text != WHOLE
    assert (key, rule) in problems(text)


def test_a_typo_in_a_rule_is_not_followed_by_a_line_that_there_are_no_rules() -> None:
    assert problems(WHOLE.replace("fields:", "feilds:")) == [("rows[0].feilds", "key-unknown")]
    assert problems(WHOLE.replace("- command", "- comand"))[-1] == ("rows[0].comand", "key-unknown")


def test_a_mapping_without_rules_is_told_so() -> None:
    assert problems(WHOLE[: WHOLE.index("rows:")] + "rows: []") == [("rows", "too-few")]


def test_a_field_that_no_cell_can_hold_is_refused() -> None:
    text = WHOLE.replace("record-observation", "hold-review").replace(
        'area: strengths, text: "{remark}"', 'agreed: "{remark}"'
    )
    assert problems(text) == [("rows[0].fields", "field-needed")]


def test_the_samples_school_years_began_a_month_before_the_district_s() -> None:
    starts = Settings.model_fields["school_year_starts"].default
    maps = read_mapping(SAMPLES / "egsingle.yaml").maps
    for name in ("year_begins", "year_is_over"):
        assert {day[-5:] for day in maps[name].values()} == {starts}


ROSTER = """
source: SIS
learner: {columns: [id]}
rows:
  - command: end-enrolment
    source_id: "{id}/{begin}"
    fields: {enrolment: {made_by: enrol-learner, source_id: "{id}/{begin}"}}
"""


def test_an_id_of_what_a_rule_made_is_named_by_the_rule() -> None:
    assert parse_mapping(ROSTER).rows[0].fields["enrolment"].made_by == "enrol-learner"


@pytest.mark.parametrize(
    ("old", "new", "key", "rule"),
    [
        ("by: enrol-learner", "by: enrol-lerner", "enrolment.made_by", "made-by-other"),
        ("by: enrol-learner", "by: set-goal", "enrolment.made_by", "made-by-other"),
        ("enrolment: {", "reason: {", "reason.made_by", "made-by-other"),
        ("enrolment: {", "author: {", "author.made_by", "made-by-other"),
        ('source_id: "{id}/{begin}"}', "text: x}", "enrolment", "value-not-allowed"),
        (', source_id: "{id}/{begin}"}', "}", "enrolment", "value-not-allowed"),
    ],
)
def test_an_id_that_no_rule_makes_is_refused(old: str, new: str, key: str, rule: str) -> None:
    assert ROSTER.count(old) == 1
    assert (f"rows[0].fields.{key}", rule) in problems(ROSTER.replace(old, new))


def test_the_commands_that_can_make_an_id_are_named() -> None:
    with pytest.raises(MappingRefused, match="whose id this field takes; what does: enrol-learner"):
        parse_mapping(ROSTER.replace("by: enrol-learner", "by: set-goal"))


def test_two_rules_do_not_share_their_ids() -> None:
    rule = WHOLE[WHOLE.index("  - command") :]
    assert problems(WHOLE + rule) == [("rows[1].source_id", "source-id-shared")]


def test_everything_wrong_is_told_at_once() -> None:
    text = WHOLE.replace("area: strengths, ", "").replace('"{id}/{day}"', "row")
    assert problems(text) == [
        ("rows[0].source_id", "source-id-constant"),
        ("rows[0].fields", "field-needed"),
    ]


def test_a_key_that_stands_twice_is_refused() -> None:
    assert problems("source: SIS" + WHOLE) == [("line 1", "not-yaml")]


@pytest.mark.parametrize("text", ["rows: [", "\x07", "- !!python/object:os.system {}"])
def test_what_is_not_a_mapping_is_refused(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize("text", ["", "source", "[]"])
def test_what_has_no_keys_is_refused(text: str) -> None:
    assert problems(text) == [("the file", "not-an-object")]


def test_a_mapping_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("source: Schüler".encode("latin-1"))
    for path in (tmp_path / "absent.yaml", tmp_path, latin):
        with pytest.raises(MappingRefused, match="mapping-unreadable"):
            read_mapping(path)


def test_every_key_of_a_mapping_is_described_and_documented() -> None:
    page = DOCS.read_text()
    for model in (TableMapping, LearnerKey, When, Rule, EffectiveFrom, ValueFrom):
        for name, info in model.model_fields.items():
            assert info.description, f"{model.__name__}.{name} says nothing"
            assert f"| `{info.alias or name}` |" in page, f"docs/import.md lacks {name}"
