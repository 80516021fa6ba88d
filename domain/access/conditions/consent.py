"""Written consent (99.30), paragraph by paragraph, of the one consent that comes closest."""

from domain.access.conditions.registry import condition
from domain.access.consents import PARAGRAPHS, covering, weigh
from domain.access.facts import Facts, Records
from domain.access.words import PartyKind
from domain.words import DataClass

# Paragraph, code, section, what is missing; in the order of `consents.PARAGRAPHS`.
_TOLD = (
    (
        "on_file",
        "FERPA-99.30-a",
        "34 CFR 99.30(a)",
        "No consent is on file. Ask the person who holds the rights for one, signed and dated.",
    ),
    (
        "signed",
        "FERPA-99.30-a-signed",
        "34 CFR 99.30(a)",
        "The consent on file is not signed.",
    ),
    (
        "authenticated",
        "FERPA-99.30-d",
        "34 CFR 99.30(d)",
        "The electronic consent does not show surely who gave it and that they approved its text.",
    ),
    ("dated", "FERPA-99.30-a-dated", "34 CFR 99.30(a)", "The consent on file has no date."),
    (
        "names_records",
        "FERPA-99.30-b-1",
        "34 CFR 99.30(b)(1)",
        "The consent does not say which records. A word such as “all” or “any” is not enough.",
    ),
    (
        "states_purpose",
        "FERPA-99.30-b-2",
        "34 CFR 99.30(b)(2)",
        "The consent does not say for what purpose.",
    ),
    (
        "names_party",
        "FERPA-99.30-b-3",
        "34 CFR 99.30(b)(3)",
        "The consent does not say to whom, or to what class of parties.",
    ),
    (
        "covers_party",
        "FERPA-99.30-b-3-other-party",
        "34 CFR 99.30(b)(3)",
        "The consent on file is for somebody else. Ask for one that names this recipient.",
    ),
    (
        "covers_purpose",
        "FERPA-99.30-b-2-other-purpose",
        "34 CFR 99.30(b)(2)",
        "The consent on file is for another purpose.",
    ),
    (
        "covers_records",
        "FERPA-99.30-b-1-wider",
        "34 CFR 99.30(b)(1)",
        "The consent does not cover these records.",
    ),
    (
        "signer_held_rights",
        "FERPA-99.30-a-signer",
        "34 CFR 99.30(a), 99.5",
        "Whoever signed did not hold the rights over these records on the day of signing.",
    ),
    (
        "in_effect",
        "FERPA-99.30-a-before",
        "34 CFR 99.30(a)",
        "The consent takes effect only after this day; it has to come before the disclosure.",
    ),
    (
        "received",
        "FERPA-99.30-a-received",
        "34 CFR 99.30(a)",
        "The school did not have the consent yet on this day.",
    ),
    ("unexpired", "FERPA-99.30-expired", "34 CFR 99.30", "The consent has run out."),
    (
        "not_withdrawn",
        "FERPA-99.30-withdrawn",
        "34 CFR 99.30; GDPR 7(3)",
        "The consent was withdrawn. Sharing before that day stays as it was.",
    ),
    (
        "not_voided",
        "FERPA-99.30-void",
        "34 CFR 99.30",
        "The consent was never valid, and was marked so.",
    ),
    (
        "survives_transfer",
        "FERPA-99.5-consent",
        "34 CFR 99.5(a)",
        "A parent signed, and the rights have passed to the student. Ask the student.",
    ),
    (
        "proven_if_late",
        "local-late-entry",
        "local",
        "It was entered after the access, so it counts only with its scan and a second person.",
    ),
)
_LOCAL = {"survives_transfer", "proven_if_late"}


def _declare(paragraph: str, code: str, section: str, sentence: str) -> str:
    def test(facts: Facts, records: Records) -> bool:
        return paragraph not in weigh(facts, records).lacks

    test.__name__ = f"consent_{paragraph}"
    condition(code, section, sentence, local=paragraph in _LOCAL)(test)
    return test.__name__


CONSENT = tuple(_declare(*told) for told in _TOLD)
if [told[0] for told in _TOLD] != list(PARAGRAPHS):
    raise RuntimeError("every paragraph of a consent has its sentence, in the same order")


@condition(
    "IDEA-300.622-b-2",
    "34 CFR 300.622(b)(2)",
    "Special education records go to an agency for transition services only with a consent, "
    "whatever else allows it. Ask the person who holds the rights.",
)
def transition_agency_consented(facts: Facts, records: Records) -> bool:
    if PartyKind.TRANSITION_AGENCY not in facts.recipient.kinds:
        return True
    return covering(facts, records) is not None


@condition(
    "IDEA-300.622-b-3",
    "34 CFR 300.622(b)(3)",
    "The learner is at a private school outside the district of residence: special education "
    "records pass between the two districts only with a consent.",
)
def private_school_consented(facts: Facts, records: Records) -> bool:
    if not facts.learner.private_school_elsewhere or records.data_class is not DataClass.SPECIAL_ED:
        return True
    if PartyKind.SCHOOL not in facts.recipient.kinds:
        return True
    return covering(facts, records) is not None
