"""A run that is killed at any moment: nothing lost, nothing asked twice but what was under way, no broken record."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from loopback import HOST, NOW, STORY, Site, html
from some import some
from warcio.archiveiterator import ArchiveIterator

from helpers.collect.archive import Archive, read_page
from helpers.collect.fetch import Collected, WebSource, collect_web
from helpers.collect.session import Limits

PAGES, PER_HOST = 240, 4
LIMITS = Limits(pace=0.0, per_host=PER_HOST, wait=0.01)
# A Python that has imported everything forks once for each run, so that many runs do not cost many imports.
RUNS = textwrap.dedent(
    """
    import os, sys
    sys.path.insert(0, "tests")
    from test_collect_kill import gather, Path
    for line in sys.stdin:
        port, folder = line.split()
        child = os.fork()
        if not child:
            gather(int(port), Path(folder))
            os._exit(0)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)
    """
)


def gather(port: int, folder: Path) -> Collected:
    """Collect every page of two outlets, one of them by way of redirects."""
    sources = [
        WebSource("quay", addresses=tuple(f"http://{HOST}/{i}" for i in range(PAGES))),
        WebSource("pier", addresses=tuple(f"http://pier.quay.invalid/from/{i}" for i in range(40))),
    ]
    return collect_web(
        sources, folder, contact="mailto:a@b.invalid", practice=True, resolver=lambda _: ("127.0.0.1", port),
        limits=LIMITS, clock=lambda: NOW,
    )  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made, rng = Site(), np.random.default_rng(11)
    waits = rng.uniform(0.001, 0.012, PAGES)
    for i in range(PAGES):
        made.pages[f"/{i}"] = lambda _, i=i: (time.sleep(waits[i]), html(STORY * (1 + i % 5)))[1]
    for i in range(40):
        made.pages[f"/from/{i}"] = (302, {"Location": f"/{i + 7}"}, b"")
    yield made
    made.close()


def records_of(folder: Path) -> set[str]:
    """Addresses of every whole record of both files of each outlet, each record checked against its digests."""
    copy = folder.with_name("looked-at")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    found: set[str] = set()
    for outlet in ("quay", "pier"):
        with Archive(copy, outlet) as archive:
            assert not set(archive.entries) & set(archive.early)
            found |= {*archive.entries, *archive.early}
        path = copy / f"{outlet}.warc.gz"
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content_stream().read()
    return found


@pytest.mark.parametrize("n_kills", [5, pytest.param(20, marks=pytest.mark.long)])
def test_kills_change_nothing(site: Site, tmp_path: Path, n_kills: int) -> None:
    whole = gather(site.server.server_address[1], tmp_path / "whole")
    assert len(whole.ledger) == PAGES + 80
    site.asked.clear()
    rng = np.random.default_rng(20)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    runs = subprocess.Popen(
        [sys.executable, "-c", RUNS], cwd=Path(__file__).parents[1], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    folder, settled, n_killed = tmp_path / "killed", set(), 0
    with runs:
        for _ in range(n_kills):
            before = site.asked.copy()
            runs.stdin.write(f"{site.server.server_address[1]} {folder}\n")
            runs.stdin.flush()
            child = int(runs.stdout.readline())
            wanted, patience = before.total() + int(rng.integers(0, 16)), time.monotonic() + 10
            while site.asked.total() < wanted and time.monotonic() < patience:
                time.sleep(0.001)  # so that the kills fall within the work on a busy machine too
            time.sleep(float(rng.uniform(0.0, 0.02)))
            os.kill(child, signal.SIGKILL)
            n_killed += os.WTERMSIG(int(runs.stdout.readline())) == signal.SIGKILL
            held = records_of(folder) if folder.exists() else set()
            assert settled <= held, "an answer that was archived is lost"
            assert not [address for address in settled if site.asked[address] > before[address]]
            settled = held
    assert n_killed == n_kills
    assert 0 < len(settled) < PAGES + 80, "the kills were to fall within the work"
    last = gather(site.server.server_address[1], folder)
    for outlet in ("quay", "pier"):
        assert (folder / f"{outlet}.warc.gz").read_bytes() == (tmp_path / "whole" / f"{outlet}.warc.gz").read_bytes()
    pd.testing.assert_frame_equal(last.pages, whole.pages)
    pd.testing.assert_frame_equal(last.ledger, whole.ledger)
    for row in some(last.pages[last.pages["offset"].notna()].itertuples()):
        assert read_page(folder / row.archive, int(row.offset)).address == row.address
    pages = {address: n for address, n in site.asked.items() if not address.endswith("/robots.txt")}
    assert len(pages) == PAGES + 80
    assert sum(pages.values()) <= PAGES + 80 + n_kills * 2 * PER_HOST  # of each host, what was under way at each kill
    assert not list(folder.glob("*.ahead"))


def test_a_full_disk_stops_a_run_in_one_line_and_the_next_goes_on(site: Site, tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import resource, signal, sys
        sys.path.insert(0, "tests")
        from helpers.collect.archive import ArchiveError
        from test_collect_kill import Path, gather
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
        try:
            gather(int(sys.argv[1]), Path(sys.argv[2]))
        except ArchiveError as error:
            print(error)
        """
    )
    port, folder = site.server.server_address[1], tmp_path / "full"
    site.asked.clear()
    run = subprocess.run(
        [sys.executable, "-c", script, str(port), str(folder)], cwd=Path(__file__).parents[1], text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True,
    )  # fmt: skip
    assert run.stdout.count("\n") == 1 and "nothing was lost, make room and run again" in run.stdout, run.stderr[-999:]
    assert 10 < len(records_of(folder)) < PAGES + 80
    last = gather(port, folder)
    assert len(last.ledger) == PAGES + 80
    assert set(last.ledger["outcome"]) == {"kept", "redirected"}


def test_a_damaged_record_stops_nobody_and_its_page_is_asked_for_again(site: Site, tmp_path: Path) -> None:
    port, folder = site.server.server_address[1], tmp_path / "hurt"
    whole = gather(port, folder)
    site.asked.clear()
    path = folder / "quay.warc.gz"
    held, rng = bytearray(path.read_bytes()), np.random.default_rng(3)
    places = sorted(whole.pages.loc[whole.pages["archive"] == path.name, "offset"].astype(int))
    hit = {}
    for place in rng.choice(places[:-1], 8, replace=False):
        after = places[places.index(place) + 1]
        held[rng.integers(place + (after - place) // 2, after - 4)] ^= 8
        hit |= dict(whole.pages.query("archive == @path.name and offset == @place")[["address", "page_id"]].to_numpy())
    held[places[9]] ^= 255  # the first byte of a record: what it held nobody can say
    path.write_bytes(held)
    for n_asked in (1, 0):
        last = gather(port, folder)
        pages = {address: n for address, n in site.asked.items() if not address.endswith("/robots.txt")}
        assert set(hit) <= {f"http://{address}" if "//" not in address else address for address in pages} or not n_asked
        assert sum(pages.values()) == (len(hit) + 1) * n_asked
        site.asked.clear()
        lost = last.ledger[last.ledger["outcome"] == "damaged"]
        assert lost["id"].tolist() == [f"quay.warc.gz at {places[9]}"]
        kept = last.ledger.drop(lost.index).reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, whole.ledger)
        assert last.pages["page_id"].tolist() == whole.pages["page_id"].tolist()
        assert last.pages["sha256"].tolist() == whole.pages["sha256"].tolist()
    assert last.summary.set_index("outlet").at["quay", "damaged"] == 1
    for row in last.pages[last.pages["offset"].notna()].itertuples():
        assert read_page(folder / row.archive, int(row.offset)).address == row.address
