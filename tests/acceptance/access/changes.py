"""Small changes of the facts of a request, to be put together."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain.access.evidence import (
    Dated,
)
from domain.access.facts import Facts, Party
from domain.access.jurisdictions import JURISDICTIONS
from domain.access.policy import Basis, DeclaredBasis, Purpose
from domain.access.words import (
    Action,
    AssignmentKind,
    Role,
    Term,
)
from tests.acceptance.access.people import AUGUST, CHEN, duty

Change = Callable[[Facts], Facts]


def file(**changed: Any) -> Change:
    """Other entries on file."""
    return lambda facts: replace(facts, file=replace(facts.file, **changed))


def also(field: str, *more: Dated) -> Change:
    """Entries on file beside those that are there."""
    return lambda facts: file(**{field: (*getattr(facts.file, field), *more)})(facts)


def each(field: str, **changed: Any) -> Change:
    """The entries on file, changed."""
    return lambda facts: file(
        **{field: tuple(replace(one, **changed) for one in getattr(facts.file, field))}
    )(facts)


def without_term(term: Term) -> Change:
    """The agreement, without one of its terms."""
    return lambda facts: each("agreements", terms=facts.file.agreements[0].terms - {term})(facts)


def rights(**changed: Any) -> Change:
    """Other evidence about whose rights they are."""
    return lambda facts: file(rights=replace(facts.file.rights, **changed))(facts)


def request(**changed: Any) -> Change:
    """Something else is asked for."""
    return lambda facts: replace(facts, request=replace(facts.request, **changed))


def asker(**changed: Any) -> Change:
    """Somebody else asks."""
    return lambda facts: request(principal=replace(facts.request.principal, **changed))(facts)


def asked(**changed: Any) -> Change:
    """Other records are asked for."""
    return lambda facts: request(asked=tuple(replace(r, **changed) for r in facts.request.asked))(
        facts
    )


def recipient(**changed: Any) -> Change:
    """The recipient is another."""
    return lambda facts: request(recipient=replace(facts.recipient, **changed))(facts)


def given_to(to: Party, who: Any = CHEN, role: Role = Role.TRANSITION_COORDINATOR) -> Change:
    """A member of staff on duty gives it to somebody instead."""
    return both(
        asker(id=who, roles=frozenset({role})),
        request(action=Action.DISCLOSED, recipient=to),
        also("assignments", duty(who, role, AssignmentKind.SCHOOL)),
    )


def policy(**changed: Any) -> Change:
    """The district chose something else."""
    return lambda facts: replace(facts, policy=replace(facts.policy, **changed))


def law(code: str, **changed: Any) -> Change:
    """The school is somewhere else."""
    return lambda facts: replace(facts, law=replace(JURISDICTIONS[code], **changed))


def learner(**changed: Any) -> Change:
    """The learner is another."""
    return lambda facts: replace(facts, learner=replace(facts.learner, **changed))


def both(*changes: Change) -> Change:
    """Several things are different."""

    def change(facts: Facts) -> Facts:
        for one in changes:
            facts = one(facts)
        return facts

    return change


def resting_on(basis: Basis) -> Change:
    """The purpose of the request rests on this basis of GDPR 6."""
    return lambda facts: replace(
        facts,
        purposes=facts.purposes.with_(
            [
                Purpose(
                    facts.request.purpose,
                    "education",
                    (DeclaredBasis(basis=basis, effective=AUGUST),),
                )
            ]
        ),
    )
