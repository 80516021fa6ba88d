"""Files over HTTP: kept, named in an entry, read back, and refused where they must be."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import System
from domain.errors import UnknownAttachment
from domain.event import Attachment
from domain.facts import RecordObservation
from domain.words import Area
from store.keys import KeyId
from tests.installation import record, register
from tests.integration.api.test_api_bad_input import NOBODY, problem
from tests.varied import changes_of

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


# -- naming a file that is not there ------------------------------------------------------------


def kept_file(client: httpx.Client, learner: object, group: str = "profile") -> dict[str, Any]:
    """A file on a learner's record, as a command names it."""
    url = f"/v1/learners/{learner}/attachments"
    kept = client.post(url, content=b"a file", params={"group": group}).json()
    return named(kept["id"], kept["sha256"])


def named(attachment: str, sha256: str) -> dict[str, Any]:
    return {"id": attachment, "sha256": sha256, "name": "form.pdf", "media_type": "text/plain"}


WRONG_FILES = ["that was never kept", "of another digest", "of another learner", "of another group"]


def wrong_file(client: httpx.Client, district: System, ana: str, wrong: str) -> dict[str, Any]:
    match wrong:
        case "that was never kept":
            return named(str(uuid4()), hashlib.sha256(b"a file").hexdigest())
        case "of another digest":
            return {**kept_file(client, ana), "sha256": hashlib.sha256(b"another").hexdigest()}
        case "of another learner":
            return kept_file(client, register(district))
    return kept_file(client, ana, "consent")


@pytest.mark.parametrize("wrong", WRONG_FILES)
def test_a_command_named_a_file_that_was_not_there_and_was_recorded(
    client: httpx.Client, district: System, ana: str, wrong: str
) -> None:
    files = [kept_file(client, ana), wrong_file(client, district, ana, wrong)]
    entry = {"area": "needs", "text": "Signed.", "attachments": files}
    before = changes_of(district)
    url = f"/v1/learners/{ana}/record-observation"
    problem(client.post(url, json=entry), 422, "attachment-unknown", "attachments[1].id")
    lines = [
        {"learner": ana, "command": "record-observation", "command_id": str(uuid4()), **line}
        for line in (entry, {**entry, "attachments": files[:1]}, {**entry, "attachments": []})
    ]
    answer = client.post(
        "/v1/commands",
        content="\n".join(map(json.dumps, lines)),
        headers={"Content-Type": "application/x-ndjson"},
    )
    answers = [json.loads(text) for text in answer.text.splitlines()]
    assert [a["status"] for a in answers] == [422, 201, 201]
    assert answers[0]["problem"]["errors"][0]["field"] == "attachments[1].id"
    assert changes_of(district) == before + 2


def test_a_file_is_looked_for_in_the_group_that_its_entry_is_kept_in(
    client: httpx.Client, ana: str
) -> None:
    url = f"/v1/learners/{ana}/record-observation"
    entry = {"area": "needs", "text": "Signed.", "data_class": "special_ed"}
    ordinary = {**entry, "attachments": [kept_file(client, ana)]}
    problem(client.post(url, json=ordinary), 422, "attachment-unknown", "attachments[0].id")
    special = {**entry, "attachments": [kept_file(client, ana, "special_ed")]}
    assert client.post(url, json=special).status_code == 201


def test_no_way_in_passes_by_the_files_that_a_command_names(district: System) -> None:
    """The pages, the import and the demo give their commands to the same application."""
    learner = register(district)
    lost = Attachment(id=uuid4(), name="form.pdf", media_type="text/plain", sha256="0" * 64)
    command = RecordObservation(area=Area.NEEDS, text="Signed.", attachments=(lost,))
    before = changes_of(district)
    with pytest.raises(UnknownAttachment) as refused:
        record(district, learner, command)
    assert refused.value.field == "attachments[0].id"
    assert changes_of(district) == before
    record(district, learner, command.model_copy(update={"attachments": ()}))
    assert changes_of(district) == before + 1


def test_a_repeat_of_a_command_with_a_file_is_answered_as_before(
    client: httpx.Client, ana: str
) -> None:
    url, key = f"/v1/learners/{ana}/record-observation", {"Idempotency-Key": str(uuid4())}
    entry = {"area": "needs", "text": "Signed.", "attachments": [kept_file(client, ana)]}
    first, again = (client.post(url, json=entry, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
