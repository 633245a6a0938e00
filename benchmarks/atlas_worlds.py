"""The worlds of the atlas: what is drawn, and what is true of it.

Each world draws a corpus from a Generator and knows its truth exactly: levels are expected values by construction (the
place on the log-odds is solved for), so that a difference needs no simulation.  `WORLDS` is the list, by family.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import coverage_shares
import kinds_of_outlet
import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, roots_hermite

START = pd.Timestamp("2024-01-01")
PASSAGES = 8  # an article's
WIRES = 3  # stories of an agency that a week's copies are of
UNEQUAL = 0.6  # standard deviation of the logarithm of a week's number of articles
Pair = tuple[float, float]


@dataclass(frozen=True)
class Press:
    """Articles of the outlets a and b; a pair is of both.

    On its scale an article is its outlet's level, a shock of its outlet's week (AR(1) with coefficient `rho`), a trend
    that both follow, and what its story adds.  Copies are of three stories a week that both print.
    """

    weeks: tuple[int, int] = (20, 20)
    per_week: Pair = (6.0, 6.0)
    level: Pair = (0.2, 0.2)  # expected measure of an article
    scale: str = "share"  # of eight passages, on the log-odds; or 'linear', or 'rate', on the logarithm
    shocks: float = 0.5  # standard deviations
    story: float = 1.0
    rho: float = 0.0
    copies: float = 0.0  # share of articles
    tails: bool = False  # t with 3 degrees of freedom, for shocks and stories of the linear scale
    tied: Pair = (0.0, 0.0)  # logarithm of a week's number of articles, by unit of its shock
    start: tuple[int, int] = (0, 0)  # first week
    slope: float = 0.0  # of both outlets, a week, on the linear scale

    @property
    def truth(self) -> float:
        return self.level[0] - self.level[1]

    def draw(self, rng: np.random.Generator) -> pd.DataFrame:
        """One row an article: outlet, value, eta, day, outlet_week, story."""
        frame = pd.concat([self._side(side, rng) for side in (0, 1)], ignore_index=True)
        n = len(frame)
        wire = frame["week"].to_numpy() * WIRES + rng.integers(0, WIRES, n)
        label = np.where(rng.random(n) < self.copies, n + wire, np.arange(n))
        story = np.unique(label, return_inverse=True)[1]
        noise = rng.standard_t(3, n) / np.sqrt(3) if self.tails else rng.standard_normal(n)
        eta = frame["place"].to_numpy() + self.story * noise[story]
        frame["eta"], frame["story"], frame["value"] = eta, story, self._measured(eta, rng)
        frame["day"] = START + pd.to_timedelta(frame["week"] * 7 + rng.integers(0, 7, n), unit="D")
        return frame.assign(outlet_week=np.unique(frame["side"] * 1000 + frame["week"], return_inverse=True)[1])

    def _side(self, side: int, rng: np.random.Generator) -> pd.DataFrame:
        n = self.weeks[side]
        shock = self.shocks * ar1(n, self.rho, rng, tails=self.tails)
        many = self.tied[side] * shock - (self.tied[side] * self.shocks) ** 2 / 2
        size = rng.poisson(self.per_week[side] * rng.lognormal(-(UNEQUAL**2) / 2, UNEQUAL, n) * np.exp(many))
        week = np.repeat(np.arange(n), size)
        place = self._base(side) + shock[week] + self.slope * (self.start[side] + week)
        return pd.DataFrame({"outlet": "ab"[side], "side": side, "week": self.start[side] + week, "place": place})

    def _base(self, side: int) -> float:
        """Where an outlet stands so that an article's expected measure is its level."""
        tilt = self.tied[side] * self.shocks**2  # a week's shock, seen from an article, when its number follows it
        if self.scale == "linear":
            return self.level[side] - tilt
        if self.scale == "rate":
            return float(np.log(self.level[side]) - tilt - (self.shocks**2 + self.story**2) / 2)
        return log_odds_of(self.level[side], float(np.hypot(self.shocks, self.story))) - tilt

    def _measured(self, eta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        if self.scale == "share":
            return rng.binomial(PASSAGES, expit(eta)) / PASSAGES
        return np.exp(eta) if self.scale == "rate" else eta


@dataclass(frozen=True)
class Level(Press):
    """The outlet a alone: how much, not how much more."""

    weeks: tuple[int, int] = (20, 0)

    @property
    def truth(self) -> float:
        return self.level[0]


@dataclass(frozen=True)
class Coded(Press):
    """One passage an article, its frame predicted for all and coded by people for some, drawn by chance."""

    per_week: Pair = (15.0, 15.0)
    level: Pair = (0.3, 0.3)
    chance: float = 0.3
    skill: float = 2.0  # of the classifier, log-odds; its noise has standard deviation 1
    bias: Pair = (0.0, 0.0)  # log-odds, by outlet

    def draw(self, rng: np.random.Generator) -> pd.DataFrame:
        """`Press.draw`, with code (nan where not coded), prediction and probability; value is the prediction."""
        frame = super().draw(rng)
        code = rng.binomial(1, expit(frame["eta"])).astype(float)
        noise = rng.standard_normal(len(frame)) + np.asarray(self.bias)[frame["side"]]
        guess = expit(self.skill * (code - 0.5) - 0.5 + noise)
        coded = rng.random(len(frame)) < self.chance
        facts = {"code": np.where(coded, code, np.nan), "prediction": guess, "probability": self.chance}
        return frame.assign(value=guess, **facts)


@dataclass(frozen=True)
class Kinds:
    """Outlets of two kinds, each with a level of its own; the kinds differ by `truth` (`kinds_of_outlet.draw`)."""

    a_side: int
    spread: float = 0.5
    sizes: str = "equal"  # or 'dominant': one outlet has five times as many articles
    truth: float = 0.0

    def draw(self, rng: np.random.Generator) -> pd.DataFrame:
        frame = kinds_of_outlet.draw(rng, self.a_side, self.spread, self.sizes, self.truth)
        return frame.rename(columns={"week": "outlet_week"}).assign(
            kind=np.where(frame["first"], "a", "b"), side=(~frame["first"]).astype(int)
        )


@dataclass(frozen=True)
class Topics:
    """Texts of five topics, found anew in each corpus; one outlet leans to the first by `effect` (log-odds)."""

    weeks: int = 20
    shocks: float = 0.5
    effect: float = 0.5

    @property
    def truth(self) -> float:
        return coverage_shares.truth(self.shocks) if self.effect else 0.0


@dataclass(frozen=True)
class Words:
    """Counts of words by text: rates of each word move by outlet, by outlet-week and by text."""

    weeks: int = 20
    outlets: int = 1  # a side
    per_week: float = 5.0
    burst: float = 0.5  # standard deviation of the logarithm of a rate, by outlet-week
    text: float = 0.5  # the same by text
    style: float = 0.0  # the same by outlet
    rho: float = 0.0
    copies: float = 0.0
    ratio: float = 1.0  # how many times as often side a uses each of `PLANTED` words
    longer: float = 1.0  # how many times as long its texts are

    @property
    def truth(self) -> np.ndarray:
        """True log-odds ratio of each word."""
        one, two = (rates / (rates.sum() + OTHER) for rates in (self._rates(0), self._rates(1)))
        return np.log(one / (1 - one)) - np.log(two / (1 - two))

    def _rates(self, side: int) -> np.ndarray:
        return RATES * np.where(np.isin(np.arange(TERMS), PLANTED), self.ratio, 1.0) if side == 0 else RATES

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, pd.DataFrame]:
        """Counts, shape (n_texts, TERMS + 1), the last column all other words; and side, outlet, weeks and story."""
        counts, rows = [], []
        for outlet in range(2 * self.outlets):
            side = int(outlet >= self.outlets)
            shock = self.burst * ar1(self.weeks, self.rho, rng, width=TERMS) + self.style * rng.standard_normal(TERMS)
            week = np.repeat(np.arange(self.weeks), np.maximum(rng.poisson(self.per_week, self.weeks), 1))
            spread = self.burst**2 + self.text**2 + self.style**2
            log_rate = shock[week] + self.text * rng.standard_normal((len(week), TERMS)) - spread / 2
            length = LENGTH * (self.longer if side == 0 else 1.0) * rng.lognormal(-0.08, 0.4, len(week))
            expected = np.column_stack([self._rates(side) * np.exp(log_rate), np.full(len(week), OTHER)])
            counts.append(rng.poisson(length[:, None] * expected))
            rows.append(pd.DataFrame({"side": side, "outlet": outlet, "week": week}))
        frame, table = pd.concat(rows, ignore_index=True), np.concatenate(counts)
        return self._copied(table, frame.assign(outlet_week=frame["outlet"] * 1000 + frame["week"]), rng)

    def _copied(
        self, counts: np.ndarray, frame: pd.DataFrame, rng: np.random.Generator
    ) -> tuple[np.ndarray, pd.DataFrame]:
        """Some texts replaced by one of the week's agency stories, word for word."""
        n = len(frame)
        wires = rng.standard_normal((self.weeks * WIRES, TERMS)) * self.text - self.text**2 / 2
        stories = rng.poisson(LENGTH * np.column_stack([RATES * np.exp(wires), np.full(len(wires), OTHER)]))
        wire = frame["week"].to_numpy() * WIRES + rng.integers(0, WIRES, n)
        copied = rng.random(n) < self.copies
        return np.where(copied[:, None], stories[wire], counts), frame.assign(
            story=np.where(copied, n + wire, np.arange(n)), month=frame["outlet"] * 1000 + frame["week"] // 4
        )


TERMS, LENGTH = 60, 120.0
RATES = 0.4 / np.arange(6, TERMS + 6) / np.sum(1 / np.arange(6, TERMS + 6))  # of every word of a text
OTHER = 0.6
PLANTED = np.arange(4, TERMS, 8)


def ar1(n: int, rho: float, rng: np.random.Generator, *, width: int = 0, tails: bool = False) -> np.ndarray:
    """A stationary series of variance 1; `width` of them, shape (n, width)."""
    shape = (n, width) if width else n
    step = rng.standard_t(3, shape) / np.sqrt(3) if tails else rng.standard_normal(shape)
    for place in range(1, n):
        step[place] = rho * step[place - 1] + np.sqrt(1 - rho**2) * step[place]
    return step


@cache
def log_odds_of(level: float, spread: float) -> float:
    """The middle of a logit-normal share whose mean is `level`; −∞ for none."""
    if level == 0:
        return -np.inf
    points, weights = roots_hermite(80)
    mean_at = lambda middle: weights @ expit(middle + np.sqrt(2) * spread * points) / np.sqrt(np.pi)  # noqa: E731
    return float(brentq(lambda middle: mean_at(middle) - level, -15, 15, xtol=1e-12))


World = Press | Kinds | Topics | Words


@dataclass(frozen=True)
class Family:
    """Worlds of one question: name, what a reader should know, and the worlds by name."""

    name: str
    about: str
    worlds: dict[str, World] = field(default_factory=dict)


def _planted(worlds: dict[str, Press], *names: str, level: Pair = (0.3, 0.2)) -> dict[str, Press]:
    """The worlds, and some of them again with a difference."""
    return worlds | {f"{name}, planted": replace(worlds[name], level=level) for name in names}


def _weeks(*numbers: int, **same: object) -> dict[str, Press]:
    return {f"{n} weeks a side": Press(weeks=(n, n), **same) for n in numbers}


def _families() -> list[Family]:
    """The atlas, in the order of its page."""
    memory = {f"ρ {rho:g}, {n} weeks": Press(weeks=(n, n), rho=rho) for rho in (0.3, 0.5, 0.8) for n in (20, 52, 100)}
    zero = {f"0 against .15, {n} weeks": Press(weeks=(n, n), level=(0.0, 0.15)) for n in (9, 10, 20, 52)}
    both = {f"0 against 0, {n} weeks": Press(weeks=(n, n), level=(0.0, 0.0)) for n in (10, 20)}
    copies = {f"{100 * share:.0f} % copies, 20 weeks": Press(copies=share) for share in (0.3, 0.6)}
    copies["60 % copies, 8 weeks"] = Press(copies=0.6, weeks=(8, 8))
    copies["60 % copies, ρ .5, 52 weeks"] = Press(copies=0.6, weeks=(52, 52), rho=0.5)
    sizes = {
        "ten times as many articles": Press(per_week=(40.0, 4.0)),
        "four times as many weeks": Press(weeks=(52, 13)),
        "sizes follow shocks, both": Press(tied=(1.0, 1.0)),
        "sizes follow shocks, one": Press(tied=(1.0, 0.0)),
        "sizes follow shocks, one, 52 weeks": Press(tied=(1.0, 0.0), weeks=(52, 52)),
    }
    tails = {
        f"{name}, {n} weeks": Press(weeks=(n, n), **kind)
        for name, kind in {
            "t with 3 d.f.": {"scale": "linear", "tails": True, "level": (0.0, 0.0)},
            "log-normal": {"scale": "rate", "level": (1.0, 1.0), "story": 1.2},
        }.items()
        for n in (20, 52)
    }
    half = Press(weeks=(40, 40), start=(0, 20), scale="linear", level=(0.0, 0.0), slope=0.02)
    trends = {"half of the time shared": half, "half, ρ .5": replace(half, rho=0.5)}
    trends["all of the time shared"] = replace(half, start=(0, 0))
    alone = {f"ρ {rho:g}, {n} weeks": Level(weeks=(n, 0), rho=rho) for rho in (0.0, 0.5, 0.8) for n in (20, 52)}
    kinds = {f"{n} a side": Kinds(n) for n in (3, 4, 5, 8)}
    kinds |= {f"{n} a side, one five times as large": Kinds(n, sizes="dominant") for n in (3, 5)}
    kinds |= {"5 a side, planted": Kinds(5, truth=0.8), "8 a side, planted": Kinds(8, truth=0.8)}
    kinds["5, one five times as large, planted"] = Kinds(5, sizes="dominant", truth=0.8)
    return [
        Family("Few clusters, and many", CLUSTERS, _planted(_weeks(3, 4, 6, 9, 10, 20, 52, 100), *(
            f"{n} weeks a side" for n in (4, 9, 20, 100)))),
        Family("Copies", COPIES, _planted(copies, "60 % copies, 20 weeks")),
        Family("Weeks that remember", MEMORY, _planted(memory, "ρ 0.5, 52 weeks", "ρ 0.8, 52 weeks")),
        Family("One outlet alone", ALONE, alone),
        Family("A side of zeros", ZEROS, zero | both),
        Family("Sizes", SIZES, _planted(sizes, "ten times as many articles", "sizes follow shocks, one")),
        Family("Heavy tails", TAILS, _planted(tails, "log-normal, 52 weeks", level=(1.5, 1.0))),
        Family("Trends", TRENDS, _planted(trends, "half of the time shared", level=(0.5, 0.0))),
        Family("Kinds of outlet", KINDS, kinds),
        Family("Topic shares", TOPICS, {"20 weeks": Topics(effect=0.0), "20 weeks, planted": Topics()}),
        Family("Coded samples", CODED, _coded()),
        Family("Words", WORDS, _words()),
    ]  # fmt: skip


def _coded() -> dict[str, World]:
    worlds = {
        "good classifier, 20 weeks": Coded(skill=3.0),
        "errs by outlet, 20 weeks": Coded(bias=(0.8, -0.4)),
        "errs by outlet, 8 weeks": Coded(bias=(0.8, -0.4), weeks=(8, 8)),
        "errs by outlet, one in ten coded": Coded(bias=(0.8, -0.4), chance=0.1, weeks=(52, 52)),
        "errs by outlet, 60 % copies": Coded(bias=(0.8, -0.4), copies=0.6),
        "errs by outlet, ρ .5, 52 weeks": Coded(bias=(0.8, -0.4), rho=0.5, weeks=(52, 52)),
        "errs by outlet, ρ .8, 52 weeks": Coded(bias=(0.8, -0.4), rho=0.8, weeks=(52, 52)),
    }
    return _planted(worlds, "errs by outlet, 20 weeks", level=(0.45, 0.3))


def _words() -> dict[str, World]:
    return {
        "texts independent": Words(burst=0.0),
        "bursts by week": Words(),
        "bursts by week, 8 weeks": Words(weeks=8),
        "bursts, texts three times as long": Words(longer=3.0),
        "60 % copies": Words(copies=0.6),
        "ρ .8, 52 weeks": Words(rho=0.8, weeks=52, per_week=3.0),
        "styles of 5 outlets a side": Words(outlets=5, weeks=6, style=0.4),
        "bursts by week, planted": Words(ratio=1.8),
    }


CLUSTERS = "Two outlets, six articles a week on average, unequally; a week's shock has standard deviation .5."
COPIES = "Articles that are one of three agency stories of a week, which both outlets print."
MEMORY = "Shocks are AR(1) from week to week with coefficient ρ."
ALONE = "The level of one outlet, not a difference."
ZEROS = "One side never, the other in .15 of its passages; or neither ever."
SIZES = (
    "One outlet has many more articles or weeks; or more articles in weeks in which it says more (truth: of articles)."
)
TAILS = "Shocks and stories from t with 3 degrees of freedom; or a rate whose stories are log-normal (SD 1.2)."
TRENDS = (
    "Forty weeks each, and a trend of .02 a week that both follow; truth is of the common window. Ours are all of that "
    "window; the others take every article."
)
KINDS = "Outlets have levels of their own (SD .5), twenty weeks each; truth is of kinds, of which these are some."
TOPICS = (
    "Five topics, found anew in each corpus of 240 texts; where one is planted, fitted shares are biased towards it."
)
CODED = "A classifier's predictions for all, codes of three in ten, drawn by chance."
WORDS = (
    "Sixty words; coverage and flags are of words, averaged over a corpus. Planted: eight words 1.8 times as often. "
    "Of styled outlets ours permutes whole outlets."
)

FAMILIES = _families()
WORLDS = {f"{family.name}: {name}": world for family in FAMILIES for name, world in family.worlds.items()}
