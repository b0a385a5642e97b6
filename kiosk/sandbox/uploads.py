"""Pages of paper: content-addressed, resumable uploads in the shape of tus 1.0.

An upload is named by the SHA-256 of its bytes. While it arrives it is `<digest>.part`; after its
last byte the whole file is read back and compared, synced and renamed. A chunk counts only when
its request was whole and signed, so an upload goes on at the border of a chunk.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sqlite3
from asyncio import to_thread
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kiosk.sandbox.problems import Code, Problem
from kiosk.sandbox.settings import SandboxSettings
from kiosk.sandbox.signatures import Gate
from kiosk.sandbox.store import Store

CHUNK_TYPE = "application/offset+octet-stream"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}")


class Uploads:
    def __init__(self, settings: SandboxSettings, store: Store, gate: Gate) -> None:
        self._settings = settings
        self._store = store
        self._gate = gate
        self._folder = settings.data_dir / "uploads"
        self._in_hand: set[str] = set()

    async def create(self, request: Request) -> Response:
        await self._gate.admit(request)
        digest = _digest(request.headers.get("upload-digest", ""))
        length = _number(request.headers.get("upload-length", ""), "Upload-Length")
        media_type = request.headers.get("upload-media-type", "")
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise Problem(Code.INVALID, "Upload-Media-Type")
        if length < 1:
            raise Problem(Code.INVALID, "Upload-Length")
        if length > self._settings.largest_upload:
            raise Problem(Code.TOO_LARGE)
        location = {"Location": f"/v1/uploads/{digest}"}
        with self._alone(digest):
            known = self._row(digest)
            if known is not None and known["complete"]:
                if known["length"] != length:
                    raise Problem(Code.INVALID, "Upload-Length")
                return Response(status_code=200, headers=location)
            with _disk():
                if known is not None and known["length"] != length:
                    await to_thread(self._part(digest).unlink, missing_ok=True)
                offset = await to_thread(self._begin, digest)
            await self._write(
                "INSERT INTO uploads (digest, length, media_type) VALUES (?, ?, ?)"
                " ON CONFLICT (digest) DO UPDATE SET length = excluded.length,"
                " media_type = excluded.media_type",
                (digest, length, media_type),
            )
            if offset >= length:  # the process died between the last byte and the check
                await self._finish(digest)
                return Response(status_code=200, headers=location)
        return Response(status_code=201, headers=location)

    async def head(self, request: Request) -> Response:
        await self._gate.admit(request)
        digest = _digest(request.path_params["digest"])
        row = self._row(digest)
        if row is None:
            raise Problem(Code.NOT_FOUND)
        offset = row["length"] if row["complete"] else self._size(digest)
        return Response(
            headers={
                "Upload-Offset": str(offset),
                "Upload-Length": str(row["length"]),
                "Cache-Control": "no-store",
            }
        )

    async def patch(self, request: Request) -> Response:
        signed = await self._gate.admit(request, largest=self._settings.largest_chunk)
        digest = _digest(request.path_params["digest"])
        offset = _number(request.headers.get("upload-offset", ""), "Upload-Offset")
        if request.headers.get("content-type", "") != CHUNK_TYPE:
            raise Problem(Code.INVALID, f"Content-Type: {CHUNK_TYPE}")
        with self._alone(digest):
            row = self._row(digest)
            if row is None:
                raise Problem(Code.NOT_FOUND)
            size = row["length"] if row["complete"] else self._size(digest)
            if offset != size:
                raise Problem(Code.OFFSET_MISMATCH, headers={"Upload-Offset": str(size)})
            end = offset + len(signed.body)
            if end > row["length"]:
                raise Problem(Code.TOO_LARGE)
            if not row["complete"]:
                if signed.body:
                    with _disk():
                        await to_thread(self._append, digest, offset, signed.body)
                if end == row["length"]:
                    await self._finish(digest)
        return Response(status_code=204, headers={"Upload-Offset": str(end)})

    def held(self, digest: str) -> tuple[Path, str] | None:
        """File and media type of a complete upload."""
        row = self._row(digest) if _DIGEST.fullmatch(digest) else None
        if row is None or not row["complete"]:
            return None
        return self._file(digest), row["media_type"]

    async def _finish(self, digest: str) -> None:
        with _disk():
            whole = await to_thread(self._verify, digest)
        if not whole:
            await self._write("DELETE FROM uploads WHERE digest = ? AND complete = 0", (digest,))
            raise Problem(Code.DIGEST_MISMATCH)
        await self._write(
            "UPDATE uploads SET complete = 1, length = ? WHERE digest = ?",
            (self._size(digest), digest),
        )

    async def _write(self, sql: str, values: tuple[object, ...]) -> None:
        def job(connection: sqlite3.Connection) -> None:
            connection.execute(sql, values)

        await self._store.write(job)

    def _row(self, digest: str) -> sqlite3.Row | None:
        return self._store.row("SELECT * FROM uploads WHERE digest = ?", (digest,))

    @contextmanager
    def _alone(self, digest: str) -> Generator[None]:
        """One writer an upload; the second is told to come back."""
        if digest in self._in_hand:
            raise Problem(Code.IN_PROGRESS, retry_after=1)
        self._in_hand.add(digest)
        try:
            yield
        finally:
            self._in_hand.discard(digest)

    def _file(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _part(self, digest: str) -> Path:
        return self._file(digest).with_suffix(".part")

    def _size(self, digest: str) -> int:
        """Bytes that arrived. A renamed file whose row was not yet marked counts as well."""
        for path in (self._part(digest), self._file(digest)):
            try:
                return path.stat().st_size
            except FileNotFoundError:
                continue
        return 0

    def _begin(self, digest: str) -> int:
        self._file(digest).parent.mkdir(parents=True, exist_ok=True)
        return self._size(digest)

    def _append(self, digest: str, offset: int, chunk: bytes) -> None:
        with self._part(digest).open("ab", buffering=0) as part:
            try:
                rest = memoryview(chunk)
                while rest:
                    rest = rest[part.write(rest) :]
                os.fsync(part.fileno())
            except OSError:
                part.truncate(offset)
                raise

    def _verify(self, digest: str) -> bool:
        part, file = self._part(digest), self._file(digest)
        if not part.exists():  # renamed before, and only the row was missing
            return file.exists()
        with part.open("rb") as whole:
            if hashlib.file_digest(whole, "sha256").hexdigest() != digest:
                part.unlink()
                return False
        part.rename(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return True


@contextmanager
def _disk() -> Generator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem(Code.STORE_FULL, retry_after=60) from None
        raise


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise Problem(Code.INVALID, "SHA-256 in 64 hex digits")
    return text


def _number(text: str, name: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Problem(Code.INVALID, name)
    return int(text)
