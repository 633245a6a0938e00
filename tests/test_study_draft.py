"""A study folder drafted from an export loads as it is and takes the export's rows; what cannot be used is one line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.__main__ import main
from helpers.pipeline.records import read_file
from helpers.study import Study, StudyError, load_study
from helpers.study.draft import draft_study

ENGLISH = "The two leaders met in the capital and signed a treaty of friendship, officials said on Wednesday."
RUSSIAN = "Стороны подписали договор о сотрудничестве, сообщили в министерстве иностранных дел в среду."
KOREAN = "두 정상은 수도에서 만나 우호 조약에 서명했다고 당국자들이 수요일 밝혔다. 조약은 곧 발효된다."
FRENCH = "Les deux dirigeants se sont rencontrés dans la capitale et ont signé un traité d'amitié, ont déclaré des responsables."


def rows(n: int = 6, **change: Any) -> list[dict[str, Any]]:
    texts = {"The Daily": ENGLISH, "Вестник": RUSSIAN}
    made = []
    for i in range(n):
        outlet = list(texts)[i % 2]
        host = ["daily.example.co.uk", "vestnik.example.ru"][i % 2]
        made.append({"url": f"https://{host}/{i}", "media_name": outlet, "publish_date": f"2024-06-{10 + i}", "title": f"Item {i}",
                     "text": f"{texts[outlet]} {i}", "theme": "war"} | change)  # fmt: skip
    return made


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    shutil.copytree(root / "studies" / "template", tmp_path / "studies" / "template")
    return tmp_path


def write(
    folder: Path, made: list[dict[str, Any]], name: str = "articles.csv", delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    path = folder / name
    if ".jsonl" in name:
        body = "\n".join(json.dumps(row, ensure_ascii=False) for row in made).encode()
    elif name.endswith(".parquet"):
        pd.DataFrame(made).to_parquet(path)
        return path
    else:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(made[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(made)
        body = text.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    return path


def drafted(checkout: Path, path: Path, **options: Any) -> tuple[Study, list[str]]:
    told = draft_study("mine", path, root=checkout, **options)
    study = load_study("mine", root=checkout)
    return study, told


def refusal(checkout: Path, path: Path, **options: Any) -> str:
    with pytest.raises(StudyError) as caught:
        draft_study("mine", path, root=checkout, **options)
    assert "\n" not in str(caught.value) and not (checkout / "studies" / "mine").exists()
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "delimiter", "encoding"),
    [("articles.csv", ",", "utf-8"), ("articles.csv", ";", "utf-8-sig"), ("a.tsv", "\t", "utf-16"), ("a.csv.gz", ",", "utf-8"),
     ("a.jsonl", "", ""), ("a.jsonl.gz", "", ""), ("a.parquet", "", "")],
)  # fmt: skip
def test_a_draft_loads_and_takes_every_row(checkout: Path, name: str, delimiter: str, encoding: str) -> None:
    study, told = drafted(checkout, write(checkout, rows(), name, delimiter, encoding))
    assert study.languages == ("en", "ru") and study.pair == ("RUS", "PRK")
    assert (str(study.start), str(study.end)) == ("2024-06-10", "2024-06-15")
    assert {key: (o.name, o.language, o.country, o.timezone) for key, o in study.outlets.items()} == {
        "the-daily": ("The Daily", "en", "GBR", "Europe/London"),
        "outlet-2": ("Вестник", "ru", "RUS", "Europe/Moscow"),
    }
    [source] = study.sources
    assert source.path == checkout / "data" / "raw" / "mine" / name
    assert source.columns == {
        "text": "text",
        "published": "publish_date",
        "outlet": "media_name",
        "title": "title",
        "address": "url",
    }
    got = read_file(study, source)
    assert len(got.records) == 6 and got.faults.empty and set(got.records["outlet"]) == set(study.outlets)
    assert told[0] == f"{name}: 6 rows, 2024-06-10 to 2024-06-15, in en, ru." and "make report STUDY=mine" in told[-1]
    written = (study.folder / "study.yml").read_text(encoding="utf-8")
    assert 'nothing reads "theme"' in written and "# 3 rows; check country and timezone (taken from .ru)" in written
    assert "6 rows, 2 outlets" in (study.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ({"id": "stories_id", "published": "publish_date", "title": "title", "address": "url", "outlet": "media_name", "text": "text"}, "Media Cloud"),
        ({"title": "Headline", "outlet": "Publication", "published": "Published date", "byline": "Byline", "section": "Section", "text": "Body"}, "LexisNexis"),
        ({"title": "HD", "byline": "BY", "published": "PD", "outlet": "SN", "id": "AN", "text": "TD"}, "Factiva"),
        ({"address": "link", "outlet": "source", "published": "날짜", "title": "제목", "text": "본문"}, "by hand"),
    ],
)  # fmt: skip
def test_headers_of_the_usual_exports_are_known(checkout: Path, header: dict[str, str], told: str) -> None:
    values = {"id": 0, "published": "19 June 2024", "title": "T", "address": "https://a.example/", "outlet": "Daily",
              "byline": "Ada", "section": "World", "text": ENGLISH}  # fmt: skip
    made = [{column: f"{i}" if field == "id" else values[field] for field, column in header.items()} for i in range(3)]
    study, _ = drafted(checkout, write(checkout, made))
    assert study.sources[0].columns == header, told
    assert len(read_file(study, study.sources[0]).records) == 3


def test_an_outlet_without_a_column_is_the_file(checkout: Path) -> None:
    made = [{"date": "2024-06-19", "body": ENGLISH}] * 3
    study, told = drafted(checkout, write(checkout, made, "Le Monde 2024.csv"))
    assert list(study.outlets) == ["le-monde-2024"] and study.sources[0].outlet == "le-monde-2024"
    assert len(read_file(study, study.sources[0]).records) == 3 and "No column names the outlet" in told[2]
    assert "unknown" in (study.folder / "study.yml").read_text(encoding="utf-8")


def test_ids_of_an_export_are_kept_and_names_that_look_alike_stay_apart(checkout: Path) -> None:
    made = rows()
    for row, name in zip(made, ["daily", "Daily", "DAILY!", 'Post: "the" #1', "post", "é"], strict=True):
        row |= {"media_name": name, "text": ENGLISH}
    study, _ = drafted(checkout, write(checkout, made))
    assert sorted(study.outlets) == ["daily", "daily-2", "daily-3", "e", "post", "post-the-1"]
    assert len(read_file(study, study.sources[0]).records) == 6


def test_the_form_of_dates_is_found_or_asked_for(checkout: Path) -> None:
    path = write(checkout, rows(publish_date="19/06/2024"))
    study, told = drafted(checkout, path)
    assert study.sources[0].columns["date_format"] == "%d/%m/%Y" and "%d/%m/%Y" in told[1]
    assert read_file(study, study.sources[0]).faults.empty and str(study.start) == "2024-06-19"
    shutil.rmtree(study.folder), shutil.rmtree(study.raw)
    path = write(checkout, rows(publish_date="05/06/2024"))
    told_so = refusal(checkout, path)
    assert told_so.startswith("articles.csv, line 2, column 'publish_date': '05/06/2024' can be read in two ways")
    assert "'%d/%m/%Y' or '%m/%d/%Y'" in told_so
    assert str(drafted(checkout, path, date_format="%m/%d/%Y")[0].start) == "2024-05-06"


def test_dates_in_two_forms_name_both_rows(checkout: Path) -> None:
    made = rows()
    for row, day in zip(made, ["13/01/2024", "14/01/2024", "01/15/2024"] * 2, strict=True):
        row["publish_date"] = day
    told = refusal(checkout, write(checkout, made))
    assert "line 2, column 'publish_date': '13/01/2024' is written in another form than '01/15/2024' in line 4" in told
    made = rows()
    made[4]["publish_date"] = "06/20/2024"
    assert (
        "line 6, column 'publish_date': '06/20/2024' is written in another form than '2024-06-10' in line 2"
        in refusal(checkout, write(checkout, made))
    )


def test_rows_that_will_be_lost_are_counted(checkout: Path) -> None:
    made = rows(20)
    made[3]["text"], made[5]["publish_date"], made[7]["publish_date"] = "", "a day in May", ""
    for i in range(16, 20):
        made[i]["publish_date"] = "2024-07-01"
    _, told = drafted(checkout, write(checkout, made))
    assert "1 rows without text (first: line 5)." in told
    assert "1 rows with a date that cannot be read (first: line 7: 'a day in May')." in told
    assert "1 rows without a date, which stay undated (first: line 9)." in told


def test_languages_are_told_and_one_that_no_study_reads_is_marked(checkout: Path) -> None:
    made = rows()
    made[0] |= {"media_name": "Ilbo", "text": KOREAN}
    made[2] |= {"media_name": "Le Soir", "text": FRENCH}
    study, _ = drafted(checkout, write(checkout, made))
    assert study.outlets["ilbo"].language == "ko" and set(study.languages) == {"en", "ru", "ko"}
    assert "texts look like fr, which no study reads: they will be lost" in (study.folder / "study.yml").read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "articles.csv: no rows in this file"),
        (b"url,date,text\n", "articles.csv: no rows in this file"),
        (b"url,text\nhttps://a.example/1,words\n", "no column for the date (looked for publish_date, published"),
        (b"url,date\nhttps://a.example/1,2024-06-19\n", "no column for the text (looked for text, full_text"),
        (b"https://a.example/1,2024-06-19,words\nhttps://a.example/2,2024-06-19,words\n",
         "line 1: 'https://a.example/1' looks like a value, not like the name of a column"),
        ("date,text\n2024-06-19,words\n2024-06-20,слова\n".encode("cp1251"), "articles.csv, line 3: byte 0xf1 is not UTF-8"),
        (b"date,outlet,text\n2024-06-19,,words\n", "articles.csv, line 2: column 'outlet' names no outlet"),
        (b"date,outlet,text\nsoon,a,words\nlater,a,words\n", "line 2, column 'date': 'soon' is not a date in a known form"),
        (b"date,outlet,text\n,a,words\n", "column 'date' is empty in every row"),
        (b"date,text,text\n2024-06-19,a,b\n", "column 'text' stands twice"),
        (b"date,url,text\n2024-06-19,https://a.example/1,b\n2024-06-19,https://b.example/1,b\n", "addresses are of 2 hosts (a.example, b.example"),
        (b'date,text\n2024-06-19,"words\n2024-06-19,words\n', "a quotation mark opens in the row '2024-06-19' and never closes"),
        (f'date,text\n2024-06-19,"{FRENCH}"\n'.encode(), "no outlet's texts are in en, ru, uk, ko, zh"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_line(checkout: Path, body: bytes, told: str) -> None:
    (checkout / "articles.csv").write_bytes(body)
    assert told in refusal(checkout, checkout / "articles.csv")


def test_columns_may_be_given_and_wrong_ones_are_told(checkout: Path) -> None:
    path = write(checkout, [{"when": "2024-06-19", "what": ENGLISH}] * 2)
    assert "--column text=NAME" in refusal(checkout, path)
    assert "no column 'wat' (for text); did you mean 'what'?" in refusal(checkout, path, columns={"text": "wat"})
    assert "no field 'txt'; did you mean 'text'?" in refusal(checkout, path, columns={"txt": "what"})
    study, _ = drafted(checkout, path, columns={"text": "what", "published": "when"})
    assert study.sources[0].columns == {"text": "what", "published": "when"}


def test_nothing_is_overwritten(checkout: Path) -> None:
    path = write(checkout, rows())
    drafted(checkout, path)
    before = (checkout / "studies" / "mine" / "study.yml").read_bytes()
    with pytest.raises(StudyError, match="is there already; nothing is overwritten"):
        draft_study("mine", path, root=checkout)
    assert (checkout / "studies" / "mine" / "study.yml").read_bytes() == before
    shutil.rmtree(checkout / "studies" / "mine")
    write(checkout, rows(4))
    assert "data/raw/mine/articles.csv is there already" in refusal(checkout, path)
    assert drafted(checkout, checkout / "data" / "raw" / "mine" / "articles.csv")[0].name == "mine"


def test_the_command_says_what_it_found_or_one_line(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("COVERAGE_ROOT", str(checkout))
    path = write(checkout, [{"date": "2024-06-19", "text": ENGLISH}] * 2)
    states = ["--state", "KOR=en:South Korea,Seoul;ko:한국", "--state", "JPN=en:Japan,Tokyo"]
    assert main(["draft-study", "mine", str(path), *states]) == 0
    assert "States: KOR and JPN" in capsys.readouterr().out
    study = load_study("mine", root=checkout)
    assert study.pair == ("KOR", "JPN") and study.entities["KOR"] == {"en": ("South Korea", "Seoul")}
    assert main(["draft-study", "mine", str(path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("draft-study: studies/mine is there already") and said.count("\n") == 1
    assert main(["draft-study", "other", str(path), *states[:2]]) == 2


@pytest.mark.parametrize("text", [None, ""])
def test_an_export_without_texts_is_drafted_in_headlines(checkout: Path, text: str | None) -> None:
    made = [row | {"title": row["text"], "summary": "", "text": text} for row in rows(6)]
    for row in made if text is None else ():
        del row["text"]
    told = draft_study("mine", write(checkout, made), root=checkout)
    assert any(line.startswith("No column holds texts: the unit is the headline") for line in told)
    study = load_study("mine", root=checkout)
    assert study.unit == "headline" and study.headlines == set(study.outlets)
    assert study.sources[0].fields["standfirst"] == "summary" and "text" not in study.sources[0].fields
    assert len(read_file(study, study.sources[0]).records) == 6
