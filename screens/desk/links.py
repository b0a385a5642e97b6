"""The two wires of the desk: JSON lines to the simulators, HTTP to the sandbox platform.

Calls block for a moment; they are made in the desk's one calling thread.
"""

from __future__ import annotations

import json
import socket
import urllib.request
from typing import Any

Address = tuple[str, int]
TIMEOUT = 5.0  # seconds


class Refused(Exception):
    """The other side answered no, or did not answer; the text says why."""


def ask(address: Address, request: dict[str, Any]) -> dict[str, Any]:
    """One request to the simulators' control socket. Raises `Refused`."""
    try:
        with socket.create_connection(address, timeout=TIMEOUT) as connection:
            connection.sendall(json.dumps(request, ensure_ascii=False).encode() + b"\n")
            with connection.makefile("rb") as lines:
                answer: dict[str, Any] = json.loads(lines.readline() or b"{}")
    except (OSError, ValueError) as error:
        raise Refused(str(error)) from error
    if not answer.get("ok"):
        raise Refused(str(answer.get("error", "no answer")))
    return answer


def http(method: str, url: str, body: dict[str, Any] | None = None) -> Any:
    """One request to the sandbox; the JSON of its answer, or None. Raises `Refused`."""
    data = None if body is None else json.dumps(body).encode()
    try:
        request = urllib.request.Request(
            url, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            text = answer.read()
        return json.loads(text) if text else None
    except (OSError, ValueError) as error:  # no such address, no answer, not JSON
        raise Refused(str(error)) from error
