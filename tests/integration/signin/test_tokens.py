"""Tokens of API clients: limited in scope and time, gone when revoked, and kept as a hash."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import Databases
from api.desk import desk_of
from api.signin.tokens import Made, Tokens
from domain.access.words import AssignmentKind, Role
from domain.people import PersonRegistered
from tests.integration.signin.conftest import Place, rule, served, sign_in
from tests.integration.signin.provider import FakeProvider
from tests.people import appoint
from tests.varied import of_kind

LATER = datetime.now(UTC) + timedelta(days=30)
Make = Callable[..., Made]


@pytest.fixture
def make(place: Place) -> Make:
    def made(*scopes: str, expires: datetime = LATER) -> Made:
        tokens = Tokens(place.system.datastore, place.system.settings.tenant)
        return tokens.make(uuid4(), "Roster sync", frozenset(scopes), expires, UUID(int=0))

    return made


def asked(place: Place, secret: str, method: str = "GET", path: str = "/v1/learners",
          scheme: str = "Bearer") -> httpx.Response:  # fmt: skip
    body = {"given_name": "Ana", "family_name": "Lopez"} if method == "POST" else None
    return httpx.request(
        method,
        f"{place.address}{path}",
        headers={"Authorization": f"{scheme} {secret}".strip()},
        json=body,
        timeout=30,
    )


def test_a_token_lets_its_program_in_without_a_token_against_forms(
    place: Place, make: Make
) -> None:
    made = make("read", "write")
    assert asked(place, made.secret).status_code != 401
    assert asked(place, made.secret, scheme="bearer").status_code != 401
    answer = asked(place, made.secret, "POST")
    assert answer.status_code != 401
    assert answer.status_code < 400 or rule(answer) not in ("csrf-missing", "scope-missing")


@pytest.mark.parametrize(
    ("scopes", "method", "path", "missing"),
    [
        (("read",), "POST", "/v1/learners", "write"),
        (("write",), "GET", "/v1/learners", "read"),
        (("export", "admin"), "GET", "/v1/learners", "read"),
        (("write",), "POST", "/v1/learners/search", "read"),
    ],
)
def test_a_token_is_good_for_its_scopes_alone(
    place: Place, make: Make, *, scopes: tuple[str, ...], method: str, path: str, missing: str
) -> None:
    answer = asked(place, make(*scopes).secret, method, path)
    assert (answer.status_code, rule(answer)) == (403, "scope-missing")
    assert f'scope="{missing}"' in answer.headers["www-authenticate"]


def test_a_token_whose_day_has_come_is_refused(place: Place, make: Make) -> None:
    made = make("read", expires=datetime.now(UTC) - timedelta(seconds=1))
    answer = asked(place, made.secret)
    assert (answer.status_code, rule(answer)) == (401, "token-expired")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_revoked_token_is_refused_at_once_and_for_ever(place: Place, make: Make) -> None:
    made = make("read")
    tokens = Tokens(place.system.datastore, place.system.settings.tenant)
    assert asked(place, made.secret).status_code != 401
    assert tokens.revoke(made.id, UUID(int=1))
    assert rule(asked(place, made.secret)) == "token-revoked"
    assert not tokens.revoke(made.id, UUID(int=2))
    assert [row["revoked_by"] for row in tokens.all()] == [UUID(int=1)]


@pytest.mark.parametrize(
    "secret",
    ["", "x", "throughline_" + "A" * 43, "throughline_" + "A" * 5000, "eyJhbGciOiJub25lIn0.e30."],
)
def test_a_token_nobody_made_is_refused(place: Place, make: Make, secret: str) -> None:
    make("read")
    assert rule(asked(place, secret)) == "token-unknown"


def test_neither_the_digest_nor_the_id_of_a_token_is_a_token(place: Place, make: Make) -> None:
    made = make("read")
    [(digest,)] = place.execute(
        "SELECT digest FROM api_token WHERE tenant = %s", place.system.settings.tenant
    )
    for secret in (digest.hex(), f"throughline_{digest.hex()}", str(made.id)):
        assert rule(asked(place, secret)) == "token-unknown"


def test_a_session_is_no_token_and_a_token_no_session(
    place: Place, make: Make, browser: httpx.Client
) -> None:
    sign_in(browser)
    assert rule(asked(place, browser.cookies["throughline"])) == "token-unknown"
    browser.cookies.clear()
    browser.cookies.set("throughline", make("read").secret)
    answer = browser.get("/v1/learners", headers={"Accept": "application/json"})
    assert rule(answer) == "sign-in-required"


def test_a_token_of_another_district_is_unknown(
    place: Place, make: Make, databases: Databases, provider: FakeProvider
) -> None:
    made = make("read")
    home = place.system.settings.home
    with served(databases, home, provider.address) as other:
        assert rule(asked(other, made.secret)) == "token-unknown"
    assert asked(place, made.secret).status_code != 401


def test_a_session_of_another_district_is_nobodys(
    place: Place, browser: httpx.Client, databases: Databases, provider: FakeProvider
) -> None:
    sign_in(browser)
    with served(databases, place.system.settings.home, provider.address) as other:
        answer = httpx.get(
            f"{other.address}/v1/learners",
            cookies={"throughline": browser.cookies["throughline"]},
            timeout=30,
        )
        assert rule(answer) == "sign-in-required"


def test_the_metrics_are_for_a_token_that_may_read(place: Place, make: Make) -> None:
    assert asked(place, make("write").secret, path="/metrics").status_code == 403
    assert asked(place, make("read").secret, path="/metrics").status_code == 200


def test_what_a_token_records_stands_under_its_persons_name_and_not_under_the_labels(
    place: Place,
) -> None:
    """A family was told that “Roster sync” had written on the record, and not who."""
    park = appoint(place.system, "Ms Park", Role.ADMINISTRATOR, AssignmentKind.DISTRICT)
    tokens = Tokens(place.system.datastore, place.system.settings.tenant)
    made = tokens.make(park.id, "Roster sync", frozenset({"write", "admin"}), LATER, UUID(int=0))
    answer = httpx.post(
        f"{place.address}/v1/people",
        headers={"Authorization": f"Bearer {made.secret}"},
        json={"name": "Elena Flores"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    entered = of_kind(place.system, PersonRegistered)[-1]
    assert (entered.entered_by, entered.entered_by_name) == (park.id, "Ms Park")


def test_a_token_of_nobody_on_file_is_known_by_its_label(place: Place, make: Make) -> None:
    made = make("read")
    desk = desk_of(place.system)
    tokens = Tokens(
        place.system.datastore,
        place.system.settings.tenant,
        lambda person: desk.filed.person(person).name,
    )
    assert tokens.find(made.secret).name == "Roster sync"


def test_neither_token_nor_name_is_shown_when_its_bearer_is(place: Place, make: Make) -> None:
    made = make("read")
    tokens = Tokens(place.system.datastore, place.system.settings.tenant)
    assert made.secret not in repr(tokens.all())
    assert "Roster" not in repr(tokens.find(made.secret))
