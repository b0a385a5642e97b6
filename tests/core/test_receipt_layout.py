"""The slip of paper: what stands on it in each state, and nothing personal unmasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.paths import TEXTS
from kiosk.receipts.layout import compose, qr_content
from kiosk.receipts.receipt import KeyValue, QrCode, Receipt, Size, Text
from kiosk.texts import Phrase, Texts
from tests.sample_applications import MARKERS, sample_application

TEXTS_SHIPPED = Texts.load(TEXTS)
PRINTED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
APPLICATION, _ = sample_application(7)


@dataclass(frozen=True)
class Step:
    phrase: Phrase
    done: bool


@dataclass(frozen=True)
class Lane:
    place: str
    role: Phrase
    steps: tuple[Step, ...]


LANES = (
    Lane(
        place="浠水县",
        role=Phrase("lane.collects"),
        steps=(
            Step(Phrase("lane.stored", {"time": "09:30"}), done=True),
            Step(Phrase("lane.will_send"), done=False),
        ),
    ),
    Lane(
        place="天河区",
        role=Phrase("lane.decides"),
        steps=(Step(Phrase("lane.accepts", {"day": "03-09"}), done=False),),
    ),
)


def slip(**changes: object) -> Receipt:
    usual: dict[str, object] = {
        "submission": "received",
        "platform_number": "KS-2026-000001",
        "refusal": "",
        "lanes": LANES,
        "place": "浠水县政务服务中心",
        "terminal_name": "3 号机",
        "printed_at": PRINTED_AT,
        "copy": 0,
        "demonstration": False,
        "texts": TEXTS_SHIPPED,
    }
    return compose(APPLICATION, **{**usual, **changes})  # type: ignore[arg-type]


def lines(receipt: Receipt) -> list[str]:
    found: list[str] = []
    for element in receipt.elements:
        match element:
            case Text(text=words):
                found.append(words)
            case KeyValue(key=key, value=value):
                found.append(f"{key}｜{value}")
            case QrCode(content=content):
                found.append(content)
            case _:
                pass
    return found


def test_received():
    printed = lines(slip())
    assert printed[0] == "办理回执"
    assert "已送达，尚未受理" in printed
    assert "办件编号｜HM-000007" in printed
    assert "平台编号｜KS-2026-000001" in printed
    assert "事项｜异地就医备案" in printed
    assert "居住证明｜2 页" in printed
    assert printed.index("浠水县（代收）") < printed.index("天河区（决定）")
    assert "[已] 材料已收 09:30" in printed
    assert "[待] 受理，最晚 03-09" in printed
    assert printed[-1] == "浠水县政务服务中心 · 3 号机 · 2026-03-02 09:30"


def test_stored_says_that_nothing_was_accepted_yet_and_has_no_platform_number():
    printed = lines(slip(submission="stored", platform_number=""))
    assert "已保存，尚未被受理" in printed
    assert not [line for line in printed if line.startswith("平台编号")]
    assert not [line for line in printed if "已送达" in line]


def test_refused_gives_the_reason_and_no_promises():
    printed = lines(
        slip(submission="refused", platform_number="", refusal="户口簿已换新", lanes=())
    )
    assert "已送达，没有被接收" in printed
    assert "户口簿已换新" in printed
    assert not [line for line in printed if "最晚" in line and "日期" not in line]


def test_a_copy_says_so_and_the_original_does_not():
    assert slip().reference == "HM-000007"
    assert slip(copy=2).reference == "HM-000007-2"
    assert "补打第 2 次" in lines(slip(copy=2))
    assert not [line for line in lines(slip()) if "补打" in line]


def test_a_demonstration_says_that_it_is_one():
    said = "演示：不具效力，人员和编号均为虚构"
    assert said in lines(slip(demonstration=True))
    assert said not in lines(slip())


@pytest.mark.parametrize("submission", ["received", "stored", "refused"])
def test_nothing_personal_stands_unmasked(submission: str):
    printed = "\n".join(lines(slip(submission=submission, refusal="缺一页")))
    for marker in (*MARKERS, "19491231", "示范"):
        assert marker not in printed
    assert "申请人｜张**" in printed
    assert "身份号码｜1101**********002X" in printed


def test_the_code_asks_for_progress_and_names_nobody():
    (code,) = [element for element in slip().elements if isinstance(element, QrCode)]
    assert code.content == qr_content(APPLICATION) == "TB:HM-000007"


def test_a_receipt_does_not_show_its_words_in_a_log():
    assert "张" not in repr(slip())


def test_the_state_is_the_largest_after_the_title():
    sizes = {element.text: element.size for element in slip().elements if isinstance(element, Text)}
    assert sizes["办理回执"] is Size.TITLE
    assert sizes["已送达，尚未受理"] is Size.LARGE
