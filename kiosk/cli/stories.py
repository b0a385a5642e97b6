"""The stories that the terminal plays by itself: for shows, for tests, for a first look."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.cli.autoplay import Player, StoryFailed
from kiosk.devices.health import State
from kiosk.journey.facts import RECEIPT_PRINTER, Submission
from kiosk.journey.views import (
    AskQuestion,
    CameraStage,
    CardStage,
    Identify,
    OverlayKind,
    PrintStage,
    ShowReceipt,
    TakePages,
)

PROVINCE = "360000"  # 江西省
CITY = "360400"  # 九江市
ITEM = "夫妻投靠户口迁移"
CITIZEN = "zhang-shifan"
PHONE = "13800000000"
DAY = "20200504"
PAPERS = ("household_register_first", "household_register_person", "marriage_certificate")


def first_journey(player: Player) -> None:
    """One citizen, one card, one item of another province, from rest to receipt and case."""
    to_sign(player)
    submit(player)
    receive(player)
    close(player)


def paper_out(player: Player) -> None:
    """The printer has no paper; the application is safe, paper comes, the slip is printed."""
    to_sign(player)
    player.hall.receipt_printer.paper("out")
    submit(player)
    player.sees("trouble", "no-paper")
    player.hall.receipt_printer.paper("full")
    receive(player)
    close(player)


def card_pulled(player: Player) -> None:
    """The card is taken away while it is read; laid again, it is read."""
    to_identify(player)
    player.hall.id_reader.faults.fail_next("pull_during_read", command="read")
    player.hall.id_reader.lay(person=CITIZEN)
    player.sees("trouble", "card-pulled")
    player.hall.id_reader.lay(person=CITIZEN)
    player.tap("action:retry")
    identified(player)
    fill(player)
    photograph(player)
    review(player)
    submit(player)
    receive(player)
    close(player)


def reader_unplugged(player: Player) -> None:
    """The reader loses its cable and gets it back: the screen goes on by itself."""
    to_identify(player)
    player.hall.id_reader.unplug()
    player.sees("trouble", "reader-unplugged")
    player.hall.id_reader.plug()
    player.sees("identify", "reader-back")
    player.hall.id_reader.lay(person=CITIZEN)
    identified(player)
    fill(player)
    photograph(player)
    review(player)
    submit(player)
    receive(player)
    close(player)


def camera_frozen(player: Player) -> None:
    """The camera gives the same picture for ever: noticed, opened again, gone on."""
    to_identify(player)
    player.hall.id_reader.lay(person=CITIZEN)
    identified(player)
    fill(player)
    player.hall.tray_camera.page(PAPERS[0])
    player.sees("take_pages", "before-freezing")
    player.hall.tray_camera.freeze(True)
    player.sees("trouble", "camera-frozen")
    player.hall.tray_camera.freeze(False)
    player.until(lambda: player.body.name == "take_pages", "the camera to come back")
    photograph(player)
    review(player)
    submit(player)
    receive(player)
    close(player)


def platform_down(player: Player) -> None:
    """The platform does not answer: the receipt says stored; it goes by itself later."""
    to_sign(player)
    player.sandbox.stop()
    submit(player)
    receive(player, Submission.STORED)
    player.sandbox.start()
    player.until(
        lambda: player.terminal.outbox.board().waiting == 0, "the queue to empty itself", 60
    )
    player.look("sent-by-itself")
    remember(player)
    close(player)


def answer_lost(player: Player) -> None:
    """The platform stores the case and its answer is lost: asked again, one case, never two."""
    to_sign(player)
    player.platform_fault("reset_after_storing", "PUT /v1/applications/")
    submit(player)
    player.until(lambda: player.terminal.outbox.board().waiting == 0, "the case to be settled", 60)
    receive(player)
    if len(player.cases()) != 1:
        raise StoryFailed(f"{len(player.cases())} cases on the platform")
    close(player)


def paper_out_while_printing(player: Player) -> None:
    """The paper ends in the middle of the slip: nobody claims that it was printed."""
    to_sign(player)
    player.hall.receipt_printer.paper_out_after(300)
    submit(player)
    player.sees("trouble", "half-a-slip")
    player.hall.receipt_printer.paper("full")
    player.until(lambda: player.can_tap("action:print_again"), "the way to print a copy")
    player.until(_printer_ready(player), "the printer to be clean again", 40)
    player.tap("action:print_again")
    receive(player)
    close(player)


def _printer_ready(player: Player) -> Callable[[], bool]:
    return lambda: player.terminal.devices.board()[RECEIPT_PRINTER].state is State.READY


def left_alone(player: Player) -> None:
    """Nobody touches the glass any more: a warning, then everything is wiped."""
    to_identify(player)
    player.hall.id_reader.lay(person=CITIZEN)
    identified(player)
    player.sees("question", "left-alone")
    player.pass_time(95)
    if player.terminal.controller.session.overlay is not OverlayKind.IDLE:
        raise StoryFailed("no warning after 95 s")
    player.look("warning")
    player.pass_time(35)
    player.sees("rest", "wiped")
    if player.terminal.controller.session.facts.card is not None:
        raise StoryFailed("the card is still known")
    player.facts["outcome"] = "wiped"


# --- the parts of a journey ----------------------------------------------------------------------


def to_identify(player: Player) -> None:
    player.until(
        lambda: all(
            health.state in (State.READY, State.BUSY)
            for health in player.terminal.devices.board().values()
        ),
        "all devices to be ready",
    )
    player.sees("rest")
    player.tap("start:apply")
    player.sees("choose_region", "provinces")
    player.tap_on_pages(f"region:{PROVINCE}")
    player.sees("choose_region", "cities")
    player.tap_on_pages(f"region:{CITY}")
    item = next(item for item in player.terminal.controller.catalogue.items() if item.name == ITEM)
    player.sees("choose_item")
    player.tap(f"theme:{item.theme}")
    player.look("one-theme")
    player.tap_on_pages(f"item:{item.code}")
    player.sees("verdict")
    player.tap("guide")
    player.sees("guide")
    player.tap("back")
    player.sees("verdict", "again")
    player.tap("next")
    player.sees("consent")
    player.tap("agree")
    player.look("agreed")
    player.tap("next")
    player.sees("identify", "waiting")


def identified(player: Player) -> None:
    def read() -> bool:
        return isinstance(player.body, Identify) and player.body.stage is CardStage.READ

    player.until(read, "the card to be read")
    player.look("read")
    player.tap("next")


def fill(player: Player) -> None:
    player.sees("question")
    asked = ""
    while isinstance(body := player.body, AskQuestion):
        if asked and asked != body.key:
            player.look(body.key)
        asked = body.key
        match body.kind:
            case "choice":
                player.tap(f"choice:{body.choices[0].value}")
            case "phone":
                for digit in PHONE:
                    player.tap(f"key:{digit}")
            case "number":
                player.tap("key:2")
            case _:
                for digit in DAY:
                    player.tap(f"key:{digit}")
        player.tap("next")


def photograph(player: Player) -> None:
    papers = iter((*PAPERS, *PAPERS))
    number = -1
    while isinstance(body := player.body, TakePages):
        if body.number != number:
            number = body.number
            player.look(f"paper-{number}")
        if player.can_tap("next"):
            player.tap("next")
            continue
        player.hall.tray_camera.page(next(papers))
        player.pass_time(0.5)
        player.tap("capture")
        player.until(_judging(player), "the photograph")
        player.look("preview")
        player.tap("keep")


def _judging(player: Player) -> Callable[[], bool]:
    def judging() -> bool:
        return isinstance(player.body, TakePages) and player.body.stage is CameraStage.PREVIEW

    return judging


def review(player: Player) -> None:
    player.sees("review")
    player.tap("next")
    player.sees("sign", "empty")
    player.sign()
    player.look("signed")


def to_sign(player: Player) -> None:
    to_identify(player)
    player.hall.id_reader.lay(person=CITIZEN)
    identified(player)
    fill(player)
    photograph(player)
    review(player)


def submit(player: Player) -> None:
    player.tap("next")
    player.until(lambda: player.body.name in ("receipt", "trouble"), "an answer")


def receive(player: Player, expected: Submission = Submission.RECEIVED) -> None:
    def printed() -> bool:
        return isinstance(player.body, ShowReceipt) and player.body.printing is PrintStage.PRINTED

    player.until(printed, "the slip", 40)
    player.look(expected.value)
    remember(player)
    found = player.terminal.controller.session.facts.submission
    if found is not expected:
        raise StoryFailed(f"the application is {found}, not {expected}")


def remember(player: Player) -> None:
    """For the summary, before the visit is forgotten."""
    facts = player.terminal.controller.session.facts
    application = facts.application
    outcomes = {Submission.RECEIVED: "accepted", Submission.STORED: "stored"}
    player.facts.update(
        outcome=outcomes.get(facts.submission, facts.submission.value),
        application_id=application.id if application is not None else "",
        local_number=application.local_number if application is not None else "",
        platform_number=facts.platform_number,
        print_outcome=facts.printed.value if facts.printed is not None else "none",
    )


def close(player: Player) -> None:
    player.tap("next")
    player.sees("rate")
    player.tap("star:5")
    player.look("rated")
    player.tap("next")
    player.sees("goodbye")
    player.hall.id_reader.remove()
    player.tap("next")
    player.sees("rest", "wiped")
    player.until(lambda: player.terminal.outbox.board().waiting == 0, "the rating to be sent", 40)


STORIES: dict[str, Callable[[Player], None]] = {
    "first-journey": first_journey,
    "card-pulled": card_pulled,
    "reader-unplugged": reader_unplugged,
    "camera-frozen": camera_frozen,
    "paper-out": paper_out,
    "paper-out-while-printing": paper_out_while_printing,
    "platform-down": platform_down,
    "answer-lost": answer_lost,
    "left-alone": left_alone,
}
