"""Where coders of frames sit: one passage at a time, the codebook beside it, every judgement handed on before the next.

Keys and mouse need a browser, so the desk is a widget with a script of its own (``frame_desk.js``); what it may show,
accept and ask next is decided here. Nothing is kept here: `save` gets each judgement, and a desk that is opened with
what was judged so far goes on where the last one stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import anywidget
import traitlets

from helpers.coding.judgement import Judgement
from helpers.frames.codebook import Frame

KEYS = "123456789abcdefghijklmnopqrstvwxyz"  # u is undo, 0 can't tell
RULES = {"include": "Code it when", "exclude": "Not when", "boundary": "On the border"}
EXAMPLES = {"positive": "An example", "negative": "Not an example"}
_PARTS = files("helpers.coding")


@dataclass(frozen=True)
class Card:
    """What a coder may see of a passage: its words and its neighbours', never outlet, address, date or byline."""

    id: str
    text: str
    asked: tuple[str, ...]
    language: str = ""
    before: str = ""
    after: str = ""
    quoted: bool = False
    others: tuple[Judgement, ...] = ()  # what is to be settled, coders unnamed


class FramesDesk(anywidget.AnyWidget):
    """A widget that asks for the frames of passages one by one.

    Parameters
    ----------
    cards : sequence of Card
        In the order in which they are asked.
    frames : sequence of Frame
        The codebook, in its order; keys are 1 to 9, then letters.
    save : callable taking a card's id, a judgement, and whether it is taken back
        Called once a judgement, before the next passage shows. While it raises OSError nothing moves on and the coder
        is told.
    judged : sequence of str
        Ids of cards that are judged already, oldest first; those of other cards are ignored.
    notice : str
        Shown until the first judgement.

    Raises
    ------
    ValueError
        Two cards with one id, a card that asks for an unknown frame, or more frames than keys.
    """

    _esm = _PARTS.joinpath("frame_desk.js").read_text(encoding="utf-8")
    _css = _PARTS.joinpath("frame_desk.css").read_text(encoding="utf-8")
    frames = traitlets.List().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        cards: Sequence[Card],
        frames: Sequence[Frame],
        *,
        save: Callable[[str, Judgement, bool], None],
        judged: Sequence[str] = (),
        notice: str = "",
    ) -> None:
        self.cards = {card.id: card for card in cards}
        if len(self.cards) < len(cards) or "" in self.cards:
            raise ValueError("two cards have the same id, or one has none")
        if len(frames) > len(KEYS):
            raise ValueError(f"the codebook has {len(frames)} frames; a desk has {len(KEYS)} keys")
        self._versions = {frame.code: frame.fingerprint for frame in frames}
        if unknown := sorted({code for card in cards for code in card.asked} - set(self._versions)):
            raise ValueError(f"frame {unknown[0]!r} is not in the codebook")
        self._save = save
        self._history = [one for one in dict.fromkeys(judged) if one in self.cards]
        super().__init__(frames=[_described(frame, key) for frame, key in zip(frames, KEYS, strict=False)])
        self.on_msg(lambda _, content, __: self.hear(content))
        self._show(notice=notice)

    @property
    def card(self) -> Card | None:
        """The passage that is asked now; none when all are judged."""
        done = set(self._history)
        return next((card for card in self.cards.values() if card.id not in done), None)

    def hear(self, content: Mapping[str, object]) -> None:
        """Act on what the browser says; what was meant for another passage than the present one is dropped."""
        if content.get("turn") != self.shown["turn"]:
            return
        if content.get("kind") == "undo":
            self._take_back()
        elif content.get("kind") == "save" and (card := self.card) is not None:
            try:
                judgement = self._judgement(card, content)
            except (ValueError, TypeError) as error:
                self._show(notice=f"Not saved: {error}", keep=True)
                return
            if self._kept(card.id, judgement, withdrawn=False):
                self._history.append(card.id)
                self._show()

    def _take_back(self) -> None:
        if not self._history:
            return
        card = self.cards[self._history[-1]]
        nothing = Judgement({code: self._versions[code] for code in card.asked})
        if self._kept(card.id, nothing, withdrawn=True):
            self._history.pop()
            self._show()

    def _judgement(self, card: Card, content: Mapping[str, object]) -> Judgement:
        asked = {code: self._versions[code] for code in card.asked}
        if content.get("unsure"):
            return Judgement(asked, unsure=frozenset(asked))
        seen = {}
        for code, span in dict(content.get("seen") or {}).items():
            if span is not None:
                start, end = (int(place) for place in span)
                if end > len(card.text):
                    raise ValueError(f"frame {code!r}: sign {end} of a passage of {len(card.text)}")
                span = (start, end)
            seen[code] = span
        return Judgement(asked, dict(sorted(seen.items())))

    def _kept(self, card: str, judgement: Judgement, *, withdrawn: bool) -> bool:
        """Whether it was saved; if it was not, the coder is told."""
        try:
            self._save(card, judgement, withdrawn)
        except OSError as error:
            self._show(notice=f"Not saved, judge again: {error}", keep=True)
            return False
        return True

    def _show(self, *, notice: str = "", keep: bool = False) -> None:
        card = self.card or Card("", "", ())
        self.shown = {
            "turn": self.shown.get("turn", 0) + 1,
            "id": card.id,
            "text": card.text,
            "asked": list(card.asked),
            "language": card.language,
            "before": card.before,
            "after": card.after,
            "quoted": card.quoted,
            "others": [_other(name, one, card) for name, one in zip("ABCDEFGH", card.others, strict=False)],
            "done": len(self._history),
            "total": len(self.cards),
            "notice": notice,
            "keep": keep,  # the browser keeps what the coder has marked
        }


def _described(frame: Frame, key: str) -> dict[str, object]:
    """A frame as the desk explains it; examples by language."""
    examples = {
        language: [[title, list(getattr(one, kind))] for kind, title in EXAMPLES.items() if getattr(one, kind)]
        for language, one in frame.examples.items()
    }
    return {
        "code": frame.code,
        "key": key,
        "name": frame.name,
        "definition": dict(frame.definition),
        "rules": [[title, list(getattr(frame, kind))] for kind, title in RULES.items() if getattr(frame, kind)],
        "examples": examples,
    }


def _other(name: str, judgement: Judgement, card: Card) -> dict[str, object]:
    """What another coder said of each frame asked, with the words that show it."""
    said = {}
    for code in card.asked:
        span = judgement.seen.get(code)
        if code not in judgement.asked:
            said[code] = "not judged"
        elif code in judgement.unsure:
            said[code] = "can't tell"
        elif code in judgement.seen:
            said[code] = f"seen, “{card.text[slice(*span)]}”" if span else "seen"
        else:
            said[code] = "not seen"
    return {"name": name, "said": said}
