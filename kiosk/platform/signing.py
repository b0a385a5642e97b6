"""The terminal's signature on a request: SM2 with SM3, docs/platform.md "Every request".

SM3 (GB/T 32905) comes from `cryptography`; SM2 (GB/T 32918.2) from `gmssl_fast`, which is named
only here. Its nonce comes from the operating system's generator and its user id is the standard's
default, 1234567812345678.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import gmssl_fast
from cryptography.hazmat.primitives import hashes

from kiosk.faults import FaultCode, KioskError

_SM2 = cast(Any, gmssl_fast.SM2)  # ships without complete types
_GmsslError = cast(type[Exception], cast(Any, gmssl_fast).GmsslError)


def sm3(data: bytes) -> bytes:
    """32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


class SigningKey:
    """One SM2 key pair. May be used from several threads."""

    def __init__(self, private: str, public: str) -> None:
        """Hex: `private` 64 digits, `public` 130 digits beginning with 04.

        Raises `KioskError` (STORE_KEY) when the two are no pair.
        """
        self.public = public.lower()
        self._private = private.lower()
        try:
            self._pair = _SM2(private_key=self._private, public_key=self.public)
            signature = self.sign(b"pair")
        except (ValueError, RuntimeError, _GmsslError):
            raise KioskError(FaultCode.STORE_KEY, "signing", "not an SM2 key pair") from None
        if not verify(self.public, b"pair", signature):
            raise KioskError(FaultCode.STORE_KEY, "signing", "not an SM2 key pair")

    @classmethod
    def generate(cls) -> SigningKey:
        pair = _SM2.generate()
        return cls(pair.private_key_hex, pair.public_key_hex)

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Raises `KioskError` (STORE_KEY): no such file, open to others, not a key."""
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise KioskError(FaultCode.STORE_KEY, "signing", "key file open to others")
            content = json.loads(path.read_bytes())
            return cls(str(content["private"]), str(content["public"]))
        except OSError as error:
            detail = f"key file, errno {error.errno}"
        except (ValueError, KeyError, TypeError):
            detail = "key file is not a key"
        raise KioskError(FaultCode.STORE_KEY, "signing", detail)

    def save(self, path: Path) -> None:
        """A new file, readable by its owner only. Raises OSError; FileExistsError above all."""
        content = json.dumps(
            {"algorithm": "SM2", "private": self._private, "public": self.public}
        ).encode()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)

    def sign(self, data: bytes) -> bytes:
        """64 bytes, r‖s."""
        return bytes(self._pair.sign(data))


def verify(public: str, data: bytes, signature: bytes) -> bool:
    """`public` 130 hex digits, `signature` 64 bytes r‖s. False for anything malformed."""
    try:
        return bool(_SM2(public_key=public).verify(data, signature))
    except (ValueError, RuntimeError, _GmsslError):
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSigner:
    terminal_id: str
    key: SigningKey = field(repr=False)

    def sign_request(
        self, method: str, path_query: str, body: bytes, timestamp_ms: int, nonce: str
    ) -> dict[str, str]:
        """The five header fields. `nonce`: 32 hex digits, never used twice."""
        digest = f"sm3={sm3(body).hex()}"
        text = signed_text(method, path_query, timestamp_ms, nonce, digest)
        return {
            "X-Terminal-Id": self.terminal_id,
            "X-Timestamp": str(timestamp_ms),
            "X-Nonce": nonce,
            "X-Content-Digest": digest,
            "X-Signature": base64.b64encode(self.key.sign(text)).decode("ascii"),
        }


def signed_text(method: str, path_query: str, timestamp_ms: int, nonce: str, digest: str) -> bytes:
    return f"{method}\n{path_query}\n{timestamp_ms}\n{nonce}\n{digest}".encode()


def vectors_hold() -> bool:
    """The published examples of GB/T 32905 and GB/T 32918.5 (annexes A), run here and now."""
    public = (
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    )
    signature = bytes.fromhex(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
    )
    abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    return (
        sm3(b"abc").hex() == abc
        and verify(public, b"message digest", signature)
        and not verify(public, b"message digest.", signature)
    )
