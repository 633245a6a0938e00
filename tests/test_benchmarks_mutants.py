"""The mutants themselves: which faults are put in, that they are put in, and that the tests see most of a sample."""

from __future__ import annotations

import ast
import csv
import os
import subprocess
import sys
from collections import Counter

import pytest
from mutants_operators import mutations
from mutants_report import margin, table

SOURCE = '''
LEAST = 3

def share(counts: list[int] = [0, 1], *, part: float = 0.5, all_of: bool = True) -> float:
    """Two words: 7 < 8."""
    if not counts or part <= 0 and len(counts) == 2:
        raise ValueError(f"{1 + 1} counts")
    total = 0
    for one in counts[1:]:
        total += one * 2
    return round(total / 3, ndigits=2) if all_of else -total
'''


def test_each_operator_is_there_and_words_are_left_alone():
    tree = ast.parse(SOURCE)
    made = Counter((one.operator, one.change) for one in mutations(tree))
    assert made[("constant", "3 to 4")] == 2  # of the module, and of the return
    assert made[("default", "part: 0.5 to 1.5")] == made[("default", "all_of: True to False")] == 1
    assert made[("boundary", "<= to <")] == made[("negation", "<= to >")] == made[("negation", "== to !=")] == 1
    assert made[("boolean", "or to and")] == made[("boolean", "and to or")] == made[("boolean", "sign off")] == 1
    assert made[("statement removed", "total += one * 2")] == made[("slice", "lower dropped")] == 1
    assert made[("argument dropped", "ndigits")] == made[("condition", "not")] == made[("return", "None")] == 1
    assert made[("arithmetic", "* to /")] == made[("arithmetic", "/ to *")] == made[("arithmetic", "sign off")] == 1
    assert not {"7 to 8", "+ to -"} & {change for _, change in made}  # docstring, message


def test_every_mutation_changes_the_code_and_no_two_are_alike():
    plain, codes = ast.unparse(ast.parse(SOURCE)), []
    for number in range(len(list(mutations(ast.parse(SOURCE))))):
        tree = ast.parse(SOURCE)
        list(mutations(tree))[number].apply()
        compile(tree, "mutant", "exec")
        codes.append(ast.unparse(tree))
    assert plain not in codes
    assert len(set(codes)) == len(codes)


def test_a_share_of_a_sample_has_its_margin():
    rows = [("m", "f", str(place), "o", "c", "killed" if place < 85 else "survived") for place in range(100)]
    assert margin(rows, 100) == "all"
    assert margin(rows, 10**9) == "7"  # 1.96 √(.837 · .163 / 104)
    assert margin(rows[:6], 10**9) == "25"  # six of six: not 0
    assert table("module", [(row[0], row[5]) for row in rows])[-1] == "| all | 100 | 85 | 0 | 0 | 15 | 85 % |"


@pytest.mark.long
def test_of_a_sample_most_are_seen(root, tmp_path):
    """Twelve of each room: at 85 % a draw of 60 has fewer than 70 % once in a thousand."""
    results = tmp_path / "mutants.csv"
    command = [sys.executable, root / "benchmarks" / "mutants.py", "--sample", "12", "--results", results]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(root / "src")}, timeout=3600)
    with results.open(encoding="utf-8", newline="") as file:
        outcomes = Counter(row[5] for row in csv.reader(file))
    assert outcomes.total() == 60 and not outcomes["not applied"]
    assert outcomes["killed"] + outcomes["timed out"] >= 42
