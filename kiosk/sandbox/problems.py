"""Problem documents (RFC 9457) with a closed list of codes: every refusal of the sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class Code(StrEnum):
    CLOCK_SKEW = "clock_skew"
    SIGNATURE_INVALID = "signature_invalid"
    NONCE_REUSED = "nonce_reused"
    TERMINAL_UNKNOWN = "terminal_unknown"
    TERMINAL_REVOKED = "terminal_revoked"
    NOT_FOUND = "not_found"
    IN_PROGRESS = "in_progress"
    OFFSET_MISMATCH = "offset_mismatch"
    TOO_LARGE = "too_large"
    KEY_REUSED = "key_reused"
    INVALID = "invalid"
    BUSINESS_REFUSED = "business_refused"
    MATERIALS_MISSING = "materials_missing"
    DIGEST_MISMATCH = "digest_mismatch"
    BUSY = "busy"
    MAINTENANCE = "maintenance"
    STORE_FULL = "store_full"
    INTERNAL = "internal"


_KINDS: Mapping[Code, tuple[int, str]] = {
    Code.CLOCK_SKEW: (401, "终端时间与平台时间相差过大"),
    Code.SIGNATURE_INVALID: (401, "终端签名未通过验证"),
    Code.NONCE_REUSED: (401, "请求随机数已被使用"),
    Code.TERMINAL_UNKNOWN: (401, "终端尚未登记"),
    Code.TERMINAL_REVOKED: (403, "终端登记已被注销"),
    Code.NOT_FOUND: (404, "没有找到"),
    Code.IN_PROGRESS: (409, "上一次请求仍在处理"),
    Code.OFFSET_MISMATCH: (409, "上传位置不一致"),
    Code.TOO_LARGE: (413, "内容超过允许的大小"),
    Code.KEY_REUSED: (422, "同一编号已用于不同内容"),
    Code.INVALID: (422, "内容不符合要求"),
    Code.BUSINESS_REFUSED: (422, "不能受理"),
    Code.MATERIALS_MISSING: (424, "材料尚未传齐"),
    Code.DIGEST_MISMATCH: (460, "上传内容与摘要不符"),
    Code.BUSY: (503, "平台繁忙，请稍后再试"),
    Code.MAINTENANCE: (503, "平台正在维护，请稍后再试"),
    Code.STORE_FULL: (507, "平台存储空间不足"),
    Code.INTERNAL: (500, "平台内部错误"),
}


class Problem(Exception):
    """An answer that is not the wished one. Its text never carries a person's data."""

    def __init__(
        self,
        code: Code,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after: int | None = None,
        missing: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.detail = detail
        self.status = status if status is not None else _KINDS[code][0]
        self.missing = tuple(missing)
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)

    def response(self) -> Response:
        document: dict[str, object] = {
            "type": f"urn:tongban:problem:{self.code.value}",
            "title": _KINDS[self.code][1],
            "status": self.status,
            "detail": self.detail or _KINDS[self.code][1],
            "code": self.code.value,
        }
        if self.missing:
            document["missing"] = list(self.missing)
        return Response(
            json.dumps(document, ensure_ascii=False).encode(),
            status_code=self.status,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )
