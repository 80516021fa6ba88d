"""`throughline doctor`."""

from dataclasses import asdict

import typer

from api.doctor import examine
from api.findings import Finding
from api.terminal import give_json, say
from projections.projector import NAMES
from store.settings import read_settings

MARKS = {True: "✓", False: "✗", None: "–"}


def doctor(*, as_json: bool) -> None:
    """Print the findings; ends with 1 where anything is wrong."""
    findings = list(examine(read_settings(), NAMES))
    wrong = [finding for finding in findings if finding.ok is False]
    if as_json:
        give_json({"ok": not wrong, "checks": [asdict(finding) for finding in findings]})
    else:
        _show(findings)
    if wrong:
        raise typer.Exit(1)


def _show(findings: list[Finding]) -> None:
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        say(f"{MARKS[finding.ok]} {finding.check:<{width}}  {finding.says}")
        if finding.ok is False and finding.mend:
            say(f"  {'':<{width}}  → {finding.mend}")
