"""Files over HTTP: kept, named in an entry, read back, and refused where they must be."""

import hashlib
from collections.abc import Iterator
from uuid import UUID

import httpx

from api.compose import System
from store.keys import KeyId
from tests.integration.api.test_api_bad_input import NOBODY, problem

CONTENT = bytes(range(256)) * 4096  # 1 MiB: several chunks


def test_a_file_is_kept_named_in_its_entry_and_read_back(client: httpx.Client, ana: str) -> None:
    url = f"/v1/learners/{ana}/attachments"

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(CONTENT), 10_000):
            yield CONTENT[start : start + 10_000]

    answer = client.post(url, content=pieces())
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert (kept["size"], kept["group"]) == (len(CONTENT), "profile")
    assert kept["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    named = {
        "id": kept["id"],
        "sha256": kept["sha256"],
        "name": "poster.png",
        "media_type": "image/png",
    }
    entry = {"title": "Poster", "attachments": [named]}
    assert client.post(f"/v1/learners/{ana}/add-work-sample", json=entry).status_code == 201
    back = client.get(f"{url}/{kept['id']}")
    assert back.content == CONTENT
    assert back.headers["Content-Type"] == "application/octet-stream"
    assert back.headers["Content-Disposition"].startswith("attachment")


def test_a_file_is_found_only_on_its_learners_record(client: httpx.Client, ana: str) -> None:
    url = f"/v1/learners/{ana}/attachments"
    kept = client.post(url, content=b"a file", params={"group": "consent"}).json()
    assert client.get(f"{url}/{kept['id']}", params={"group": "consent"}).content == b"a file"
    problem(client.get(f"{url}/{NOBODY}"), 404, "file-unknown")
    stranger = f"/v1/learners/{NOBODY}/attachments"
    problem(client.get(f"{stranger}/{kept['id']}"), 404, "learner-unknown")
    problem(client.post(stranger, content=b"a file"), 404, "learner-unknown")


def test_a_file_that_is_too_large_or_empty_is_refused(
    client: httpx.Client, district: System, ana: str
) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(26):
            yield bytes(1024 * 1024)

    url = f"/v1/learners/{ana}/attachments"
    before = kept_bytes(district)
    problem(client.post(url, content=endless()), 413, "body-too-large", "body")
    problem(client.post(url, content=b""), 422, "too-short", "body")
    problem(client.post(url, content=b"x", params={"group": "all"}), 422, "not-in-list", "group")
    problem(client.post(url, content=b"x", params={"name": "x"}), 422, "query-unknown", "query")
    assert kept_bytes(district) == before


def kept_bytes(district: System) -> int:
    """The size of all files of a district, sealed."""
    with district.datastore.get_connection() as connection:
        row = connection.execute(
            "SELECT coalesce(sum(octet_length(sealed)), 0) AS n FROM attachment WHERE tenant = %s",
            (district.settings.tenant,),
        ).fetchone()
    assert row is not None
    return int(row["n"])


def test_what_was_erased_says_so(client: httpx.Client, district: System, ana: str) -> None:
    url = f"/v1/learners/{ana}/attachments"
    kept = client.post(url, content=b"a file").json()
    district.mapper.keys.destroy(KeyId(district.settings.tenant, UUID(ana), "profile"))
    problem(client.get(f"{url}/{kept['id']}"), 410, "content-erased")
    problem(client.post(url, content=b"another"), 409, "content-erased")
    said = {"area": "needs", "text": "x"}
    answer = client.post(f"/v1/learners/{ana}/record-observation", json=said)
    problem(answer, 409, "content-erased")
