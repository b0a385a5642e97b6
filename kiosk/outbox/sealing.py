"""The envelope: every entry has its own key, and that key is wrapped by the terminal's key.

AES-256-GCM throughout. The additional data name the schema, the role and the entry, so that no
sealed bytes can be moved to another place. Whoever deletes the wrapped key has shredded all that
it sealed, in every copy that a write-ahead log or a flash cell may still hold.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.faults import FaultCode
from kiosk.outbox.contract import StoreFault

SCHEMA = 1
KEY_BYTES = 32
_NONCE_BYTES = 12  # random; one key seals a few dozen messages at most


class KeyProvider(Protocol):
    """Where the terminal's key comes from; chosen when the terminal is set up."""

    @property
    def name(self) -> str: ...

    def key(self) -> bytes:
        """32 bytes. Raises `StoreFault` (STORE_KEY)."""
        ...


@dataclass(frozen=True, slots=True)
class KeyFile:
    """32 raw bytes in a file of mode 0600. For development, and where the disk is encrypted."""

    path: Path

    @property
    def name(self) -> str:
        return "key file"

    def create(self) -> None:
        """A new random key. Raises FileExistsError: a key is never overwritten."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(descriptor)
        sync_directory(self.path.parent)

    def key(self) -> bytes:
        try:
            if stat.S_IMODE(self.path.stat().st_mode) & 0o077:
                raise StoreFault(FaultCode.STORE_KEY, "outbox", "key file open to others")
        except OSError as error:
            raise StoreFault(
                FaultCode.STORE_KEY, "outbox", f"key file, errno {error.errno}"
            ) from None
        return _read_key(self.path)


@dataclass(frozen=True, slots=True)
class SystemdCredential:
    """32 raw bytes that systemd decrypts for this service only (LoadCredentialEncrypted=)."""

    credential: str = "outbox-key"

    @property
    def name(self) -> str:
        return "systemd credential"

    def key(self) -> bytes:
        directory = os.environ.get("CREDENTIALS_DIRECTORY")
        if not directory:
            raise StoreFault(FaultCode.STORE_KEY, "outbox", "no credentials directory")
        return _read_key(Path(directory) / self.credential)


def _read_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise StoreFault(FaultCode.STORE_KEY, "outbox", f"key, errno {error.errno}") from None
    if len(key) != KEY_BYTES:
        raise StoreFault(FaultCode.STORE_KEY, "outbox", f"key of {len(key)} bytes")
    return key


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def wrap(terminal_key: bytes, entry_id: str, key: bytes) -> bytes:
    return seal(terminal_key, entry_id, "key", key)


def unwrap(terminal_key: bytes, entry_id: str, wrapped: bytes) -> bytes:
    """Raises `StoreFault` (STORE_KEY): another terminal's key, or damaged."""
    try:
        return unseal(terminal_key, entry_id, "key", wrapped)
    except StoreFault:
        raise StoreFault(FaultCode.STORE_KEY, "outbox", "does not unwrap") from None


def seal(key: bytes, entry_id: str, role: str, clear: bytes) -> bytes:
    """nonce (12) ‖ cipher text ‖ tag (16)."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, _additional(entry_id, role))


def unseal(key: bytes, entry_id: str, role: str, sealed: bytes) -> bytes:
    """Raises `StoreFault` (STORE_DAMAGED): a changed bit, another entry's or role's bytes."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, _additional(entry_id, role))
    except (InvalidTag, ValueError):
        raise StoreFault(FaultCode.STORE_DAMAGED, "outbox", "does not unseal") from None


def _additional(entry_id: str, role: str) -> bytes:
    return f"tongban-outbox {SCHEMA}\n{role}\n{entry_id}".encode()


def sync_directory(path: Path) -> None:
    """Makes names in `path` durable: new files and renames."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
