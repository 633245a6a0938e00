"""The invented world of the practice study: its outlets, agencies, events, and every share that is planted.

Nothing here exists.  State codes lie in the range XAA-XZZ, which ISO 3166-1 leaves to users; hosts end in
``.invalid``, which RFC 2606 keeps from ever resolving.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

# A seed whose draw is typical: every frame's change at every event, in the outlets' own voice, within .075 of
# what was planted, and LEGALITY in what the Gazette and the Post write themselves within .02 of each other.  It
# was the first from 20300701 on with the six outlets in English and Russian; with twelve it is still such a one.
SEED = 20300736
START, END = date(2029, 7, 1), date(2030, 6, 30)
NOW = datetime(2031, 1, 10, tzinfo=UTC)  # the practice study's own clock, so that `retrieved` can be rebuilt
LANGUAGES = ("en", "ru", "uk", "ko", "zh")
TOPICS = ("trade", "aid", "culture", "fishing", "energy")
FRAMES = ("SHIELD", "BURDEN", "LEGALITY", "KINSHIP", "DANGER")
BACKGROUND = ("weather", "transport", "football", "health")

TIMEOUT = 2.0  # seconds the collector should grant a page of this site; the one too slow takes TOO_SLOW
SLOW, TOO_SLOW = 0.3, 10.0
N_OWN = {"en": 40, "ru": 40, "uk": 36, "ko": 36, "zh": 36}  # articles on the pair that an outlet writes itself
N_BACKGROUND = {"en": 22, "ru": 22, "uk": 10, "ko": 10, "zh": 10}  # articles on anything else
MISS_RATE = 0.15  # of passages that carry a frame: said in words that no indicator knows
DECOY_RATE = 0.06  # of passages without a frame: an indicator's word in another sense
GUARDED_RATE = 0.03  # of passages without a frame: words of an {all, none} indicator, its guard among them
QUOTE_RATE = 0.35  # of paragraphs: also quote somebody
FRAME_SHOCK, TOPIC_SHOCK = 0.35, 0.8  # s.d. of an outlet-week's log weights
EVENT_WINDOW = timedelta(days=56)  # before and after an event, in `truth_effects`


@dataclass(frozen=True)
class PracticeOutlet:
    """An invented outlet: who it is, how its pages show dates, and what it is made to say.

    `dates` lists what of ``jsonld og time visible`` a page carries; `boilerplate` which lines recur inside
    the article element; `frames` and `topics` are shares of passages and of articles before any event.
    """

    id: str
    name: str
    host: str
    country: str
    language: str
    bloc: str
    offset: int  # hours east of UTC
    dates: tuple[str, ...]
    boilerplate: tuple[str, ...]
    frames: tuple[float, ...]
    topics: tuple[float, ...]

    @property
    def zone(self) -> timezone:
        """The outlet's clock (no summer time)."""
        return timezone(timedelta(hours=self.offset))

    def address(self, path: str) -> str:
        """A path as a full address."""
        return f"http://{self.host}{path}"


def _outlet(id: str, name: str, country: str, language: str, dates: str, boilerplate: str, **shares: str):
    bloc, offset = ("neighbours", 2) if country == "XSU" else ("partners", 5)
    frames, topics = (tuple(float(share) for share in shares[key].split()) for key in ("frames", "topics"))
    host = f"www.{id}.invalid"
    return PracticeOutlet(
        id,
        name,
        host,
        country,
        language,
        bloc,
        offset,
        tuple(dates.split()),
        tuple(boilerplate.split()),
        frames,
        topics,
    )


OUTLETS: dict[str, PracticeOutlet] = {
    outlet.id: outlet
    for outlet in (
        _outlet("karvosk-herald", "The Karvosk Herald", "XTV", "en",
                "jsonld visible", "newsletter",
                frames=".10 .02 .03 .16 .03", topics=".30 .15 .25 .10 .20"),
        _outlet("tarvenski-vestnik", "Тарвенский вестник", "XTV", "ru",
                "og visible", "newsletter related",
                frames=".12 .03 .02 .13 .04", topics=".25 .25 .20 .10 .20"),
        _outlet("lodmaria-segodnya", "Лодмария сегодня", "XLD", "ru",
                "time", "related comments",
                frames=".10 .03 .03 .18 .02", topics=".15 .15 .35 .20 .15"),
        _outlet("sundrel-gazette", "The Sundrel Gazette", "XSU", "en",
                "jsonld og visible", "newsletter comments",
                frames=".04 .10 .09 .02 .09", topics=".15 .35 .10 .15 .25"),
        _outlet("brack-strait-post", "The Brack Strait Post", "XSU", "en",
                "visible", "newsletter related comments",
                frames=".05 .12 .09 .03 .09", topics=".15 .20 .10 .40 .15"),
        _outlet("vecherny-peltarin", "Вечерний Пельтарин", "XSU", "ru",
                "visible", "related",
                frames=".03 .15 .07 .03 .10", topics=".20 .30 .10 .20 .20"),
        _outlet("karvosk-ranok", "Карвоський ранок", "XTV", "uk",
                "jsonld time visible", "newsletter related",
                frames=".11 .03 .02 .15 .03", topics=".25 .15 .25 .15 .20"),
        _outlet("peltarin-kurier", "Пельтарінський кур’єр", "XSU", "uk",
                "visible", "comments",
                frames=".04 .14 .08 .03 .08", topics=".20 .25 .10 .25 .20"),
        _outlet("dornaval-sinmun", "도르나발신문", "XLD", "ko",
                "og visible", "newsletter related",
                frames=".12 .02 .03 .16 .03", topics=".20 .20 .25 .20 .15"),
        _outlet("sundrel-ilbo", "순드렐일보", "XSU", "ko",
                "time", "comments",
                frames=".04 .12 .10 .03 .09", topics=".15 .30 .10 .25 .20"),
        _outlet("tarvenia-ribao", "塔尔文尼亚日报", "XTV", "zh",
                "jsonld og visible", "newsletter related",
                frames=".10 .02 .03 .17 .03", topics=".30 .15 .20 .10 .25"),
        _outlet("peltarin-wanbao", "佩尔塔林晚报", "XSU", "zh",
                "visible", "related comments",
                frames=".05 .11 .09 .03 .10", topics=".20 .25 .10 .25 .20"),
    )
}  # fmt: skip

QUOTE_FACTOR = (
    1.4,
    0.5,
    1.3,
    1.5,
    0.7,
)  # a frame's share in quoted speech beside its share in the outlet's voice


@dataclass(frozen=True)
class Agency:
    """An invented news agency; its stories reach readers only through outlets that copy them."""

    names: dict[str, str]
    country: str
    frames: tuple[float, ...]
    topics: tuple[float, ...]


AGENCIES: dict[str, Agency] = {
    "TARVINFORM": Agency(
        {"en": "TARVINFORM", "ru": "ТАРВИНФОРМ", "uk": "ТАРВІНФОРМ", "ko": "타르빈통신", "zh": "塔文社"},
        "XTV",
        (0.12, 0.02, 0.02, 0.20, 0.02),
        (0.30, 0.15, 0.20, 0.10, 0.25)
    ),
    # Heavy in LEGALITY: three copies in the Gazette for one in the Post make a difference that is none.
    "SUNDRELPRESS": Agency(
        {"en": "SUNDRELPRESS", "ru": "СУНДРЕЛЬПРЕСС", "uk": "СУНДРЕЛЬПРЕС", "ko": "순드렐통신", "zh": "松德雷尔社"},
        "XSU",
        (0.03, 0.06, 0.42, 0.01, 0.08),
        (0.20, 0.30, 0.05, 0.20, 0.25)
    ),
}  # fmt: skip


@dataclass(frozen=True)
class PracticeEvent:
    """A dated event, and what it is made to change: `frame` by `shift` in each outlet of `bloc`."""

    id: str
    day: date
    frame: str = "SHIELD"
    bloc: str = "partners"
    shift: float = 0.0


EVENTS = (
    PracticeEvent("pact-signed", date(2029, 9, 26), "SHIELD", "partners", 0.24),
    PracticeEvent("song-festival", date(2029, 12, 5)),
    PracticeEvent("strait-collision", date(2030, 2, 20), "DANGER", "neighbours", 0.24),
    PracticeEvent("energy-forum", date(2030, 5, 8), "DANGER", "neighbours"),
)

# agency, language, number of stories, and who prints them: the rows take turns; named twice, two versions
WIRES = (
    (
        "SUNDRELPRESS",
        "en",
        12,
        (("sundrel-gazette", "sundrel-gazette", "sundrel-gazette", "brack-strait-post"),),
    ),
    ("TARVINFORM", "en", 6, (("karvosk-herald", "sundrel-gazette"), ("karvosk-herald", "brack-strait-post"))),
    ("TARVINFORM", "ru", 9, (("tarvenski-vestnik", "lodmaria-segodnya"),)),
    (
        "SUNDRELPRESS",
        "ru",
        6,
        (("vecherny-peltarin", "vecherny-peltarin"),) * 2 + (("vecherny-peltarin", "tarvenski-vestnik"),),
    ),
    ("TARVINFORM", "uk", 5, (("karvosk-ranok", "peltarin-kurier"),)),
    ("SUNDRELPRESS", "ko", 5, (("sundrel-ilbo", "dornaval-sinmun"),)),
    ("TARVINFORM", "zh", 5, (("tarvenia-ribao", "peltarin-wanbao"),)),
)
# Stories of a wire said again in another language: the same plan, and no copy. Wire story, outlet.
TRANSLATED = (
    ("wire-sundrelpress-en-02", "peltarin-wanbao"),
    ("wire-sundrelpress-en-02", "sundrel-ilbo"),
    ("wire-sundrelpress-en-05", "peltarin-kurier"),
    ("wire-sundrelpress-en-05", "peltarin-wanbao"),
    ("wire-sundrelpress-en-08", "sundrel-ilbo"),
    ("wire-sundrelpress-en-08", "peltarin-kurier"),
)
# An outlet's own article printed word for word by one that has nothing to do with it, and credited to nobody.
LIFTED = (
    ("karvosk-ranok", 10, "peltarin-kurier"),
    ("dornaval-sinmun", 10, "sundrel-ilbo"),
    ("tarvenia-ribao", 10, "peltarin-wanbao"),
)
COPY_KINDS = ("verbatim", "trimmed", "reheadlined", "partly")
CREDITS = ("byline", "dateline", "credit", "none")

GAP = ("tarvenski-vestnik", "2030-01")  # every page of this outlet-month answers 503

# What goes wrong with dates: fault -> (outlet, number of the article among the outlet's own)
DATE_FAULTS: dict[str, tuple[tuple[str, int], ...]] = {
    "missing": tuple((outlet, 3) for outlet in OUTLETS),
    "wrong": tuple(
        (o, i)
        for o in ("karvosk-herald", "tarvenski-vestnik", "sundrel-gazette", "karvosk-ranok", "dornaval-sinmun")
        for i in (8, 21)
    ),
    "conflict": (
        *(("sundrel-gazette", i) for i in (5, 12, 18, 25, 30, 36)),
        *((o, 12) for o in ("karvosk-ranok", "tarvenia-ribao")),
    ),
    "future": tuple(
        (o, 15)
        for o in ("karvosk-herald", "tarvenski-vestnik", "lodmaria-segodnya", "sundrel-gazette", "dornaval-sinmun",
                  "tarvenia-ribao")
    ),
    "relative": tuple(
        (o, 27)
        for o in ("brack-strait-post", "vecherny-peltarin", "peltarin-kurier", "sundrel-ilbo", "peltarin-wanbao")
    ),
}  # fmt: skip
LEGACY = {"ru": "cp1251", "uk": "cp1251", "ko": "cp949", "zh": "gb18030"}  # what a page without UTF-8 is written in
CHARSET_FAULTS = {
    ("tarvenski-vestnik", 6): "misdeclared", ("lodmaria-segodnya", 9): "undeclared",
    ("karvosk-ranok", 6): "undeclared", ("peltarin-kurier", 9): "misdeclared",
    ("dornaval-sinmun", 6): "undeclared", ("sundrel-ilbo", 9): "misdeclared",
    ("tarvenia-ribao", 6): "undeclared", ("peltarin-wanbao", 9): "misdeclared",
    ("karvosk-ranok", 22): "damaged", ("sundrel-ilbo", 22): "damaged", ("tarvenia-ribao", 22): "damaged",
}  # fmt: skip
MACHINE_WRITTEN = tuple(
    (outlet, 11)
    for outlet in ("brack-strait-post", "vecherny-peltarin", "peltarin-kurier", "sundrel-ilbo", "peltarin-wanbao")
)
METERED = (("karvosk-ranok", 17), ("sundrel-ilbo", 17), ("peltarin-wanbao", 17))  # whole, and declared not free
FOREIGN = {  # ends on a paragraph in another language
    ("karvosk-ranok", 20): "ru", ("peltarin-kurier", 20): "en", ("dornaval-sinmun", 20): "en",
    ("sundrel-ilbo", 20): "zh", ("tarvenia-ribao", 20): "en", ("peltarin-wanbao", 20): "ko",
}  # fmt: skip
SERIES = ("peltarin-kurier", "sundrel-ilbo", "tarvenia-ribao")  # print one bulletin again and again, filled in anew
N_SERIES = 5
FLOOD = ("dornaval-sinmun", date(2030, 3, 14), 24)  # so many items on one day, all under one name
SLOW_PAGE = ("brack-strait-post", 17)
MENTIONS = tuple((outlet, i) for outlet in OUTLETS for i in (4, 14, 24))  # names an agency without crediting it
DIGESTS = tuple((outlet, i) for outlet in OUTLETS for i in (7, 19, 33))  # ends on three paragraphs about other things
# Pairs of outlets whose differences are kept in `truth_effects`; the first is made by copies.
COMPARED = (
    ("sundrel-gazette", "brack-strait-post"), ("karvosk-ranok", "peltarin-kurier"), ("dornaval-sinmun", "sundrel-ilbo"),
    ("tarvenia-ribao", "peltarin-wanbao"),
)  # fmt: skip
NO_BYLINE = 7  # every seventh own article is unsigned


def frame_shares(outlet: PracticeOutlet, day: date) -> tuple[float, ...]:
    """Planted share of each frame in the outlet's own voice on a day, in the order of `FRAMES`.

    >>> herald = OUTLETS["karvosk-herald"]
    >>> round(frame_shares(herald, date(2029, 9, 26))[0] - frame_shares(herald, date(2029, 9, 25))[0], 2)
    0.24
    """
    shares = list(outlet.frames)
    for event in EVENTS:
        if event.bloc == outlet.bloc and day >= event.day:
            shares[FRAMES.index(event.frame)] += event.shift
    return tuple(round(share, 6) for share in shares)
