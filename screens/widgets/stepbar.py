"""Where one is: six bars with words, or in large type one sentence."""

from __future__ import annotations

from kiosk.journey.views import Stage
from screens.bridge import Bridge
from screens.theme.look import Look
from screens.widgets.elements import Element
from screens.widgets.shapes import Plate
from screens.widgets.words import Words

BAR = 8
GAP = 12


class StepBar(Element):
    def __init__(self, look: Look, bridge: Bridge) -> None:
        super().__init__(look)
        self._bridge = bridge
        self._stages = tuple(Stage)
        self._bars = [Plate(look, fill="hairline", radius=BAR / 2) for _ in self._stages]
        for bar in self._bars:
            self.canvas.before.add(bar)
        self._sentence = look.large and look.portrait
        if self._sentence:
            self._words = [Words(look, "", "body", colour="ink", bold=True)]
        else:
            self._words = [
                Words(look, bridge.text(f"stage.{stage}"), "least", colour="second")
                for stage in self._stages
            ]
        for words in self._words:
            self.add_widget(words)

    def show(self, stage: Stage) -> None:
        at = self._stages.index(stage)
        for i, bar in enumerate(self._bars):
            bar.paint(fill="accent" if i <= at else "hairline")
        if self._sentence:
            name = self._bridge.text(f"stage.{stage}")
            self._words[0].set(
                self._bridge.text(
                    "stage.progress", number=at + 1, count=len(self._stages), name=name
                )
            )
            return
        for i, words in enumerate(self._words):
            words.bold = i == at
            words.set(colour="ink" if i == at else "accent" if i < at else "second")
            words.arrange()

    def natural_height(self, width: float) -> float:
        return self.look.step_bar

    def arrange(self) -> None:
        px = self.look.px
        count = len(self._stages)
        step = (self.width + px(GAP)) / count
        bar_y = self.top - px(28 if self.look.portrait else 16) - px(BAR)
        for i, bar in enumerate(self._bars):
            bar.put(self.x + i * step, bar_y, step - px(GAP), px(BAR))
        words_high = self.look.line("least") + px(4)
        if self._sentence:
            self._words[0].place(self.x, self.y, self.width, bar_y - px(8) - self.y)
            return
        for i, words in enumerate(self._words):
            words.place(self.x + i * step, bar_y - px(8) - words_high, step - px(GAP), words_high)
