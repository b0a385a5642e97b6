"""The contract in YAML and the sandbox as it runs: each is held against the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Route

from kiosk.sandbox.problems import Code
from kiosk.sandbox.server import SandboxServer, create_app
from kiosk.sandbox.settings import SandboxSettings
from tests.sandbox_client import Terminal, application, encode

DOCUMENT = Path(__file__).parents[2] / "kiosk/platform/openapi.yaml"
CONTRACT: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
schema = schemathesis.openapi.from_dict(CONTRACT)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/offset+octet-stream")
def chunk(ctx: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    snapshot = tmp_path_factory.mktemp("catalogue") / "snapshot.json"
    snapshot.write_text('{"items": []}', encoding="utf-8")
    server = SandboxServer(
        SandboxSettings(data_dir=tmp_path_factory.mktemp("sandbox"), catalogue=snapshot)
    )
    server.start()
    try:
        terminal = Terminal(server.url)
        assert terminal.enrol().status_code == 201
        yield terminal
    finally:
        server.stop()


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_contract_names(
    case: schemathesis.Case, terminal: Terminal
) -> None:
    response = case.call(
        base_url=terminal.url, session=terminal.session, auth=terminal.signer, timeout=10
    )
    checks = list(CHECKS)
    body = case.meta.components.get(ParameterLocation.BODY) if case.meta else None
    if body is not None and body.mode.is_negative and not isinstance(case.body, NotSet):
        checks.append(negative_data_rejection)
    case.validate_response(response, checks=checks)


def test_the_cases_reach_more_than_the_doorstep(terminal: Terminal) -> None:
    """The signatures that they carry fit, so that answers come from behind the gate."""

    def status(path: str) -> int:
        url = f"{terminal.url}{path}"
        return terminal.session.get(url, auth=terminal.signer, timeout=10).status_code

    assert status("/v1/catalogue") == 200
    assert status("/v1/applications/01a201a7-6797-73ab-abbc-2e2675b54ec0") == 404


def test_the_server_has_the_routes_of_the_contract_and_no_others(tmp_path: Path) -> None:
    app = create_app(SandboxSettings(data_dir=tmp_path))
    served = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route) and route.path.startswith("/v1/")
        for method in (route.methods or set()) - ({"HEAD"} if "GET" in route.methods else set())
    }
    written = {
        (method.upper(), path)
        for path, operations in CONTRACT["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert served == written


def test_the_codes_of_problems_are_the_same_closed_list() -> None:
    listed = CONTRACT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert sorted(listed) == sorted(code.value for code in Code)


def test_every_object_of_the_contract_is_closed() -> None:
    def objects(node: object) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for value in node.values():
                yield from objects(value)
        elif isinstance(node, list):
            for value in node:
                yield from objects(value)

    # `devices` is a mapping by role: its values are closed instead.
    assert all(
        each.get("additionalProperties") is False or "propertyNames" in each
        for each in objects(CONTRACT["components"]["schemas"])
    )


def test_a_whole_application_passes_both_the_schema_and_the_server(terminal: Terminal) -> None:
    page, signature = terminal.upload(b"a page"), terminal.upload(b"ink", "image/png")
    body = application(signature, [page])
    operation = schema["/v1/applications/{id}"]["PUT"]
    case = operation.Case(path_parameters={"id": body["id"]}, body=body)
    for status in (201, 200):
        response = terminal.put(body)
        assert response.status_code == status
        case.validate_response(response, checks=CHECKS)
    example = CONTRACT["components"]["schemas"]["Application"]["example"]
    answer = terminal.call("PUT", f"/v1/applications/{example['id']}", encode(example))
    assert answer.json()["missing"] == [example["signature"]["digest"]]


def test_method_that_a_path_does_not_have(terminal: Terminal) -> None:
    answer = requests.delete(f"{terminal.url}/v1/uploads/{'0' * 64}", timeout=10)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "HEAD, PATCH")
    assert answer.json()["code"] == "invalid"
