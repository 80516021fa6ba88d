"""The page of grounds for counsel is what the code says.

`python -m tests.unit.access.test_access_docs` writes it anew.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from domain.access.conditions import CONDITIONS, Condition
from domain.access.ground import Ground, Keeping
from domain.access.grounds import NOT_MODELLED, TABLE
from domain.access.jurisdictions import JURISDICTIONS, Jurisdiction
from domain.access.policy import LocalPolicy
from domain.access.words import ANYONE

DOCS = Path(__file__).parents[3] / "docs" / "access"
KEPT = {
    Keeping.RECORD: "in the record of disclosures (99.32)",
    Keeping.EXEMPT: "exempt ({}); in the full access log all the same",
    Keeping.SEALED: "exempt ({}); in a sealed log that the officer alone reads",
    Keeping.RELEASE: "{}; in the list of releases",
}


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# The grounds",
            "",
            (
                "Made from the code (`python -m tests.unit.access.test_access_docs`); a test "
                f"compares the two. Version `{TABLE.version}`. For counsel to read beside the law: "
                "every section is cited, nothing here is a legal opinion, and what counsel finds "
                "wrong is changed in the table, not in the program."
            ),
            "",
            "Whoever asks, for whatever reason, all of these hold:",
            *listed(TABLE.gates),
            "",
            "And no ground overrules these, for the kinds of records they name:",
            *listed(TABLE.always, "every kind"),
            *(line for kind, held in TABLE.vetoes.items() for line in listed(held, kind)),
            *(line for ground in TABLE.grounds for line in section(ground)),
            "",
            "## Not modelled",
            "",
            "Refused with `route-to-person`: the privacy officer decides and records the outcome.",
            "",
            *(f"- {title} ({cited}) `{code}`" for code, (cited, title) in NOT_MODELLED.items()),
            "- Any other ground, and whatever is not known",
            "",
            *places(),
            "",
        ]
    )


def section(ground: Ground) -> list[str]:
    """What the page says of one ground."""
    exemption = KEPT[ground.keeping].format(ground.exemption)
    idea = "exempt from" if ground.idea_exempt else "in"
    return [
        "",
        f"## {ground.title}",
        "",
        f"`{ground.code}` · {ground.section}",
        "",
        "| | |",
        "|---|---|",
        f"| who acts | {words(ground.by)} |",
        f"| to whom | {'anybody' if ground.to == ANYONE else words(ground.to)} |",
        f"| what | {words(ground.acts)} |",
        f"| for | {words(ground.purposes) or 'any declared purpose'} |",
        f"| which records | {words(ground.reaches)} |",
        f"| log | {exemption}; special education: {idea} the record of access (300.614) |",
        f"| notice of 99.33(d) | {'served' if ground.notice else 'none'} |",
        f"| the family's view | {'shown' if ground.family_sees else 'withheld by default'} |",
        "",
        "All of these hold, else the first that does not is the answer:",
        *listed(ground.conditions),
    ]


def words(found: Iterable[str]) -> str:
    """A set as a list of words."""
    return ", ".join(sorted(one.replace("_", " ").replace("-", " ") for one in found))


def listed(names: Iterable[str], kind: str = "") -> list[str]:
    """Conditions, by what is said where one is missing."""
    before = f"({kind.replace('_', ' ')}) " if kind else ""
    return ["", *(f"- {before}{told(CONDITIONS[name])}" for name in names)]


def told(found: Condition) -> str:
    """One condition, as a person is told of it."""
    chosen = " **The district's choice.**" if found.local else ""
    cited = "" if found.section == "local" else f" ({found.section})"
    return f"*{found.name.replace('_', ' ')}*: “{found.sentence}”{cited} `{found.code}`{chosen}"


def places() -> list[str]:
    """The law of places and the district's own choices, apart."""
    policy = LocalPolicy()
    at_transfer = policy.parent_consent_at_transfer
    return [
        "## The law of places",
        "",
        "From public sources, not re-read word for word: each row is for counsel to confirm.",
        "",
        (
            "| place | rights pass at | 29 February | rights under IDEA | emancipated | "
            "online consent | confidences | treatment records | sources |"
        ),
        "|---|---|---|---|---|---|---|---|---|",
        *(place(found) for found in JURISDICTIONS.values()),
        "",
        "## What a district chooses",
        "",
        "| choice | default |",
        "|---|---|",
        f"| a parent's consent, when rights pass to the student | {at_transfer} |",
        f"| training is renewed after | {policy.recertify_days} days |",
        f"| an emergency opening lasts | {policy.opening_hours} hours |",
        f"| it is on the officer's list after | {policy.review_opening_days} days |",
        f"| tax years back that show dependency | {policy.dependency_years_back} |",
        f"| days a family has to object to a subpoena | {policy.days_to_object} |",
        f"| opt-outs set after a student left | {honoured(policy)} |",
        f"| COPPA | {policy.coppa} |",
        *(
            f"| records of interest to a {role.replace('_', ' ')} | {words(classes)} |"
            for role, classes in policy.interests.items()
        ),
    ]


def honoured(policy: LocalPolicy) -> str:
    """Whether a later opt-out of a former student counts."""
    return "honoured" if policy.honour_later_opt_outs else "not honoured"


def place(found: Jurisdiction) -> str:
    """One row."""
    confided, under_idea = found.counselor_confidential_from, found.idea_transfer_age
    cells = [
        f"{found.name} (`{found.code}`)",
        f"{found.age_of_transfer}" if found.ferpa else "not modelled",
        found.leap_birthday,
        "stay with the parents" if under_idea is None else f"{under_idea}",
        "holds the rights" if found.emancipation_transfers else "parents hold them",
        f"{found.online_consent_age}",
        "not known" if confided is None else f"from {confided}",
        "kept apart" if found.treatment_allowed else "not known",
        "; ".join(found.sources),
    ]
    return f"| {' | '.join(cells)} |"


@pytest.mark.law("FERPA-99.31", "document")
def test_the_page_of_grounds_is_what_the_code_says() -> None:
    assert (DOCS / "grounds.md").read_text() == page()


def test_what_is_not_modelled_is_in_no_row_of_the_table() -> None:
    assert NOT_MODELLED.keys().isdisjoint(g.code for g in TABLE.grounds)


def test_no_page_says_compliant() -> None:
    for found in DOCS.glob("*.md"):
        assert "compliant" not in found.read_text().casefold()


if __name__ == "__main__":
    (DOCS / "grounds.md").write_text(page())
