"""One row of a table to the commands that the mapping makes of it.

A row counts whole: where one of its commands does not keep the rules of form, none of them is
given, so that the row can be mended and brought in again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from domain.effective import Effective
from domain.event import Command
from domain.fields import LINE_BREAK
from domain.vocabulary import COMMANDS
from exchange.cells import (
    Cells,
    CellWrong,
    ReadText,
    condition,
    read_cell,
    read_text,
    read_value,
)
from exchange.command_fields import Kind, fillable, made_ids
from exchange.csv_reading import FileRefused, Problem, Row, Table
from exchange.mapping import EffectiveFrom, Rule, TableMapping, When, columns_of
from exchange.sentences import told

Digest = Callable[[bytes], bytes]
MakeEffective = Callable[[Any, Any], Effective]
FROM, UNTIL = "effective.from", "effective.until"  # what their cells are told by


class RowRefused(ValueError):
    """A row that becomes no command; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


class Part(NamedTuple):
    """Some of the learners: those whose ids leave the remainder `number` when divided by `of`."""

    number: int
    of: int


EVERYONE = Part(0, 1)


class RowCommand(NamedTuple):
    """A command made of a row by a rule. `said` is a hash of the cells it was made of."""

    row: Row
    learner: UUID
    command: Command
    command_id: UUID
    rule: "RuleReader"
    source_id: str
    said: int


class Ids:
    """The ids that stand for a source's own keys in one district.

    They are keyed digests rather than plain hashes: ids are stored readable, and a school's
    learner numbers are few enough to be tried one after another. `digest` is keyed.
    """

    def __init__(self, tenant: str, mapping: TableMapping, digest: Digest) -> None:
        self._key = digest(f"ids of imports\0{tenant}".encode())
        self._source = mapping.source
        self._issuer = mapping.learner.issuer or mapping.source
        self.learner = lru_cache(maxsize=4096)(self._learner)

    def _learner(self, *key: str) -> UUID:
        return self._made("learner", self._issuer, *key)

    def command(self, name: str, source_id: str) -> UUID:
        """The id of the command of this name that the source's key stands for."""
        return self._made("command", self._source, name, source_id)

    def _made(self, *names: str) -> UUID:
        name = "\0".join(names).encode()
        bits = int.from_bytes(blake2b(name, key=self._key, digest_size=16).digest())
        # Version 8 of RFC 9562: an id made in a way of our own.
        return UUID(int=bits & ~(0xF << 76 | 3 << 62) | 8 << 76 | 2 << 62)


class TableReader:
    """Makes commands of one table's rows about a part of the learners; `zone` is the district's.

    Raises FileRefused where a column is missing.
    """

    def __init__(self, table: Table, ids: Ids, zone: ZoneInfo, part: Part = EVERYONE) -> None:
        mapping = table.mapping
        zone = ZoneInfo(mapping.zone) if mapping.zone else zone
        index = {name: n for n, name in enumerate(table.header) if name}
        named = set(_named(mapping))
        missing = sorted(named - index.keys())
        if missing:
            sentence = (
                f"The header has no column {', '.join(repr(m) for m in missing)}, which the "
                "mapping names. Is the delimiter right?"
            )
            problem = Problem(1, ", ".join(missing), "column-missing", sentence)
            raise FileRefused(table.path.name, problem)
        self.unused = tuple(name for name in table.header if name and name not in named)
        self._holds = condition(mapping.when, index)
        self._learner = [(c, read_cell(index, c)) for c in mapping.learner.columns]
        self._ids = ids
        self._part = part
        self._rules = [RuleReader(rule, mapping, index, ids, zone) for rule in mapping.rows]

    def commands(self, row: Row) -> list[RowCommand] | None:
        """The commands of a row, or None where it is not to be read. Raises RowRefused.

        A command that says what an earlier row said already is left out, and every command where
        the learner belongs to another part.
        """
        cells = row.cells
        if self._holds is not None and not self._holds(cells):
            return None
        learner = self._learner_of(row)
        if learner.int % self._part.of != self._part.number:
            for rule in self._rules:
                rule.claim(cells, learner)
            return []
        made: list[RowCommand] = []
        problems: list[Problem] = []
        for rule in self._rules:
            try:
                command = rule.command(row, learner)
            except RowRefused as refused:
                problems += refused.problems
            else:
                if command is not None:
                    made.append(command)
        if problems:
            raise RowRefused(problems)
        for command in made:
            command.rule.remember(command)
        return made

    def _learner_of(self, row: Row) -> UUID:
        key = [read(row.cells) for _, read in self._learner]
        if "" in key:
            sentence = "The cell is empty, and it says which learner the row is about."
            empty = [c for (c, _), cell in zip(self._learner, key, strict=True) if not cell]
            raise RowRefused([row.problem(c, "learner-missing", sentence) for c in empty])
        if row.last > row.line:  # no name of a learner has lines: rows ran together
            named = zip(self._learner, key, strict=True)
            torn = [column for (column, _), cell in named if LINE_BREAK.search(cell)]
            sentence = "The cell says which learner the row is about, and has a line break in it."
            if torn:
                raise RowRefused([row.problem(c, "not-one-line", sentence) for c in torn])
        return self._ids.learner(*key)

    def forget(self) -> None:
        """Let go of what was said so far, once it stands in the record, all parts of it."""
        for rule in self._rules:
            rule.forget()

    @property
    def remembered(self) -> int:
        """How many source ids are held to compare later rows with; the same in every part."""
        return sum(rule.remembered for rule in self._rules)


class RuleReader:
    """Makes one rule's command of each row."""

    def __init__(
        self,
        rule: Rule,
        mapping: TableMapping,
        index: Mapping[str, int],
        ids: Ids,
        zone: ZoneInfo,
    ) -> None:
        self.name = rule.command
        self._class = COMMANDS[rule.command]
        self._ids = ids
        self._made_ids = made_ids(self._class)
        self._constants = {"source": mapping.source}
        self._holds = condition(rule.when, index)
        self._source_id = read_text(rule.source_id, index)
        self._cells = [index[column] for column in dict.fromkeys(_rule_columns(rule))]
        self._columns = {"source_id": columns_of(rule.source_id)}
        self._readers: list[tuple[str, Callable[[Cells], Any]]] = []
        # By source id: whose it is, and what was said, once a row has said it in good form.
        self._said: dict[str, tuple[int, int | None]] = {}
        self._effective: MakeEffective | None = None
        for name, value in rule.fields.items():
            kind = fillable(self._class)[name]
            self._columns[name] = columns = columns_of(value.text)
            if value.made_by is not None:
                read_id = _read_made_id(value.made_by, read_text(value.text, index), ids)
                self._readers.append((name, read_id))
            elif not columns and kind is Kind.TEXT and value.map is None:
                if constant := read_text(value.text, index)(()):
                    self._constants[name] = constant
            else:
                self._readers.append((name, read_value(value, kind, index, mapping.maps, zone)))
        if rule.effective is not None:
            self._columns["effective"] = list(dict.fromkeys(_effective_columns(rule.effective)))
            self._effective = _make_effective(rule.effective)
            for name, day in (FROM, rule.effective.start), (UNTIL, rule.effective.until):
                if day is not None:
                    self._columns[name] = columns_of(day.text)
                    read = read_value(day, Kind.DATE, index, mapping.maps, zone)
                    self._readers.append((name, read))

    def command(self, row: Row, learner: UUID) -> RowCommand | None:
        """The command, or None where the condition does not hold or it was said before.

        Raises RowRefused.
        """
        cells = row.cells
        source_id = self.claim(cells, learner)
        if source_id is None:
            return None
        said = hash(tuple([cells[n] for n in self._cells]))
        whose, before = self._said.get(source_id, (learner.int, None))
        if whose == learner.int and before == said:
            return None
        if whose != learner.int or before is not None:
            sentence = "An earlier row gives the same source_id and says something else."
            raise RowRefused([self._problem(row, "source_id", "source-id-twice", sentence)])
        command_id = self._ids.command(self.name, source_id)
        values: dict[str, Any] = {**self._constants, "source_id": source_id}
        for name in self._made_ids:
            values[name] = command_id
        values.update(self._values(row))
        try:
            made = self._class.model_validate(values)
        except ValidationError as error:
            raise RowRefused(self._problems(row, error)) from None
        return RowCommand(row, learner, made, command_id, self, source_id, said)

    def claim(self, cells: Cells, learner: UUID) -> str | None:
        """The row's source id, which is its learner's from then on; None where no command is made.

        A source id belongs to the first learner it is given for, whatever else the row is like. So
        the parts of an import agree on whose it is, though each looks into its own rows alone.
        """
        if self._holds is not None and not self._holds(cells):
            return None
        source_id = self._source_id(cells)
        if source_id and source_id not in self._said:
            self._said[source_id] = (learner.int, None)
        return source_id

    def _values(self, row: Row) -> dict[str, Any]:
        values: dict[str, Any] = {}
        wrong: list[Problem] = []
        for name, read in self._readers:
            try:
                value = read(row.cells)
            except CellWrong as error:
                wrong.append(self._problem(row, name, error.rule, f"The cell {error}"))
            else:
                if value is not None:
                    values[name] = value
        if not wrong and self._effective is not None:
            try:
                values["effective"] = self._effective(
                    values.pop(FROM, None), values.pop(UNTIL, None)
                )
            except ValidationError as error:
                wrong += self._problems(row, error, "effective")
        if wrong:
            raise RowRefused(wrong)
        return values

    def remember(self, command: RowCommand) -> None:
        """Compare later rows with this command's."""
        self._said[command.source_id] = (command.learner.int, command.said)

    def forget(self) -> None:
        """Compare later rows with nothing so far."""
        self._said.clear()

    @property
    def remembered(self) -> int:
        """How many source ids later rows are compared with."""
        return len(self._said)

    def column(self, field: str) -> str | None:
        """The columns a field is filled from, as one text."""
        return ", ".join(self._columns.get(field, ())) or None

    def _problem(self, row: Row, field: str, rule: str, sentence: str) -> Problem:
        return row.problem(self.column(field), rule, sentence)

    def _problems(
        self, row: Row, error: ValidationError, field: str | None = None
    ) -> list[Problem]:
        problems = []
        for found in error.errors(include_url=False, include_input=False):
            name = field or (str(found["loc"][0]) if found["loc"] else "")
            rule, sentence = told(found, name or self.name)
            days = [day for day in (FROM, UNTIL) if day in sentence]
            of = days[0] if name == "effective" and len(days) == 1 else name
            problems.append(self._problem(row, of, rule, sentence))
        return problems


def _make_effective(given: EffectiveFrom) -> MakeEffective:
    @lru_cache(maxsize=4096)
    def made(first: Any, end: Any) -> Effective:
        return Effective(start=first, until=end, precision=given.precision)

    return made


def _read_made_id(command: str, source_id: ReadText, ids: Ids) -> Callable[[Cells], UUID | None]:
    """The id of what that command made of a source id; None where the cells are empty."""
    return lambda cells: ids.command(command, text) if (text := source_id(cells)) else None


def _named(mapping: TableMapping) -> Iterator[str]:
    yield from mapping.learner.columns
    yield from _when_columns(mapping.when)
    for rule in mapping.rows:
        yield from _rule_columns(rule)
        yield from _when_columns(rule.when)


def _rule_columns(rule: Rule) -> Iterator[str]:
    """The columns that a rule's command is made of."""
    yield from columns_of(rule.source_id)
    for value in rule.fields.values():
        yield from columns_of(value.text)
    if rule.effective is not None:
        yield from _effective_columns(rule.effective)


def _effective_columns(given: EffectiveFrom) -> Iterator[str]:
    yield from columns_of(given.start.text)
    if given.until is not None:
        yield from columns_of(given.until.text)


def _when_columns(when: When) -> Iterator[str]:
    yield from when.equals
    yield from when.present
