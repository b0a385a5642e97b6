"""The desk's window: a card for each device, its state, its levers; calls run in one own thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from kiosk.texts import Texts
from screens.desk import board, links
from screens.desk.board import Citizen, Lever, Panel
from screens.theme import fonts, tokens
from screens.theme.look import Look
from screens.widgets.buttons import Button
from screens.widgets.cards import Card, Chip
from screens.widgets.elements import Column, Element, Grid, Row, Space
from screens.widgets.icons import Icon
from screens.widgets.words import Title, Words

ASSETS = Path(__file__).resolve().parents[2] / "assets"
ASK_EVERY = 1.0  # seconds
ICONS = {"id_reader": "card", "camera": "camera", "printer": "printer", "platform": "network"}

Devices = Mapping[str, Mapping[str, Any]]


class Calls:
    """Talks to both far ends in a thread; what it learns is fetched by `news`."""

    def __init__(self, control: links.Address, sandbox_url: str) -> None:
        self._control = control
        self._sandbox = sandbox_url.rstrip("/")
        self._wanted: queue.Queue[Lever | None] = queue.Queue()
        self._news: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="desk-calls", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._wanted.put(None)
        if self._thread is not None:
            self._thread.join(2 * links.TIMEOUT)

    def pull(self, lever: Lever) -> None:
        self._wanted.put(lever)

    def news(self) -> list[tuple[str, Any]]:
        """("devices", …), ("knobs", …), ("done", lever id), ("refused", why), in order."""
        found = []
        while True:
            try:
                found.append(self._news.get_nowait())
            except queue.Empty:
                return found

    def _run(self) -> None:
        while True:
            try:
                lever = self._wanted.get(timeout=ASK_EVERY)
            except queue.Empty:
                self._look_round()
                continue
            if lever is None:
                return
            try:
                self._do(lever)
            except links.Refused as refusal:
                self._news.put(("refused", str(refusal)))
            else:
                self._news.put(("done", lever))
            self._look_round()

    def _do(self, lever: Lever) -> None:
        if lever.request is not None:
            links.ask(self._control, dict(lever.request))
            return
        faults = f"{self._sandbox}/sandbox/faults"
        links.http("DELETE", faults)
        if lever.knob is not None and not lever.lit:
            links.http("PUT", faults, dict(lever.knob))

    def _look_round(self) -> None:
        try:
            described = links.ask(self._control, {"do": "describe"})
            self._news.put(("devices", described.get("devices", {})))
        except links.Refused:
            self._news.put(("devices", None))
        try:
            knobs = links.http("GET", f"{self._sandbox}/sandbox/faults")
            self._news.put(("knobs", (knobs or {}).get("faults", [])))
        except links.Refused:
            self._news.put(("knobs", None))


class PanelCard(Card):
    """One device. `show` repaints what changed and keeps the buttons."""

    def __init__(
        self, look: Look, say: Callable[[str], str], panel: Panel, pull: Callable[[Lever], None]
    ) -> None:
        self._say = say
        self._pull = pull
        self._levers = {lever.id: lever for lever in panel.levers}
        self._state = Row(look, [], gap=tokens.SMALL_GAP)
        self._shown: tuple[tuple[str, str], ...] = ()
        self._buttons = {
            lever.id: Button(
                look,
                self._words(lever),
                on_press=self._press(lever.id),
                test_id=f"{panel.kind}:{lever.id}",
                role="second",
                high=76,
                padding=8,
            )
            for lever in panel.levers
        }
        head = Row(
            look,
            [
                Icon(look, ICONS[panel.kind], side=44, colour="accent"),
                Words(look, say(f"device.{panel.kind}"), "body", bold=True),
                Space(look, grow=1),
                self._state,
            ],
            gap=tokens.SMALL_GAP,
        )
        grid = Grid(look, list(self._buttons.values()), columns=panel.columns, gap=12)
        super().__init__(look, Column(look, [head, grid], gap=16), padding=28, padding_y=20)
        self.show(panel)

    def _words(self, lever: Lever) -> str:
        return lever.words or self._say(f"lever.{lever.id.replace(':', '.')}")

    def _press(self, lever_id: str) -> Callable[[], None]:
        return lambda: self._pull(self._levers[lever_id])

    def show(self, panel: Panel) -> None:
        self._levers = {lever.id: lever for lever in panel.levers}
        for lever in panel.levers:
            self._buttons[lever.id].set(kind="primary" if lever.lit else "secondary")
        if panel.states != self._shown:
            self._shown = panel.states
            chips: list[Element] = [
                Chip(self.look, self._say(f"state.{state}"), tone, role="second", ground="ground")
                for state, tone in panel.states
            ]
            self._state.hold(chips)
            if self.width > 0:
                self.arrange()


class Desk(Widget):
    """Everything on the desk's glass."""

    def __init__(
        self, look: Look, say: Callable[[str], str], pull: Callable[[Lever], None], staff: str
    ) -> None:
        super().__init__()
        self._look = look
        self._say = say
        self._pull = pull
        self._keys: tuple[object, ...] = ()
        self._cards: dict[str, PanelCard] = {}
        with self.canvas.before:
            Color(*look.colour("ground"))
            self._ground = Rectangle()
        self._title = Title(look, say("title"), "number")
        self._last = Words(look, say("ready"), "second", colour="second")
        words = say("staff").format(url=staff) if staff else ""
        self._staff = Words(look, words, "second", colour="second")
        self._column = Column(look, [], gap=20)
        self.add_widget(self._column)
        self.bind(pos=self._place, size=self._place)

    def show(self, panels: Sequence[Panel]) -> None:
        """Cards are built anew only when there are other devices or other levers."""
        keys = tuple((p.kind, p.device, tuple(_slot(lever) for lever in p.levers)) for p in panels)
        if keys != self._keys:
            self._keys = keys
            self._cards = {
                p.kind + p.device: PanelCard(self._look, self._say, p, self._pull) for p in panels
            }
            self._column.hold(
                [
                    self._title,
                    *self._cards.values(),
                    self._staff,
                    self._last,
                    Space(self._look, grow=1),
                ]
            )
            self._place()
        for panel in panels:
            self._cards[panel.kind + panel.device].show(panel)

    def report(self, sentence: str, tone: str) -> None:
        self._last.set(sentence, colour=tone)

    def _place(self, *_: object) -> None:
        self._ground.pos, self._ground.size = self.pos, self.size
        margin = self._look.px(tokens.MARGIN)
        self._column.place(
            self.x + margin,
            self.y + margin / 2,
            self.width - 2 * margin,
            self.height - margin,
        )


def _slot(lever: Lever) -> str:
    """ "plug" and "unplug" are one button with two meanings, but its words change: built anew."""
    return lever.id + lever.words


class DeskApp(App):
    """Asks round once a second and after every lever."""

    def __init__(self, calls: Calls, people: Sequence[Citizen], texts: Texts, staff: str) -> None:
        super().__init__()
        self._calls = calls
        self._people = people
        self._texts = texts
        self._staff = staff
        self._devices: Devices | None = {}
        self._knobs: Sequence[Any] | None = ()
        self.desk: Desk | None = None

    @classmethod
    def of(cls, control: links.Address, sandbox_url: str) -> DeskApp:
        """The desk for these two far ends, with texts and synthetic citizens from `assets`."""
        return cls(
            Calls(control, sandbox_url),
            board.citizens(ASSETS / "people"),
            Texts.load(ASSETS / "texts"),
            f"{sandbox_url.rstrip('/')}/staff" if sandbox_url else "",
        )

    def build(self) -> Widget:
        self.title = self._say("title")
        fonts.register()
        width, height = Window.size
        look = Look(width=int(width), height=int(height))
        self.desk = Desk(look, self._say, self._calls.pull, self._staff)
        self._calls.start()
        Clock.schedule_interval(self._drain, 1 / 10)
        return self.desk

    def on_stop(self) -> None:
        self._calls.stop()

    def _say(self, text_id: str) -> str:
        full = f"desk.{text_id}"
        return self._texts.say(full) if self._texts.has(full) else text_id.rpartition(".")[2]

    def _drain(self, _: float) -> None:
        news = self._calls.news()
        if not news or self.desk is None:
            return
        for kind, what in news:
            if kind == "devices":
                self._devices = what
            elif kind == "knobs":
                self._knobs = what
            elif kind == "refused":
                self.desk.report(f"{self._say('refused')}{what}", "bad")
            else:
                words = what.words or self._say(f"lever.{what.id.replace(':', '.')}")
                self.desk.report(f"{self._say('done')}{words}", "second")
        if self._devices is None:
            self.desk.report(self._say("no_simulators"), "bad")
        panels = board.panels(self._devices or {}, self._people)
        self.desk.show([*panels, board.platform(self._knobs)] if self._staff else panels)
