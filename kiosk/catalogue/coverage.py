"""Can it be done here? A verdict for every item, place and day, with a reason and a way on.

Total: unknown codes are carried raw and get a verdict too, and no verdict is a dead end.
Reasons and next steps are text ids (`reason.*`, `next_step.*`).
"""

from __future__ import annotations

from datetime import date

from kiosk.applications.model import HandlingMode
from kiosk.catalogue.model import Coverage, Item, ItemState, Layer, Region, Verdict
from kiosk.catalogue.store import Catalogue

NEXT_STEPS = {
    "covered_online": ("start_here", "national_portal"),
    "covered_collection": ("start_here", "hall_window"),
    "covered_authorised": ("start_here", "hall_window"),
    "covered_joint": ("start_here", "hall_window"),
    "same_province": ("local_window",),
    "outside_list": ("hall_window", "call_12345"),
    "enterprise": ("enterprise_window", "national_portal"),
    "presence_needed": ("book_presence", "call_12345"),
    "print_not_here": ("national_portal", "hall_window"),
    "guide_not_published": ("hall_window", "national_portal", "call_12345"),
    "suspended": ("wait_or_ask", "call_12345"),
    "retired": ("ask_successor",),
    "not_listed": ("choose_again", "hall_window"),
    "region_unknown": ("choose_again", "hall_window"),
}

COVERED_BY_MODE = {
    HandlingMode.ALL_ONLINE: "covered_online",
    HandlingMode.REMOTE_COLLECTION: "covered_collection",
    HandlingMode.REMOTE_AUTHORISED: "covered_authorised",
    HandlingMode.JOINT: "covered_joint",
}

PRESENCE = ("appointment", "guide+appointment", "guide", "face_check")
ANSWERED_BY_PRINT = ("query_print", "query", "query+guide")


def verdict(
    catalogue: Catalogue, item_code: str, decided_in: Region, received_in: Region, on: date
) -> Verdict:
    """`on` is the terminal's local date. A code on its own becomes a place by `catalogue.place`."""
    item = catalogue.item(item_code)
    coverage, reason = _judge(catalogue, item, decided_in, received_in, on)
    shown = item or _unlisted(item_code)
    return Verdict(
        coverage=coverage,
        item=shown,
        decided_in=decided_in,
        received_in=received_in,
        reason=f"reason.{reason}",
        path=_path(catalogue, shown, decided_in, received_in),
        next_steps=tuple(f"next_step.{step}" for step in NEXT_STEPS[reason]),
        on=on,
    )


def state_on(item: Item, on: date) -> ItemState:
    """An item that closes on a day is open until that day."""
    if item.state_since is not None and on < item.state_since:
        return ItemState.ACTIVE
    return item.state


def _judge(
    catalogue: Catalogue, item: Item | None, decided_in: Region, received_in: Region, on: date
) -> tuple[Coverage, str]:
    """What is true of the item everywhere comes first, then the places, then this terminal."""
    if item is None:
        return Coverage.GUIDE_ONLY, "not_listed"
    state = state_on(item, on)
    if state is not ItemState.ACTIVE:
        return Coverage.NOT_OPEN, state.value
    there, here = catalogue.province_of(decided_in.code), catalogue.province_of(received_in.code)
    if there is None or here is None:
        return Coverage.GUIDE_ONLY, "region_unknown"
    if there == here:
        return Coverage.SAME_PROVINCE, "same_province"
    members = _members(catalogue, item)
    if there.code not in members or here.code not in members:
        return Coverage.GUIDE_ONLY, "outside_list"
    return _judge_here(item)


def _judge_here(item: Item) -> tuple[Coverage, str]:
    if item.target == "enterprise":
        return Coverage.GUIDE_ONLY, "enterprise"
    if item.action in PRESENCE:
        return Coverage.GUIDE_ONLY, "presence_needed"
    if item.guide is None:
        printed = item.action in ANSWERED_BY_PRINT
        return Coverage.GUIDE_ONLY, "print_not_here" if printed else "guide_not_published"
    return Coverage.COVERED, COVERED_BY_MODE[item.mode]


def _members(catalogue: Catalogue, item: Item) -> tuple[str, ...]:
    listed = catalogue.list_of(item)
    return listed.members if listed is not None else ()


def _path(catalogue: Catalogue, item: Item, there: Region, here: Region) -> tuple[str, ...]:
    listed = catalogue.list_of(item)
    between = (listed.name,) if listed is not None else ()
    return (there.name, *between, here.name)


def _unlisted(code: str) -> Item:
    return Item(
        code=code,
        version="",
        name=code,
        name_en=code,
        theme="",
        department="",
        target="individual",
        mode=HandlingMode.ALL_ONLINE,
        action="none",
        layer=Layer.REFERENCE,
    )
