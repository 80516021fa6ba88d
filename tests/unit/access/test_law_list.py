"""`make law` fails where a rule has no test, a test did not pass, or a name is unknown."""

from tests.law import PENDING, RULES, Held, told

EVERY_WAY = [(rule, way) for rule, ways in RULES.items() for way in ways]


def whole() -> Held:
    """Every way that is not pending has a test that passed."""
    held = Held()
    for rule, way in EVERY_WAY:
        if (rule, way) not in PENDING:
            held.tests[rule, way].add(f"{rule}-{way}")
            held.passed.add(f"{rule}-{way}")
    return held


def test_nothing_is_wrong_where_every_way_has_a_test_or_is_pending() -> None:
    lines, wrong = told(whole())
    assert wrong == []
    assert sum("PENDING" in line for line in lines) == len(PENDING)


def test_a_way_without_a_test_is_wrong() -> None:
    held = whole()
    del held.tests["FERPA-99.4", "order-received"]
    assert told(held)[1] == ["FERPA-99.4: “order-received” has no test"]


def test_a_test_that_failed_or_never_ran_is_wrong() -> None:
    failed, never = whole(), whole()
    failed.failed.add("FERPA-99.4-order-received")
    never.passed.remove("FERPA-99.4-order-received")
    for held in (failed, never):
        assert told(held)[1] == ["FERPA-99.4: FERPA-99.4-order-received did not pass"]


def test_what_is_tested_is_no_longer_pending() -> None:
    held = whole()
    held.tests["FERPA-99.32", "outlives"].add("a test")
    held.passed.add("a test")
    assert told(held)[1] == ["FERPA-99.32: “outlives” has a test and is still listed as pending"]


def test_a_name_that_is_in_no_list_is_wrong() -> None:
    held = whole()
    held.tests["FERPA-99.99", "misspelt"].add("a test")
    assert "FERPA-99.99: “misspelt” is in no list of ways" in told(held)[1]


def test_what_is_pending_is_a_way_of_a_rule() -> None:
    assert set(PENDING) <= set(EVERY_WAY)
