"""The OpenAPI document is complete, and the server keeps to it whatever it is sent."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from api.compose import System
from domain.vocabulary import COMMANDS, GROUPS


@schemathesis.serializer("application/x-ndjson")
def one_line(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A bulk body of one line."""
    return json.dumps(value).encode() + b"\n"


EXAMPLES = 4  # for each of some 70 operations
METHODS = {"get", "post", "put", "delete"}


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method]


def test_every_command_has_a_route_with_its_own_body_summary_and_group(document: Any) -> None:
    for name, command in COMMANDS.items():
        route = document["paths"][f"/v1/learners/{{learner}}/{name}"]["post"]
        body = route["requestBody"]["content"]["application/json"]["schema"]
        assert body == {"$ref": f"#/components/schemas/{command.__name__}"}
        assert route["tags"] == [command.EVENT.SPEC.group]
        assert command.EVENT.TOPIC in route["description"]
    assert {tag["name"] for tag in document["tags"]} > set(GROUPS)
    assert all(tag["description"] for tag in document["tags"])


def test_every_route_and_every_parameter_is_described(document: Any) -> None:
    seen = set()
    for path, method, route in operations(document):
        where = f"{method} {path}"
        assert route["summary"], where
        assert route["description"], where
        assert route["operationId"] not in seen, where
        seen.add(route["operationId"])
        for parameter in route.get("parameters", []):
            assert parameter["description"], f"{where} {parameter['name']}"
            if not is_id(parameter["schema"]):
                found = parameter.get("examples") or parameter["schema"].get("examples")
                assert found, f"{where} {parameter['name']}"
        if path.startswith("/v1/"):
            for status in ("404", "422", "503"):
                content = route["responses"][status]["content"]
                assert list(content) == ["application/problem+json"], where


def test_every_field_is_described_with_an_example_unless_it_is_an_id(document: Any) -> None:
    missing = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
        if not told.get("description")
        or not ("examples" in told or is_id(told) or is_structure(told))
    ]
    assert missing == []


def is_id(schema: Any) -> bool:
    """An id, an optional one, or a list of them."""
    kinds = [s for s in schema.get("anyOf", [schema]) if s.get("type") != "null"]
    return all(s.get("items", s).get("format") == "uuid" for s in kinds)


def is_structure(schema: Any) -> bool:
    """Another schema with fields of its own, or a list of those."""
    kinds = [s for s in schema.get("anyOf", [schema]) if s.get("type") != "null"]
    return all("$ref" in s or "$ref" in s.get("items", {}) for s in kinds)


def test_no_page_of_another_host_is_needed_to_read_it(client: httpx.Client) -> None:
    for path in ("/docs", "/redoc"):
        assert client.get(path).status_code == 404


def test_whatever_is_sent_the_server_does_not_fail(
    address: str, district: System, document: Any
) -> None:
    """About 270 requests by the document, right and wrong ones, the same every time."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=address)
    tried = 0

    def check(case: Case[Any]) -> None:
        nonlocal tried
        tried += 1
        district.projector.catch_up()
        answer = case.call()
        assert answer.status_code < 500, (case.operation.label, answer.text)
        if answer.status_code >= 400 and case.path.startswith("/v1/"):
            assert answer.headers["content-type"] == ["application/problem+json"]
            assert answer.json()["type"].startswith("urn:throughline:problem:")

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        for mode in GenerationMode:
            cases = operation.as_strategy(generation_mode=mode)
            run = given(case=cases)(check)
            if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
                continue  # nothing that could be wrong
            settings(
                max_examples=EXAMPLES // 2,
                derandomize=True,
                phases=(Phase.generate,),
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )(run)()
    assert tried >= 200
