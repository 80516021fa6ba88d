"""The mapping file: which cells of a table become which commands. `docs/import.md` explains it.

A value is a text with `{columns}` in braces; that one form serves for a constant, a column and a
mixture. Beyond it there are named tables of values, date formats, and conditions that compare a
cell with texts. There is no expression language: what a table needs beyond this is spelt out as a
table of values, so that a reader sees every case.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from domain.fields import ShortText
from domain.vocabulary import COMMANDS
from domain.words import Precision
from exchange.command_fields import Kind, fillable, makers, needed
from exchange.sentences import told


@dataclass(frozen=True, slots=True)
class Column:
    """A place in a text that one column of the table fills."""

    name: str


Piece = str | Column
_TOKEN = re.compile(r"(?P<literal>\{\{|\}\})|\{(?P<column>[^{}]+)\}|(?P<stray>[{}])")


def pieces(text: str) -> list[Piece]:
    """The constant texts and columns of a text; `{{` and `}}` stand for braces.

    Raises ValueError for a brace that has no partner.
    """
    found: list[Piece] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token["stray"]:
            raise ValueError("has a brace without its partner; write {{ or }} for a brace itself")
        found.append(text[end : token.start()])
        found.append(Column(token["column"].strip()) if token["column"] else token["literal"][0])
        end = token.end()
    found.append(text[end:])
    return [piece for piece in found if piece != ""]


def columns_of(text: str) -> list[str]:
    """Names of the columns in a text, in order, each once."""
    return list(dict.fromkeys(p.name for p in pieces(text) if isinstance(p, Column)))


def _checked_text(text: str) -> str:
    pieces(text)
    return text


def _checked_encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        raise ValueError("is not the name of an encoding, as utf-8 or windows-1252") from None
    # The mark that some programs put before UTF-8 is no part of the first column's name.
    codec = codecs.lookup(name).name
    return "utf-8-sig" if codec == "utf-8" else codec


def _checked_delimiter(text: str) -> str:
    if len(text) != 1 or text in '"\r\n\0':
        raise ValueError("must be one character, and no quote or line end")
    return text


def _checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not the name of a time zone, as America/Chicago") from None
    return name


def _long_form(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1 and list(value.values()) == [""]:
        raise ValueError('needs quotes: write "{column}", for without them YAML reads a table')
    if isinstance(value, dict) and "made_by" in value:
        if value.keys() != {"made_by", "source_id"}:
            raise ValueError("has made_by: that needs source_id beside it, and nothing else")
        return {"text": value["source_id"], "made_by": value["made_by"]}
    return {"text": value} if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_checked_text)]
Encoding = Annotated[str, AfterValidator(_checked_encoding)]
Delimiter = Annotated[str, AfterValidator(_checked_delimiter)]
Zone = Annotated[str, AfterValidator(_checked_zone)]
OneOrMore = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ValueFrom(_Part):
    """How one value is made; a plain text is short for `text` alone."""

    text: Text = Field(description="A text; each {column} in it is filled from the row.")
    map: str | None = Field(
        default=None, description="The table under `maps` that gives the value for the text."
    )
    format: str | None = Field(
        default=None,
        description="How a date or a time is written, in strptime's letters: %d/%m/%Y. "
        "Left out: ISO 8601, as 2025-03-14.",
    )
    made_by: str | None = Field(
        default=None,
        description="In a field for an entry's id: the command by which an import from this "
        "source made the entry. Its `source_id` stands beside it, in place of `text`.",
    )


Value = Annotated[ValueFrom, BeforeValidator(_long_form)]


class When(_Part):
    """A condition on a row; all of it must hold."""

    equals: dict[str, OneOrMore] = Field(
        default={}, description="By column: the text its cell must have, or a list of such texts."
    )
    present: tuple[str, ...] = Field(
        default=(), description="Columns whose cell must not be empty."
    )


class LearnerKey(_Part):
    """Which learner a row is about."""

    columns: tuple[str, ...] = Field(
        min_length=1, description="The columns that together identify the learner."
    )
    issuer: ShortText | None = Field(
        default=None,
        description="The source whose learner numbers these are, where it is not this table's "
        "own: two tables that name the same issuer mean the same learners.",
    )


class EffectiveFrom(_Part):
    """When what a row says was true in the world."""

    start: Value = Field(alias="from", description="The first day.")
    until: Value | None = Field(default=None, description="The first day it was no longer true.")
    precision: Precision = Field(
        default=Precision.DAY, description="How exactly the days are known: day, month, term, year."
    )


class Rule(_Part):
    """One command that a row becomes."""

    command: str = Field(description="The command's name, as score-assessment.")
    source_id: Text = Field(
        description="The source's own id for what the row says. The command's id is made of it, "
        "so it must stay the same from one export of the table to the next; rows that give the "
        "same id must say the same."
    )
    when: When = Field(default=When(), description="Which rows become this command. Default: all.")
    effective: EffectiveFrom | None = Field(
        default=None, description="When it was true. Default: as for the command typed by hand."
    )
    fields: dict[str, Value] = Field(
        default={},
        description="The command's fields by name. A text whose columns are all empty leaves its "
        "field out.",
    )


class TableMapping(_Part):
    """The whole mapping file."""

    source: ShortText = Field(
        description="Where the table comes from; stands as the source of every entry. Never "
        "change it between imports: ids are made of it."
    )
    encoding: Encoding = Field(
        default="utf-8-sig", description="The table's encoding. Default: utf-8."
    )
    delimiter: Delimiter = Field(
        default=",", description='What stands between cells. Default: a comma. A tab: "\\t".'
    )
    skip_rows: int = Field(
        default=0, ge=0, le=100, description="Rows after the first that hold no data. Default: 0."
    )
    zone: Zone | None = Field(
        default=None, description="Zone of times written without one. Default: the district's."
    )
    learner: LearnerKey = Field(description="Which learner a row is about.")
    when: When = Field(default=When(), description="Which rows are read at all. Default: all.")
    maps: dict[str, dict[str, str]] = Field(
        default={}, description="Tables of values by name: for each text the value it stands for."
    )
    rows: tuple[Rule, ...] = Field(
        min_length=1, description="What each row becomes, in the order it is recorded."
    )


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """One thing wrong in a mapping file, at `key` (as `rows[1].fields.score`)."""

    key: str
    rule: str
    sentence: str


class MappingRefused(ValueError):
    """The mapping file cannot be used; `problems` has everything that is wrong with it."""

    def __init__(self, file: str, problems: list[MappingProblem]) -> None:
        super().__init__("\n".join(f"{file}: {p.key}: {p.sentence} ({p.rule})" for p in problems))
        self.file = file
        self.problems = tuple(problems)


def read_mapping(path: Path) -> TableMapping:
    """The mapping in a YAML file. Raises MappingRefused."""
    if path.is_dir():
        problem = MappingProblem(
            "the file", "mapping-unreadable", "is a folder; name a file in it."
        )
        raise MappingRefused(str(path), [problem])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        problem = MappingProblem("the file", "mapping-unreadable", f"cannot be read: {why}.")
        raise MappingRefused(path.name, [problem]) from None
    return parse_mapping(text, path.name)


def parse_mapping(text: str, file: str = "mapping") -> TableMapping:
    """The mapping in a YAML text; `file` is its name in messages. Raises MappingRefused."""
    try:
        # Every scalar stays the text it is: 0.5, no and 2020-06-01 are cells, not numbers.
        content = yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a BaseLoader makes no objects
        mapping = TableMapping.model_validate(content)
    except yaml.YAMLError as error:
        raise MappingRefused(file, [_yaml_problem(error)]) from None
    except ValidationError as error:
        raise MappingRefused(file, list(_model_problems(error))) from None
    problems = list(_problems(mapping))
    if problems:
        raise MappingRefused(file, problems)
    return mapping


class _TextLoader(yaml.BaseLoader):
    """YAML whose scalars are all texts, and whose keys stand once."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = Counter(k.value for k, _ in node.value if isinstance(k, yaml.ScalarNode))
        for key, times in keys.items():
            if times > 1:
                raise yaml.MarkedYAMLError(
                    problem=f"the key '{key}' stands twice", problem_mark=node.start_mark
                )
        return super().construct_mapping(node, deep)


def _yaml_problem(error: yaml.YAMLError) -> MappingProblem:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    what = error.problem if isinstance(error, yaml.MarkedYAMLError) else "it cannot be parsed"
    place = f"line {mark.line + 1}" if mark else "the file"
    return MappingProblem(place, "not-yaml", f"is not well-formed YAML: {what}.")


def _model_problems(error: ValidationError) -> Iterator[MappingProblem]:
    found = error.errors()
    for one in found:
        key = _path(one["loc"])
        if one["type"] == "extra_forbidden":
            yield MappingProblem(key, "key-unknown", "is not a key of a mapping file.")
        # A list whose entry is wrong is told to be too short as well: that says nothing new.
        elif one["type"] != "too_short" or not any(_inside(o["loc"], one["loc"]) for o in found):
            rule, sentence = told(one, "")
            yield MappingProblem(key, rule, sentence.strip())


def _inside(place: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _path(location: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).lstrip(".") or "the file"


def _problems(mapping: TableMapping) -> Iterator[MappingProblem]:
    """What is wrong although each key for itself is well-formed."""
    ids: dict[tuple[str, str], int] = {}
    for n, rule in enumerate(mapping.rows):
        here = f"rows[{n}]"
        command = COMMANDS.get(rule.command)
        if command is None:
            sentence = f"there is no command '{rule.command}'."
            yield MappingProblem(f"{here}.command", "command-unknown", sentence)
            continue
        if not columns_of(rule.source_id):
            sentence = "needs at least one {column}: rows are told apart by it."
            yield MappingProblem(f"{here}.source_id", "source-id-constant", sentence)
        twin = ids.setdefault((rule.command, rule.source_id), n)
        if twin != n:
            sentence = f"is the same as that of rows[{twin}], for the same command."
            yield MappingProblem(f"{here}.source_id", "source-id-shared", sentence)
        kinds = fillable(command)
        for field in rule.fields.keys() - kinds.keys():
            yield MappingProblem(
                f"{here}.fields.{field}",
                "field-unknown",
                f"{rule.command} has no such field that a table can fill; it has: "
                f"{', '.join(sorted(kinds))}.",
            )
        for field in sorted(needed(command) - rule.fields.keys()):
            more = "" if field in kinds else ", which a table cannot fill"
            sentence = f"{rule.command} needs the field '{field}'{more}."
            yield MappingProblem(f"{here}.fields", "field-needed", sentence)
        yield from _value_problems(mapping, here, _values(rule, kinds))


def _values(rule: Rule, kinds: Mapping[str, Kind]) -> Iterator[tuple[str, ValueFrom, Kind]]:
    for name, value in rule.fields.items():
        if name in kinds:
            yield f"fields.{name}", value, kinds[name]
    if rule.effective:
        yield "effective.from", rule.effective.start, Kind.DATE
        if rule.effective.until:
            yield "effective.until", rule.effective.until, Kind.DATE


def _value_problems(
    mapping: TableMapping, here: str, values: Iterator[tuple[str, ValueFrom, Kind]]
) -> Iterator[MappingProblem]:
    for name, value, kind in values:
        if value.map is not None and value.map not in mapping.maps:
            sentence = f"there is no table '{value.map}' under maps."
            yield MappingProblem(f"{here}.{name}.map", "map-unknown", sentence)
        if value.format is not None and kind not in (Kind.DATE, Kind.TIME):
            sentence = "is for dates and times only."
            yield MappingProblem(f"{here}.{name}.format", "format-without-date", sentence)
        if value.made_by is not None:
            known = makers(name.removeprefix("fields.")) if kind is Kind.ID else ()
            if value.made_by not in known:
                sentence = (
                    f"'{value.made_by}' makes no entry whose id this field takes; what does: "
                    f"{', '.join(known) or 'no command'}."
                )
                yield MappingProblem(f"{here}.{name}.made_by", "made-by-other", sentence)
