"""The application on a slip of paper (办理回执): what stands on it, in which order.

Chinese only: it is shown to counters and offices. Personal fields are masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from kiosk.applications.model import Application
from kiosk.masking import mask_id_number, mask_name
from kiosk.receipts.receipt import (
    Align,
    Blank,
    Element,
    KeyValue,
    QrCode,
    Receipt,
    Rule,
    Size,
    Text,
)
from kiosk.texts import Phrase, Texts


class LaneStepLike(Protocol):
    @property
    def phrase(self) -> Phrase: ...
    @property
    def done(self) -> bool: ...


class LaneLike(Protocol):
    @property
    def place(self) -> str: ...
    @property
    def role(self) -> Phrase: ...
    @property
    def steps(self) -> Sequence[LaneStepLike]: ...


def qr_content(application: Application) -> str:
    """What progress is asked with: the local number, nothing of the person."""
    return f"TB:{application.local_number}"


def compose(
    application: Application,
    *,
    submission: str,
    platform_number: str,
    refusal: str,
    lanes: Sequence[LaneLike],
    place: str,
    terminal_name: str,
    printed_at: datetime,
    copy: int,
    demonstration: bool,
    texts: Texts,
) -> Receipt:
    """`submission` is "received", "stored" or "refused"; `copy` 0 is the original."""
    reference = application.local_number if copy == 0 else f"{application.local_number}-{copy}"
    elements = (
        *_head(copy, demonstration, texts),
        *_state(submission, refusal, texts),
        Rule(),
        *_facts(application, platform_number, texts),
        Rule(),
        *_lanes(lanes, texts),
        Blank(dots=16),
        QrCode(content=qr_content(application)),
        Text(text=texts.say("print.scan"), align=Align.CENTRE, size=Size.SMALL),
        Rule(),
        Text(text=texts.say("print.keep"), size=Size.SMALL),
        Text(
            text=texts.say(
                "print.foot",
                place=place,
                terminal=terminal_name,
                time=f"{printed_at:%Y-%m-%d %H:%M}",
            ),
            size=Size.SMALL,
        ),
    )
    return Receipt(reference=reference, elements=elements)


def _head(copy: int, demonstration: bool, texts: Texts) -> Iterator[Element]:
    yield Text(text=texts.say("print.title"), size=Size.TITLE, align=Align.CENTRE, bold=True)
    if copy:
        yield Text(text=texts.say("print.copy", number=copy), align=Align.CENTRE, bold=True)
    if demonstration:
        yield Text(text=texts.say("print.demonstration"), align=Align.CENTRE, size=Size.SMALL)
    yield Blank(dots=12)


def _state(submission: str, refusal: str, texts: Texts) -> Iterator[Element]:
    yield Text(text=texts.say(f"print.state.{submission}"), size=Size.LARGE, bold=True)
    yield Text(text=texts.say(f"print.state_note.{submission}"))
    if refusal:
        yield Text(text=refusal)


def _facts(application: Application, platform_number: str, texts: Texts) -> Iterator[Element]:
    yield KeyValue(key=texts.say("print.local_number"), value=application.local_number)
    if platform_number:
        yield KeyValue(key=texts.say("print.platform_number"), value=platform_number)
    yield KeyValue(key=texts.say("print.item"), value=application.item.name)
    yield KeyValue(key=texts.say("print.applicant"), value=mask_name(application.applicant.name))
    yield KeyValue(
        key=texts.say("print.id_number"), value=mask_id_number(application.applicant.id_number)
    )
    for material in application.materials:
        if material.pages:
            yield KeyValue(
                key=material.name, value=texts.say("print.pages", count=len(material.pages))
            )


def _lanes(lanes: Sequence[LaneLike], texts: Texts) -> Iterator[Element]:
    for lane in lanes:
        yield Text(text=f"{lane.place}{texts.speak(lane.role)}", bold=True)
        for step in lane.steps:
            mark = texts.say("print.done" if step.done else "print.to_come")
            yield Text(text=f"{mark} {texts.speak(step.phrase)}")
