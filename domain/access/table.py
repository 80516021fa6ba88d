"""A version of the table of grounds, made ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.access.conditions import CONDITIONS, Condition
from domain.access.facts import Facts, Records
from domain.access.ground import Ground
from domain.access.words import Action, PartyKind, Role
from domain.words import DataClass

# Roles, act, class of records in law, and kinds of recipient: what a ground is made for.
Asked = tuple[frozenset[Role], Action, DataClass, frozenset[PartyKind]]


@dataclass(frozen=True, slots=True)
class Row:
    """A ground with its conditions looked up; what its purposes ask is the first of them."""

    ground: Ground
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Table:
    """The grounds and what no ground overrules. A district adopts a version as an event."""

    version: str
    grounds: tuple[Ground, ...]
    gates: tuple[str, ...]
    always: tuple[str, ...]
    vetoes: Mapping[DataClass, tuple[str, ...]]
    conditions: Mapping[str, Condition] = field(default_factory=lambda: CONDITIONS, repr=False)

    rows: tuple[Row, ...] = field(init=False, repr=False, compare=False)
    _gates: tuple[Condition, ...] = field(init=False, repr=False, compare=False)
    _vetoes: dict[DataClass, tuple[Condition, ...]] = field(init=False, repr=False, compare=False)
    _found: dict[Asked, tuple[Row, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        codes = [ground.code for ground in self.grounds]
        if len(set(codes)) != len(codes):
            raise ValueError("two grounds of one table carry the same code")
        look_up = self.conditions
        prepared = {
            "_gates": tuple(look_up[name] for name in self.gates),
            "_vetoes": {
                in_law: tuple(
                    look_up[name] for name in (*self.always, *self.vetoes.get(in_law, ()))
                )
                for in_law in DataClass
            },
            "rows": tuple(
                Row(ground, (*_purpose(ground), *(look_up[name] for name in ground.conditions)))
                for ground in self.grounds
            ),
            "_found": {},
        }
        for name, value in prepared.items():
            object.__setattr__(self, name, value)

    def gate_failing(self, facts: Facts, records: Records) -> Condition | None:
        """The first condition that every request has to meet and this one does not."""
        for gate in self._gates:
            if not gate.test(facts, records):
                return gate
        return None

    def vetoes_for(self, records: Records) -> tuple[Condition, ...]:
        """What no ground overrules for such records."""
        return self._vetoes[records.in_law]

    def open_to(self, facts: Facts, records: Records) -> tuple[Row, ...]:
        """The grounds made for these roles, this act, these records and this recipient."""
        request = facts.request
        key = (request.principal.roles, request.action, records.in_law, facts.recipient.kinds)
        rows = self._found.get(key)
        if rows is None:
            rows = self._found[key] = tuple(row for row in self.rows if _is_for(row.ground, *key))
        named = request.ground
        return rows if named is None else tuple(row for row in rows if row.ground.code == named)


def _is_for(
    ground: Ground,
    roles: frozenset[Role],
    act: Action,
    in_law: DataClass,
    kinds: frozenset[PartyKind],
) -> bool:
    return (
        not ground.by.isdisjoint(roles)
        and act in ground.acts
        and in_law in ground.reaches
        and not ground.to.isdisjoint(kinds)
    )


def _purpose(ground: Ground) -> tuple[Condition, ...]:
    """The condition that the request is made for what this ground serves."""
    wanted = ground.purposes
    if not wanted:
        return ()

    def fits(facts: Facts, records: Records) -> bool:
        return facts.purposes.within_any(facts.request.purpose, wanted)

    words = " or ".join(sorted(purpose.replace("-", " ") for purpose in wanted))
    sentence = f"{ground.title}: only for the purpose of {words}, and this was asked for another."
    return (Condition("purpose_fits", f"{ground.code}-purpose", ground.section, sentence, fits),)
