"""Weighing the consents on file against a request: which one covers it, and what each one lacks."""

from collections.abc import Callable

from domain.access.evidence import Consent
from domain.access.facts import Facts, Records, Weighed, names
from domain.access.policy import AtTransfer
from domain.access.rights import Holder, acts_as_parent
from domain.access.words import is_wildcard

Paragraph = Callable[[Facts, Records, Consent], bool]


def weigh(facts: Facts, records: Records) -> Weighed:
    """The consent that covers these records or lacks least; of equals the one signed last."""
    known = facts.weighed
    for one, weighed in known:
        if one is records:  # the same object: comparing fields would cost more than weighing
            return weighed
    found = _weigh(facts, records)
    known.append((records, found))
    return found


def _weigh(facts: Facts, records: Records) -> Weighed:
    best = Weighed(None, frozenset(PARAGRAPHS))
    for consent in sorted(facts.file.consents, key=lambda c: (c.effective, c.id), reverse=True):
        lacks = frozenset(
            n for n, holds in PARAGRAPHS.items() if not holds(facts, records, consent)
        )
        if best.consent is None or len(lacks) < len(best.lacks):
            best = Weighed(consent, lacks)
    return best


def covering(facts: Facts, records: Records) -> Consent | None:
    """The consent these records may be shared under, if there is one."""
    found = weigh(facts, records)
    return found.consent if found.covers else None


def _names_party(facts: Facts, records: Records, consent: Consent) -> bool:
    named = consent.recipient_class
    return consent.recipient is not None or (named is not None and not is_wildcard(named))


def _covers_party(facts: Facts, records: Records, consent: Consent) -> bool:
    to = facts.recipient
    if not _names_party(facts, records, consent):
        return True  # told already
    return consent.recipient == to.id or consent.recipient_class in to.classes


def _names_records(facts: Facts, records: Records, consent: Consent) -> bool:
    return bool(consent.records) and not any(is_wildcard(name) for name in consent.records)


def _signer_held_rights(facts: Facts, records: Records, consent: Consent) -> bool:
    """On the day of signing, for these very records: school's or college's, FERPA's or IDEA's."""
    day = consent.signed_on
    if consent.signer is None or day is None:
        return True  # told already
    holder = facts.holder(records, day).holder
    if holder is Holder.STUDENT:
        return consent.signer == facts.learner.id
    return holder is Holder.PARENT and acts_as_parent(
        facts.file.rights, consent.signer, records.regime, day
    )


def _survives_transfer(facts: Facts, records: Records, consent: Consent) -> bool:
    if facts.policy.parent_consent_at_transfer is AtTransfer.CONTINUES:
        return True
    return consent.signer == facts.learner.id or facts.holder(records).holder is not Holder.STUDENT


def _proven_if_late(facts: Facts, records: Records, consent: Consent) -> bool:
    """An entry made after the access it would cover needs its scan and a second person."""
    if consent.recorded is None or consent.recorded <= facts.request.at:
        return True
    second = consent.confirmed_by
    return bool(consent.scan) and second is not None and second != consent.entered_by


# In the order in which a person is told what is missing.
PARAGRAPHS: dict[str, Paragraph] = {
    "on_file": lambda facts, records, consent: True,
    "signed": lambda facts, records, consent: consent.signer is not None,
    "authenticated": lambda facts, records, consent: (
        not consent.electronic or consent.authenticated
    ),
    "dated": lambda facts, records, consent: consent.signed_on is not None,
    "names_records": _names_records,
    "states_purpose": lambda facts, records, consent: not is_wildcard(consent.purpose),
    "names_party": _names_party,
    "covers_party": _covers_party,
    "covers_purpose": lambda facts, records, consent: (
        is_wildcard(consent.purpose)
        or facts.purposes.within(facts.request.purpose, consent.purpose)
    ),
    "covers_records": lambda facts, records, consent: (
        not _names_records(facts, records, consent) or names(consent.records, records)
    ),
    "signer_held_rights": _signer_held_rights,
    "in_effect": lambda facts, records, consent: consent.effective <= facts.today,
    "received": lambda facts, records, consent: (
        consent.received is None or consent.received <= facts.today
    ),
    "unexpired": lambda facts, records, consent: (
        consent.until is None or facts.today < consent.until
    ),
    "not_withdrawn": lambda facts, records, consent: (
        consent.withdrawn is None or not consent.withdrawn.by(facts.today)
    ),
    "not_voided": lambda facts, records, consent: consent.voided is None,
    "survives_transfer": _survives_transfer,
    "proven_if_late": _proven_if_late,
}
