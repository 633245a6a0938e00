"""Files that researchers edit by hand, and those of coders: study, codebook, events, judgements, what other tools write."""

from __future__ import annotations

import copy
import datetime as dt
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from fuzz.exports import file_of
from fuzz.parts import ANY, DATE, DATES, HOSTILE, JSON, SENTENCE, WORDS, as_json, damaged, long
from fuzz.run import Target, one_line
from hypothesis import strategies as st
from test_study import CODEBOOK, EVENTS, STUDY

from helpers.coding.code_formats import (
    FormatError,
    from_csv,
    from_doccano,
    from_label_studio,
    to_csv,
    to_doccano,
    to_label_studio,
)
from helpers.coding.judgement import Judgement
from helpers.data import coding_files
from helpers.data.coding_files import read_answers, read_judgements, save_judgements
from helpers.study import Study, StudyError, load_study
from helpers.study.yaml_lines import read_yaml

FILES = {"study.yml": STUDY, "codebook.yml": CODEBOOK, "events.yml": EVENTS}
GIVEN = {name: yaml.safe_load(text) for name, text in FILES.items()}
TOKENS = (":", "- ", "\n", "\n  ", "\t", "[", "]", "{", "}", "&a ", "*a", "!!python/object:os.system ", "!!binary x", "!!set ", "<<: *a", "? ", "|", ">", "'", '"', "#", "%YAML 9",
          "---", "...", "no", "yes", "null", "~", "0x1F", "1_000", "1:20:30", ".inf", ".nan", "=", "<<", "2031-02-31", "\x00", "\ufeff", "\u2028", "\x85", "extends: [small]\n",
          "extends: ../..\n", "extends: small\n", "!!int x", "!!float x", "!!timestamp x", "!!bool x", "!!null x", "!!omap [a]", "!x ", "!<x> ", "0o777", "0b2", "-0", "1e999")  # fmt: skip
ODD = st.one_of(
    st.sampled_from(["../../x", "/etc/passwd", "a/b", "", " ", "~", "x" * 300, "(?:\\w+\\s?)+:$", "[", "(", "*", "+", "?P<", "XAA", "xaa", "en", "EN", "kp", "Europe/Nowhere", "UTC",
                     "http://[", "javascript:ran()", "#12345", "@home", "__proto__", "con", "\ud800", "a\nb", "..", ".", "%Y/%m", "%", "{}", "{0.__class__}"]),
    st.none(), st.booleans(), st.integers(-5, 10**25), st.floats(), st.dates(), st.datetimes(), HOSTILE, SENTENCE, DATE, ANY,
    st.just([]), st.just({}), st.just([[]]), st.just([None]), st.just({"": None}), st.lists(st.integers(), max_size=2), st.just({"a": {"b": ["c"]}}),
)  # fmt: skip
KEYS = st.sampled_from(["extends", "shares", "universes", "plan", "concepts", "covariates", "unit", "groups_from", "analysis", "strip", "keep", "transcript_voices", "collected", "feeds",
                        "home", "group", "colour", "services", "path", "kind", "licence", "outlets", "indicators", "tier", "names", "examples", "frames", "version", "sharing", "on", ""])  # fmt: skip
EDIT = st.tuples(
    st.sampled_from(sorted(FILES)), st.integers(0, 200), st.sampled_from(["change", "drop", "add", "double"]), KEYS, ODD
)


def _places(data: Any, path: tuple = ()) -> Iterator[tuple]:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key)
        yield from _places(value, (*path, key))


def _changed(data: Any, place: int, kind: str, key: str, value: Any) -> None:
    path = list(_places(data))[place % len(list(_places(data)))]
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    if kind == "change":
        holder[path[-1]] = value
    elif kind == "drop":
        del holder[path[-1]]
    elif isinstance(holder, dict):
        holder[key if kind == "add" else f"{path[-1]}2"] = value if kind == "add" else holder[path[-1]]
    else:
        holder.append(value if kind == "add" else holder[path[-1]])


def _loads(files: dict[str, bytes]) -> None:
    """A study, or one line that names the file."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "studies" / "small"
        folder.mkdir(parents=True)
        for name, body in files.items():
            (folder / name).write_bytes(body)
        try:
            assert isinstance(load_study("small", root=Path(root)), Study)
        except StudyError as error:
            one_line(error)
            assert str(error).startswith(("small/", "study ", "studies/")), error
        made = {path.relative_to(root).as_posix() for path in Path(root).rglob("*") if path.is_file()}
        assert made - {f"studies/small/{name}" for name in files} <= {"data/interim/lemmas.json", *_lemmas(made)}


def _lemmas(made: set[str]) -> set[str]:
    return {name for name in made if name.startswith("data/interim/")}


def edited(edits: list[tuple[str, int, str, str, Any]]) -> None:
    """A study some of whose values are others."""
    given = copy.deepcopy(GIVEN)
    for name, *edit in edits:
        if list(_places(given[name])):
            _changed(given[name], *edit)
    texts = {name: yaml.safe_dump(data, allow_unicode=True, sort_keys=False) for name, data in given.items()}
    _loads({name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()})


def typed(drawn: tuple[str, str]) -> None:
    """A study one of whose files was mistyped."""
    name, text = drawn
    _loads({**{other: body.encode() for other, body in FILES.items()}, name: text.encode("utf-8", "surrogatepass")})


def yaml_file(text: str) -> None:
    """YAML is values whose every line is known, or one line that says where it is none."""
    with file_of(text.encode("utf-8", "surrogatepass"), "study.yml") as path:
        try:
            document = read_yaml(path)
        except StudyError as error:
            one_line(error)
            return
        n = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
        assert all(1 <= line <= n for line in document.lines.values())


def yaml_comes_back(value: Any) -> None:
    """What is written as YAML is read as it was."""
    with file_of(yaml.safe_dump(value, allow_unicode=True).encode(), "study.yml") as path:
        assert read_yaml(path).data == value


TEXTS = {("a1", 0): "Averland and Borrovia 𠀀 signed.", ("a1", 1): "é́ Second.", ("b,2", 0): "한국 \U0001f600 third"}
FRAMES = ("PACT", "AID", "RISK")
HEAD = "article_id,position,frame,coder,value,start,end,fingerprint,judged"
LINE = st.tuples(
    st.sampled_from(["a1", "b,2", "", "x"]), st.sampled_from(["0", "1", "1.0", "²", "-1", "", "9" * 400, "٣"]), st.sampled_from([*FRAMES, "", "X"]), WORDS,
    st.sampled_from(["1", "0", "", "yes", "1.0"]), st.sampled_from(["", "0", "5", "x"]), st.sampled_from(["", "3", "9" * 30]),
).map(lambda cells: ",".join(f'"{cell}"' if "," in cell else cell for cell in cells))  # fmt: skip
CSV = damaged(
    st.lists(LINE, max_size=5).map(lambda lines: "\n".join([HEAD, *lines])),
    ['"', ",", "\n", "\x00", "\r", "\x1e", "value", "\ufeff"],
)
SPAN = st.sampled_from([None, 0, 3, 5, 99, -1, "1", 1.5, True, 10**30])
VALUE = st.fixed_dictionaries({}, optional={"choices": st.lists(st.sampled_from([*FRAMES, "CANT_TELL", "X", 3, None, []]), max_size=2) | JSON,
                                            "labels": st.lists(st.sampled_from([*FRAMES, None]), max_size=2) | JSON, "start": SPAN, "end": SPAN, "text": WORDS | st.none()})  # fmt: skip
DATA = st.fixed_dictionaries({}, optional={"article_id": st.sampled_from(["a1", "b,2", None, 3]), "position": st.sampled_from([0, "1", None, "x", 1e400, float("nan"), [], "9" * 5000]),
                                           "text": st.sampled_from([*TEXTS.values(), None, 3])})  # fmt: skip
ANNOTATION = st.fixed_dictionaries({}, optional={"result": st.lists(st.fixed_dictionaries({"value": VALUE | JSON}) | JSON, max_size=3) | JSON,
                                                 "was_cancelled": JSON, "completed_by": JSON | st.fixed_dictionaries({"email": JSON})})  # fmt: skip
GOOD = st.sampled_from([{"article_id": article, "position": place} for article, place in TEXTS])
TASKS = (
    st.lists(
        st.fixed_dictionaries(
            {"annotations": st.lists(ANNOTATION | JSON, max_size=2) | JSON, "data": GOOD | DATA | JSON}
        )
        | JSON,
        max_size=3,
    )
    | JSON
)
RECORD = st.builds(lambda data, rest: {**data, **rest}, GOOD | DATA, st.fixed_dictionaries({}, optional={
    "cats": st.lists(st.sampled_from([*FRAMES, "CANT_TELL", "X"]), max_size=2) | JSON, "label": JSON | st.lists(st.tuples(SPAN, SPAN, st.sampled_from(FRAMES)).map(list), max_size=2),
    "entities": st.lists(st.tuples(SPAN, SPAN, st.sampled_from(FRAMES)).map(list) | st.fixed_dictionaries({"label": JSON, "start_offset": SPAN, "end_offset": SPAN}), max_size=2) | JSON}))  # fmt: skip


def tools(drawn: tuple[str, object, list[object]]) -> None:
    """What other tools write is codes of passages and frames that there are, or one line that says where it is not."""
    table, tasks, records = drawn
    for read, content in (
        (lambda text: from_csv(text, file="c.csv", frames=FRAMES), table),
        (lambda text: from_label_studio(text, file="c.json", texts=TEXTS, frames=FRAMES), as_json(tasks)),
        (
            lambda text: from_doccano(text, file="c.jsonl", coder="ann", texts=TEXTS, frames=FRAMES),
            "\n".join(map(as_json, records)),
        ),
    ):
        try:
            made = read(content)
        except FormatError as error:
            one_line(error)
            continue
        if isinstance(made, pd.DataFrame):
            assert set(made["frame"]) <= set(FRAMES)
            continue
        for passage, coder, seen, unsure in made:
            assert passage in TEXTS and isinstance(coder, str) and not (seen and unsure)
            for code, span in seen.items():
                assert code in FRAMES and (span is None or 0 <= span[0] < span[1] <= len(TEXTS[passage]))


def _spans(text: str) -> st.SearchStrategy[tuple[int, int] | None]:
    return st.none() | st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda s: s[0] < s[1])


def _seen(passage: tuple[str, int]) -> st.SearchStrategy[dict[str, tuple[int, int] | None]]:
    return st.dictionaries(st.sampled_from(FRAMES), _spans(TEXTS[passage]), max_size=3)


CODED = st.sampled_from(sorted(TEXTS)).flatmap(
    lambda passage: st.tuples(st.just(passage), _seen(passage), st.booleans())
)


def codes_come_back(drawn: list[tuple[tuple[str, int], dict, bool]]) -> None:
    """What is written for other tools is read as it was, every span in code points."""
    coded = [
        (passage, "user-", {} if unsure else seen, unsure)
        for passage, seen, unsure in {one[0]: one for one in drawn}.values()
    ]
    made = from_label_studio(to_label_studio(TEXTS, coded), file="c", texts=TEXTS, frames=FRAMES)
    assert sorted(made, key=str) == sorted(coded, key=str)
    for utf16 in (True, False):
        made = from_doccano(
            to_doccano(TEXTS, coded, utf16=utf16), file="c", coder="user-", texts=TEXTS, frames=FRAMES, utf16=utf16
        )
        assert {one[0]: one for one in made if one[2] or one[3]} == {one[0]: one for one in coded if one[2] or one[3]}
    rows = [
        (*passage, code, coder, 1.0, *(span or (None, None)), "", "")
        for passage, coder, seen, _ in coded
        for code, span in seen.items()
    ]
    table = pd.DataFrame(rows, columns=HEAD.split(","))
    again = from_csv(to_csv(table.astype({"start": "Int64", "end": "Int64"})), file="c.csv", frames=FRAMES)
    assert (
        again.astype(object).where(again.notna(), None).values.tolist()
        == table.astype(object).where(table.notna(), None).values.tolist()
    )


JUDGED = st.lists(st.tuples(
    st.sampled_from(["a1", "b,2", 'q"', "é"]), st.integers(0, 9), st.sets(st.sampled_from(FRAMES)), st.sets(st.sampled_from(FRAMES)), st.booleans()), max_size=5)  # fmt: skip


def judgements_come_back(drawn: list[tuple[str, int, set[str], set[str], bool]]) -> None:
    """The last word of a coder on each frame is what is read, whatever was said before."""
    last: dict[tuple[str, int, str], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for article, position, seen, unsure, withdrawn in drawn:
            said = Judgement(dict.fromkeys(FRAMES, "00000000"), dict.fromkeys(sorted(seen)), frozenset(unsure - seen))
            save_judgements(
                Path(folder),
                [((article, position, "t"), said)],
                coder="ann",
                when=dt.datetime(2031, 1, 5, tzinfo=dt.UTC),
                withdrawn=withdrawn,
            )
            for code in FRAMES:
                last.pop((article, position, code), None)
                if not withdrawn:
                    last[article, position, code] = said.value(code)
        read = read_judgements(Path(folder))
    made = {(row.article_id, row.position, row.frame): row.value for row in read.itertuples()}
    assert made.keys() == last.keys()
    assert all(made[key] == value or (math.isnan(made[key]) and math.isnan(value)) for key, value in last.items())


JUDGED_LINE = "a1,0,t,ann,coded,PACT@0-4,AID,PACT:00000000 AID:11111111,2031-01-05T10:00:00Z"
ANSWERED = "t1,label,ann,word,2031-01-05T10:00:00Z"


def coders(drawn: tuple[str, str]) -> None:
    """A coder's file holds judgements, or one line says which of its lines is none."""
    judged, answered = drawn
    with tempfile.TemporaryDirectory() as folder:
        kind = coding_files.KINDS[0]
        (Path(folder) / "judged-ann.csv").write_bytes(judged.encode("utf-8", "surrogatepass"))
        (Path(folder) / f"{kind}-ann.csv").write_bytes(
            answered.replace(",label,", f",{kind},").encode("utf-8", "surrogatepass")
        )
        for read in (lambda: read_judgements(Path(folder)), lambda: read_answers(Path(folder), kind)):
            try:
                assert read()["coder"].isin(["ann"]).all()
            except ValueError as error:
                one_line(error)
                assert "ann.csv" in str(error), error


def slow_file(text: str) -> None:
    """A long file of one piece is read in little time."""
    yaml_file(text)
    tools((text, text, [text]))
    coders((f"head\n{text}", f"head\n{text}"))


CODER_TOKENS = (
    ",",
    '"',
    "\n",
    "\r",
    "\x00",
    "\x85",
    "@",
    ":",
    "PACT@9-2",
    "PACT@1-",
    "9" * 30,
    "ann",
    "Z",
    "coded",
    "withdrawn",
    " ",
    "2031-99-99T99:99:99Z",
    "\ufeff",
    "²",
)
TARGETS = [
    Target("studies, values changed", st.lists(EDIT, min_size=1, max_size=3), edited, 6),
    Target("studies, mistyped", st.sampled_from(sorted(FILES)).flatmap(lambda name: st.tuples(st.just(name), damaged(st.just(FILES[name]), TOKENS))), typed, 8),
    Target("YAML", damaged(st.sampled_from(list(FILES.values())) | JSON.map(as_json), TOKENS) | ANY, yaml_file, 25),
    Target("YAML comes back", st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30) | st.dates(),
           lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=9), inner, max_size=3), max_leaves=6), yaml_comes_back, 25),
    Target("codes of other tools", st.tuples(CSV, TASKS, st.lists(RECORD | JSON, max_size=3)), tools, 20),
    Target("codes come back", st.lists(CODED, max_size=4), codes_come_back, 6),
    Target("judgements come back", JUDGED, judgements_come_back, 5),
    Target("coders' files", st.tuples(damaged(st.just(f"head\n{JUDGED_LINE}\n{JUDGED_LINE}"), CODER_TOKENS), damaged(st.just(f"head\n{ANSWERED}\n"), CODER_TOKENS)), coders, 10),
    Target("slow files", long((*TOKENS, *DATES[:3])), slow_file, 1, seconds=6.0),
]  # fmt: skip
