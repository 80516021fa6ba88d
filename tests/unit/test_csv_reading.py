"""Reading tables as they come: the bad ones are told apart by line, column and rule."""

from pathlib import Path

import pytest

from exchange.csv_reading import FileRefused, Problem, Row, open_table
from exchange.mapping import parse_mapping

MAPPING = """
source: SIS
learner: {columns: [id]}
rows: [{command: register-learner, source_id: "{id}",
        fields: {given_name: "{name}", family_name: Lopez}}]
"""


def read(tmp_path: Path, content: str | bytes, more: str = "") -> list[Row | Problem]:
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(open_table(path, parse_mapping(more + MAPPING)).rows())


def cells(rows: list[Row | Problem]) -> list[list[str]]:
    return [list(row.cells) for row in rows if isinstance(row, Row)]


def problems(rows: list[Row | Problem]) -> list[tuple[int, str | None, str]]:
    return [(p.line, p.column, p.rule) for p in rows if isinstance(p, Problem)]


def refusal(tmp_path: Path, content: str | bytes, more: str = "") -> tuple[int, str]:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, content, more)
    assert str(refused.value).startswith("table.csv: ")
    return refused.value.problem.line, refused.value.problem.rule


def test_a_row_has_the_line_it_begins_on(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,name\r\n1,"Ana\r\nMaria"\r\n\r\n2,Ben')
    assert rows == [Row(2, ["1", "Ana\r\nMaria"], 3), Row(5, ["2", "Ben"], 5)]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfid,name\n1,Jos\xc3\xa9\n",
        "id,name\n1,José\n",
        "id,name\r1,José\r",
    ],
)
def test_marks_and_line_ends_of_other_programs_are_read(
    tmp_path: Path, content: str | bytes
) -> None:
    assert cells(read(tmp_path, content)) == [["1", "José"]]


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16", "latin-1"])
def test_another_encoding_is_read_when_named(tmp_path: Path, encoding: str) -> None:
    content = "id,name\n1,José\n".encode(encoding)
    assert cells(read(tmp_path, content, f"encoding: {encoding}")) == [["1", "José"]]


def test_a_tab_may_stand_between_cells(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "id\tname\n1\tAna, B\n", 'delimiter: "\\t"')) == [["1", "Ana, B"]]


def test_right_to_left_text_and_emoji_are_read(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "id,name\n1,\u200fليلى 🦊\n")) == [["1", "\u200fليلى 🦊"]]


def test_an_encoding_that_does_not_hold_refuses_the_file(tmp_path: Path) -> None:
    content = b"id,name\n1,Ana\n2,Jos\xe9\n"
    assert refusal(tmp_path, content) == (3, "encoding-wrong")


def test_the_line_of_a_wrong_encoding_is_found_far_into_the_file(tmp_path: Path) -> None:
    content = b"id,name\n" + b"1,Ana\n" * 400_000 + b"2,Jos\xe9\n"
    assert refusal(tmp_path, content) == (400_002, "encoding-wrong")


@pytest.mark.parametrize("mark", ["utf-16", "utf-8-sig"])
def test_a_marked_encoding_other_than_the_mappings_refuses_the_file(
    tmp_path: Path, mark: str
) -> None:
    content = "id,name\n1,Ana\n".encode(mark)
    assert refusal(tmp_path, content, "encoding: latin-1") == (1, "encoding-wrong")


def test_a_torn_quote_costs_its_own_row_alone(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,name\n1,"Ana\n2,Ben\n3,"Cem"\n4,Dee\n')
    assert problems(rows) == [(2, None, "quote-torn")]
    assert cells(rows) == [["2", "Ben"], ["3", "Cem"], ["4", "Dee"]]


def test_two_torn_quotes_do_not_make_one_row(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,name\n1,"Ana\n2,Ben\n3,"Cem\n4,Dee\n')
    assert problems(rows) == [(2, None, "quote-torn"), (4, None, "quote-torn")]
    assert cells(rows) == [["2", "Ben"], ["4", "Dee"]]


def test_a_torn_quote_in_a_large_table_costs_its_own_row_alone(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,name\n1,"Ana\n' + "2,Ben\n" * 100_000)
    assert problems(rows) == [(2, None, "quote-torn")]
    assert len(cells(rows)) == 100_000


def test_text_after_a_closing_quote_is_a_torn_quote(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,name\n1,"Ana "la Bella""\n2,Ben\n')
    assert problems(rows) == [(2, None, "quote-torn")]
    assert cells(rows) == [["2", "Ben"]]


def test_a_quote_inside_an_unquoted_cell_is_text(tmp_path: Path) -> None:
    assert cells(read(tmp_path, 'id,name\n1,5" pipe\n')) == [["1", '5" pipe']]


def test_ragged_rows_are_told_and_passed(tmp_path: Path) -> None:
    rows = read(tmp_path, "id,name\n1\n2,Ben\n3,Cem,x\n")
    assert problems(rows) == [(2, None, "row-ragged"), (4, None, "row-ragged")]
    assert cells(rows) == [["2", "Ben"]]


def test_a_delimiter_too_many_at_the_end_of_a_row_does_no_harm(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "id,name\n1,Ana,,\n")) == [["1", "Ana"]]


def test_a_problem_of_a_row_of_several_lines_named_its_first_alone(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,name\n1,"Ana\nBen",x\n2,"C\0\n\nem"\n3\n')
    assert problems(rows) == [(2, None, "row-ragged"), (4, "name", "nul"), (7, None, "row-ragged")]
    first, second, third = (p.sentence for p in rows if isinstance(p, Problem))
    assert "The row goes over lines 2 to 3: " in first
    assert "The row goes over lines 4 to 6: " in second
    assert "lines" not in third


def test_a_nul_character_is_told_with_its_column(tmp_path: Path) -> None:
    rows = read(tmp_path, "id,name\n1,A\0na\n2,Ben\n")
    assert problems(rows) == [(2, "name", "nul")]
    assert cells(rows) == [["2", "Ben"]]


def test_a_mebibyte_in_one_cell_is_told_and_passed(tmp_path: Path) -> None:
    rows = read(tmp_path, f"id,name\n1,{'a' * (1 << 20)}\n2,Ben\n")
    assert problems(rows) == [(2, None, "cell-too-long")]
    assert cells(rows) == [["2", "Ben"]]


def test_rows_that_hold_no_data_are_skipped(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,name\nNumber,"The\nname"\n{},{}\n1,Ana\n', "skip_rows: 2")
    assert rows == [Row(5, ["1", "Ana"], 5)]


@pytest.mark.parametrize(
    ("content", "line", "rule"),
    [
        ("", 0, "file-empty"),
        ("\n\n", 0, "file-empty"),
        ("id,name,id\n1,Ana,2\n", 1, "header-duplicate"),
        ("i\0d,name\n1,Ana\n", 1, "nul"),
        ('id,"name\n1,Ana\n', 1, "quote-torn"),
        ("id,name\n1,José\n".encode("utf-16-le"), 2, "encoding-wrong"),
        ("id,name\n1,Ana\n".encode("utf-16-le"), 1, "nul"),
        (bytes(range(128, 256)), 1, "encoding-wrong"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, content: str | bytes, line: int, rule: str
) -> None:
    assert refusal(tmp_path, content) == (line, rule)


def test_columns_without_a_name_do_no_harm(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "id,name,,\n1,Ana,,\n")) == [["1", "Ana", "", ""]]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    mapping = parse_mapping(MAPPING)
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(FileRefused, match="file-unreadable"):
            open_table(path, mapping)


def test_no_cell_is_repeated_in_a_message(tmp_path: Path) -> None:
    content = 'id,name\n1,"Secret\n2,Secret,Secret\n3,Sec\0ret\n'
    assert not any("Sec" in p.sentence for p in read(tmp_path, content) if isinstance(p, Problem))
