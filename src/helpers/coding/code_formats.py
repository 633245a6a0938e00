"""Codes as other tools write them: text of a file in, rows of codes out, and back; every offset in code points.

CSV: a row a frame. Label Studio: its JSON of tasks with annotations (https://labelstud.io/guide/task_format), frames as
``choices`` and marked words as ``labels``. doccano: JSONL of a project for intent detection and slot filling, frames as
``cats`` and marked words as ``entities``; a line a passage, a file a coder. What Label Studio since 1.5 counts in code
points, older ones and doccano count in UTF-16 units, of which a sign beyond U+FFFF takes two.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import quoteattr

import pandas as pd

CANT_TELL = "CANT_TELL"  # offered beside the frames, since those tools have no key for it
ROW = ["article_id", "position", "frame", "coder", "value", "start", "end", "fingerprint", "judged"]
NEEDED = ["article_id", "position", "frame", "coder", "value"]
LONGEST_NUMBER = 12  # signs; no passage and no place in one has a longer number
CHOICES, EVIDENCE = "frames", "evidence"
Texts = Mapping[tuple[str, int], str]
Coded = tuple[tuple[str, int], str, dict[str, tuple[int, int] | None], bool]  # passage, coder, seen, can't tell


class FormatError(ValueError):
    """A file that is not of its form; one line that names file, row and value."""

    def __init__(self, file: str, row: object, problem: str) -> None:
        super().__init__(f"{file}, {row}: {problem}")


def to_utf16(text: str, place: int) -> int:
    """A place in code points, in UTF-16 units.

    >>> to_utf16("𠀀b", 1), from_utf16("𠀀b", 2)
    (2, 1)
    """
    return len(text[:place].encode("utf-16-le")) // 2


def from_utf16(text: str, place: int) -> int:
    """A place in UTF-16 units, in code points."""
    return len(text.encode("utf-16-le")[: 2 * place].decode("utf-16-le", errors="ignore"))


def from_csv(content: str, *, file: str, frames: Iterable[str]) -> pd.DataFrame:
    """Codes of a CSV file.

    Parameters
    ----------
    content : str
        With the columns of `NEEDED`; ``start``, ``end``, ``fingerprint`` and ``judged`` may be absent. ``value`` is 1,
        0, or blank for "can't tell".
    file : str
        Its name, for errors.
    frames : iterable of str
        Codes of the codebook.

    Returns
    -------
    DataFrame, columns of `ROW`

    Raises
    ------
    FormatError

    >>> head = "article_id,position,frame,coder,value\\n"
    >>> from_csv(head + "a,0,PACT,ann,1\\n", file="c.csv", frames=["PACT"]).value.item()
    1.0
    >>> from_csv(head + "a,0,PACT,ann,yes\\n", file="c.csv", frames=["PACT"])
    Traceback (most recent call last):
    helpers.coding.code_formats.FormatError: c.csv, line 2: value 'yes' is not 1, 0 or blank
    """
    read = csv.DictReader(content.removeprefix("\ufeff").splitlines())
    if missing := [column for column in NEEDED if column not in (read.fieldnames or [])]:
        raise FormatError(file, "line 1", f"column {missing[0]!r} is missing; there are {read.fieldnames}")
    known, rows = set(frames), []
    for line, row in _csv_lines(read, file):
        _frame(file, line, row["frame"], known)
        if row["value"] not in ("1", "0", "", "1.0", "0.0"):
            raise FormatError(file, line, f"value {row['value']!r} is not 1, 0 or blank")
        value = float(row["value"]) if row["value"] else None
        span = [_whole(file, line, name, row.get(name) or "") for name in ("start", "end")]
        place = _whole(file, line, "position", row["position"])
        if place is None:
            raise FormatError(file, line, "position is blank")
        version = (row.get("fingerprint") or "", row.get("judged") or "")
        rows.append((row["article_id"], place, row["frame"], row["coder"], value, *span, *version))
    return pd.DataFrame(rows, columns=ROW)


def _csv_lines(read: csv.DictReader, file: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows with the lines where they end."""
    try:
        for row in read:
            yield f"line {read.line_num}", row
    except csv.Error as error:
        raise FormatError(file, f"line {read.line_num}", f"is not CSV ({error}); save it again as CSV") from None


def to_csv(codes: pd.DataFrame) -> str:
    """Codes (columns of `ROW`) as a CSV file that `from_csv` reads."""
    whole = codes[ROW].assign(value=codes["value"].map(lambda v: "" if pd.isna(v) else str(int(v))))
    return whole.to_csv(index=False, lineterminator="\n")


def from_label_studio(
    content: str, *, file: str, texts: Texts, frames: Iterable[str], coders: Mapping[str, str] | None = None
) -> list[Coded]:
    """Judgements of a Label Studio export (JSON); annotations that were skipped are none.

    Parameters
    ----------
    content, file : as `from_csv`
    texts : mapping from article and position to the passage's text
    frames : iterable of str
    coders : mapping from Label Studio's user (number, or address) to the coder's name, optional
        A user not in it goes by the number with ``user-`` before it; an annotation of nobody by the name under ``""``.

    Raises
    ------
    FormatError
    """
    tasks = _json(file, "the file", content)
    if not isinstance(tasks, list):
        raise FormatError(file, "the file", "is not a list of tasks; export as JSON, not JSON-MIN")
    known, rows = set(frames), []
    for place, task in enumerate(tasks, start=1):
        row = f"task {place}"
        if not isinstance(task, dict) or not isinstance(task.get("annotations"), list):
            raise FormatError(file, row, "has no list of annotations; export as JSON, not JSON-MIN")
        passage = _passage(file, row, task.get("data"), texts)
        for one in task["annotations"]:
            if not _object(file, row, "annotation", one).get("was_cancelled"):
                said = _results(file, row, _listed(file, row, one, "result"), texts[passage], known)
                rows.append((passage, _user(one.get("completed_by"), coders or {}), *said))
    return rows


def to_label_studio(texts: Texts, coded: Iterable[Coded] = ()) -> str:
    """Passages, and judgements if there are any, as tasks for Label Studio; its set-up is `label_studio_config`."""
    by: dict[tuple[str, int], list[dict]] = {passage: [] for passage in texts}
    for passage, _, seen, unsure in coded:
        results = [_result(CHOICES, "choices", {"choices": [CANT_TELL] if unsure else sorted(seen)})]
        for code, span in seen.items():
            if span:
                words = {"start": span[0], "end": span[1], "text": texts[passage][slice(*span)], "labels": [code]}
                results.append(_result(EVIDENCE, "labels", words))
        by[passage].append({"result": results, "was_cancelled": False})
    tasks = [
        {"data": {"text": texts[passage], "article_id": passage[0], "position": passage[1]}, "annotations": annotations}
        for passage, annotations in by.items()
    ]
    return json.dumps(tasks, ensure_ascii=False, indent=1)


def label_studio_config(frames: Mapping[str, str]) -> str:
    """The labelling interface that a project needs, from code to name.

    >>> print(label_studio_config({"PACT": "Pact"}).splitlines()[2])
        <Choice value="PACT" hint="Pact"/>
    """
    offered = [*frames.items(), (CANT_TELL, "Can't tell")]
    choices = [f"    <Choice value={quoteattr(code)} hint={quoteattr(name)}/>" for code, name in offered]
    labels = [f"    <Label value={quoteattr(code)}/>" for code in frames]
    head = f'<View>\n  <Choices name="{CHOICES}" toName="text" choice="multiple">\n'
    middle = f'\n  </Choices>\n  <Labels name="{EVIDENCE}" toName="text">\n'
    return (
        head
        + "\n".join(choices)
        + middle
        + "\n".join(labels)
        + '\n  </Labels>\n  <Text name="text" value="$text"/>\n</View>'
    )


def from_doccano(
    content: str, *, file: str, coder: str, texts: Texts, frames: Iterable[str], utf16: bool = True
) -> list[Coded]:
    """Judgements of one coder's doccano export (JSONL). Every line counts, so export only what is confirmed.

    Parameters
    ----------
    content, file, texts, frames : as `from_label_studio`
    coder : str
    utf16 : bool
        Whether offsets are in UTF-16 units; not where the project counts grapheme clusters as one sign.

    Raises
    ------
    FormatError
    """
    known, rows = set(frames), []
    for place, line in enumerate(content.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        row = f"line {place}"
        record = _json(file, row, line)
        if not isinstance(record, dict):
            raise FormatError(file, row, f"{line[:40]!r} is no record")
        passage = _passage(file, row, record, texts)
        text = texts[passage]
        size = to_utf16(text, len(text)) if utf16 else len(text)
        seen: dict[str, tuple[int, int] | None] = {}
        for code, span in _labels(file, row, record):
            if code != CANT_TELL:
                _frame(file, row, code, known)
            if span:
                _inside(file, row, code, span, size)
                span = tuple(from_utf16(text, place) if utf16 else place for place in span)
            seen[code] = span or seen.get(code)
        unsure = seen.pop(CANT_TELL, 0) is None
        rows.append((passage, coder, {} if unsure else seen, unsure))
    return rows


def to_doccano(texts: Texts, coded: Iterable[Coded] = (), *, utf16: bool = True) -> str:
    """Passages, and one coder's judgements if there are any, as lines for doccano."""
    said = {passage: (seen, unsure) for passage, _, seen, unsure in coded}
    lines = []
    for passage, text in texts.items():
        seen, unsure = said.get(passage, ({}, False))
        spans = [(code, span) for code, span in seen.items() if span]
        entities = [[*(to_utf16(text, p) if utf16 else p for p in span), code] for code, span in spans]
        record = {"text": text, "article_id": passage[0], "position": passage[1], "entities": sorted(entities)}
        record["cats"] = [CANT_TELL] if unsure else sorted(seen)
        lines.append(json.dumps(record, ensure_ascii=False))
    return "".join(line + "\n" for line in lines)


def _labels(file: str, row: str, record: Mapping) -> Iterator[tuple[str, tuple[int, int] | None]]:
    """Codes of a record of doccano with their spans, whichever kind of project wrote it."""
    for one in (label for name in ("cats", "label", "entities") for label in _listed(file, row, record, name)):
        if isinstance(one, str):
            yield one, None
        elif isinstance(one, dict) and {"label", "start_offset", "end_offset"} <= set(one):
            yield str(one["label"]), (one["start_offset"], one["end_offset"])
        elif isinstance(one, list) and len(one) == 3 and all(isinstance(place, int) for place in one[:2]):
            yield str(one[2]), (one[0], one[1])
        else:
            raise FormatError(file, row, f"label {one!r} is neither a code nor [start, end, code]")


def _results(file: str, row: str, results: list[dict], text: str, known: set[str]) -> tuple[dict, bool]:
    seen: dict[str, tuple[int, int] | None] = {}
    unsure = False
    for one in results:
        value = _object(file, row, "value", _object(file, row, "result", one).get("value", {}))
        for code in [*_listed(file, row, value, "choices"), *_listed(file, row, value, "labels")]:
            if code == CANT_TELL:
                unsure = True
                continue
            _frame(file, row, code, known)
            span = (value.get("start"), value.get("end")) if "labels" in value else None
            if span is not None:
                span = _checked(file, row, code, span, text, value.get("text"))
            seen[code] = span or seen.get(code)
    return ({} if unsure else seen), unsure


def _checked(file: str, row: str, code: str, span: tuple, text: str, words: str | None) -> tuple[int, int]:
    """A span in code points: as it is where it gives the words beside it, else read as UTF-16 units."""
    if not all(isinstance(place, int) for place in span):
        raise FormatError(file, row, f"{code}: start {span[0]!r} and end {span[1]!r} are not whole numbers")
    wide = (from_utf16(text, span[0]), from_utf16(text, span[1]))
    chosen = wide if words is not None and text[slice(*span)] != words and text[slice(*wide)] == words else span
    if words is not None and text[slice(*chosen)] != words:
        raise FormatError(
            file, row, f"{code}: signs {span[0]} to {span[1]} are not {str(words)[:40]!r} in this passage"
        )
    _inside(file, row, code, chosen, len(text))
    return chosen


def _inside(file: str, row: str, code: str, span: tuple[int, int], size: int) -> None:
    if not 0 <= span[0] < span[1] <= size:
        raise FormatError(file, row, f"{code}: signs {span[0]} to {span[1]} are not in a passage of {size}")


def _passage(file: str, row: str, data: Mapping, texts: Texts) -> tuple[str, int]:
    try:
        passage = (str(data["article_id"]), int(data["position"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise FormatError(file, row, "has no article_id and position; they were in what was exported") from None
    if passage not in texts:
        raise FormatError(file, row, f"no drawn passage has article_id {passage[0]!r} and position {passage[1]}")
    if data.get("text", texts[passage]) != texts[passage]:
        raise FormatError(file, row, f"the text of {passage[0]!r}, {passage[1]} is not the one that was exported")
    return passage


def _object(file: str, row: str, name: str, value: object) -> Mapping:
    if not isinstance(value, dict):
        raise FormatError(file, row, f"{name} {str(value)[:40]!r} is not an object of names and values")
    return value


def _listed(file: str, row: str, record: Mapping, name: str) -> list:
    """What stands under a name, which must be a list where it stands at all."""
    value = record.get(name, [])
    if not isinstance(value, list):
        raise FormatError(file, row, f"{name} {str(value)[:40]!r} is not a list")
    return value


def _user(user: object, coders: Mapping[str, str]) -> str:
    name = user.get("email", user.get("id", "")) if isinstance(user, dict) else "" if user is None else user
    return coders.get(str(name), f"user-{name}")


def _frame(file: str, row: str, code: str, known: set[str]) -> None:
    if not isinstance(code, str) or code not in known:
        raise FormatError(file, row, f"frame {code!r} is not in the codebook: {', '.join(sorted(known))}")


def _whole(file: str, row: str, name: str, value: str) -> int | None:
    if value and (not value.removesuffix(".0").isdecimal() or len(value) > LONGEST_NUMBER):
        raise FormatError(file, row, f"{name} {value[:40]!r} is not a whole number")
    return int(value.removesuffix(".0")) if value else None


def _json(file: str, row: str, content: str) -> object:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise FormatError(file, row, f"is no JSON ({error.msg} at sign {error.pos})") from None
    except (RecursionError, ValueError) as error:  # nested too deep, or a number of thousands of digits
        raise FormatError(file, row, f"is no JSON that can be read ({type(error).__name__})") from None


def _result(name: str, kind: str, value: dict) -> dict:
    return {"from_name": name, "to_name": "text", "type": kind, "value": value}
