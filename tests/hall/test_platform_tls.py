"""The wire under TLS: whom the terminal believes, and that a deadline holds there too."""

from __future__ import annotations

import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.platform.transport import Answer, Transport, Unreached


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    calls = 0

    def do_GET(self) -> None:
        type(self).calls += 1
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        if self.path == "/never":
            self.wfile.flush()
            self.connection.recv(1)
        self.wfile.write(b"hello")

    def log_message(self, *args: object) -> None:
        """Says nothing."""


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform of the test")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "ca.pem", folder / "key.pem"


@pytest.fixture
def far_end(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Base URL, and the path of the authority that vouches for it."""
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    Handler.calls = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", str(certificate)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def get(transport: Transport, path: str = "/v1", seconds: float = 5.0) -> Answer | Unreached:
    return transport.send("GET", path, {}, b"", seconds=seconds)


def test_a_platform_is_believed_when_its_authority_is_known(far_end: tuple[str, str]) -> None:
    url, authority = far_end
    transport = Transport(url, verify=authority)
    for _ in range(3):
        answer = get(transport)
        assert isinstance(answer, Answer) and answer.body == b"hello"


def test_a_stranger_is_told_nothing(far_end: tuple[str, str]) -> None:
    url, _ = far_end
    assert isinstance(get(Transport(url)), Unreached)
    assert Handler.calls == 0


def test_a_certificate_for_another_name_is_not_believed(far_end: tuple[str, str]) -> None:
    url, authority = far_end
    elsewhere = Transport(url.replace("127.0.0.1", "localhost"), verify=authority)
    assert isinstance(get(elsewhere), Unreached)
    assert Handler.calls == 0


def test_the_environment_does_not_choose_the_way(
    far_end: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, authority = far_end
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    assert isinstance(get(Transport(url, verify=authority)), Answer)


def test_the_deadline_holds_under_tls(far_end: tuple[str, str]) -> None:
    url, authority = far_end
    transport = Transport(url, verify=authority)
    assert isinstance(get(transport), Answer)
    before = time.monotonic()
    assert isinstance(get(transport, "/never", seconds=0.5), Unreached)
    assert time.monotonic() - before < 3
    assert isinstance(get(transport), Answer), "and the next call is well again"


def test_a_call_under_tls_can_be_ended_from_another_thread(far_end: tuple[str, str]) -> None:
    url, authority = far_end
    transport = Transport(url, verify=authority)
    assert isinstance(get(transport), Answer)
    answers: list[Answer | Unreached] = []
    caller = threading.Thread(target=lambda: answers.append(get(transport, "/never", 30)))
    calls = Handler.calls
    caller.start()
    deadline = time.monotonic() + 5
    while Handler.calls == calls:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    transport.close()
    caller.join(5)
    assert answers == [Unreached()]
