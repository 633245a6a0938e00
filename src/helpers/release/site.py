"""Everything that was built as one static folder, for any host: reports, explorer, notebooks and documents.

Pages are taken as the report has them.  The documents are written in the report's own frame.  Every link within the
folder is followed before the folder takes the place of the one before.
"""

from __future__ import annotations

import base64
import html
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from helpers.report.page import contents, markdown_renderer, page
from helpers.study import StudyError, load_study

HOME, MISSING, DOCUMENTS = "index.html", "404.html", "docs"
LOCAL = re.compile(r'(<a [^>]*href=")([^"#]*)(#[^"]*)?(")')
PICTURE = re.compile(r'(<img [^>]*src=")([^":]+[.]svg)(")')
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
Say = Callable[[str], None]


def make_site(root: Path, names: list[str] | None = None, *, say: Say, dry_run: bool = False) -> Path | None:
    """Write ``site/``.

    Parameters
    ----------
    root : Path
        The checkout.
    names : list of str, optional
        Studies; every one whose report is built when left out.
    say : callable
    dry_run : bool
        Only say what would be in it.

    Raises
    ------
    StudyError
        A study has no report, none has, or a link leads nowhere.
    """
    root = root.resolve()
    built = sorted(path.parent.name for path in (root / "reports").glob(f"*/{HOME}"))
    lacking = sorted(set(names or ()) - set(built))
    if lacking or not built:
        name = lacking[0] if lacking else "press"
        raise StudyError(f"reports/{name}: no page there; make report STUDY={name} first")
    chosen = [name for name in built if not names or name in names]
    documents = sorted((root / DOCUMENTS).rglob("*.md"))
    if dry_run:
        say(f"site/ would hold {', '.join(chosen)} and {len(documents)} documents; nothing was written")
        return None
    with tempfile.TemporaryDirectory(dir=root, prefix=".site-") as workshop:
        folder = Path(workshop) / "site"
        _fill(root, folder, chosen, documents)
        faults = list(dead_links(folder))
        if faults:
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            raise StudyError(f"site: {faults[0]}{more}")
        shutil.rmtree(root / "site", ignore_errors=True)
        os.replace(folder, root / "site")
    n_pages = sum(1 for _ in (root / "site").rglob("*.html"))
    say(f"site/{HOME}: {n_pages} pages of {', '.join(chosen)} and the documents; every link within it was followed")
    return root / "site"


def _fill(root: Path, folder: Path, chosen: list[str], documents: list[Path]) -> None:
    studies = {name: load_study(name, root=root) for name in chosen}
    for name in chosen:
        shutil.copytree(root / "reports" / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    (folder / ".nojekyll").touch()  # a host that runs Jekyll would leave files out
    for path in documents:
        target = folder / path.relative_to(root).with_suffix(".html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_document(root, path, documents), encoding="utf-8")
    listed = "".join(f"- [{study.title}]({name}/{HOME}): {study.question}\n" for name, study in studies.items())
    places = {path: path.relative_to(root).with_suffix(".html").as_posix() for path in documents}
    guides = "".join(f"- [{_title(path)}]({place})\n" for path, place in places.items())
    start = f"# How outlets tell a relationship\n\n## Studies\n\n{listed}\n## Documents\n\n{guides}"
    (folder / HOME).write_text(_framed(root, start, "Studies and documents", ""), encoding="utf-8")
    lost = f"# This page is not here\n\nIt may have moved. Start again at the [list of studies and documents]({HOME}).\n"
    (folder / MISSING).write_text(_framed(root, lost, "Not here", ""), encoding="utf-8")


def _title(path: Path) -> str:
    """The first heading of a document."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line[2:].strip() for line in lines if line.startswith("# ")), path.stem)


def _document(root: Path, path: Path, documents: list[Path]) -> str:
    """A document as a page: links to other documents lead to their pages, those to other files become names."""
    place = path.relative_to(root)
    known = {other.relative_to(root).as_posix() for other in documents}
    up = "../" * (len(place.parts) - 1)
    text = _framed(root, path.read_text(encoding="utf-8"), _title(path), up)
    text = PICTURE.sub(lambda match: f"{match[1]}{_inlined(path.parent / unquote(match[2]))}{match[3]}", text)
    return LOCAL.sub(lambda match: _link(match, place, known, up), text)


def _inlined(path: Path) -> str:
    """A picture as an address that holds it, for a page loads nothing."""
    return f"data:image/svg+xml;base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _link(match: re.Match[str], place: Path, known: set[str], up: str) -> str:
    """A link of a document as the site has it; one that leads out of the site to a file becomes its mere name."""
    before, address, anchor, after = match.groups()
    if not address or ELSEWHERE.match(address) or address.startswith(f"{up}{HOME}"):
        return match[0]
    target = os.path.normpath(PurePosixPath(place.parent.as_posix()) / unquote(html.unescape(address)))
    if target in known:
        return f"{before}{re.sub(r'[.]md$', '.html', address)}{anchor or ''}{after}"
    return f'<a title="{html.escape(target)} in the project{after}'


def _framed(root: Path, text: str, title: str, up: str) -> str:
    """Markdown in the frame of the report's pages."""
    inside = with_plain_ids(markdown_renderer()(text))
    frame = SimpleNamespace(title="Coverage notebooks", practice=False, name="site")
    return page(
        root / "templates", "document.html.j2", study=frame, title=title, inside=Markup(inside),
        contents=contents(inside), home=f"{up}{HOME}",
    )  # fmt: skip


def with_plain_ids(inside: str) -> str:
    """Headings with the ids that code hosts give them, for documents link to these.

    >>> with_plain_ids('<h3 id="manifest-csv"><code>manifest.csv</code></h3>')
    '<h3 id="manifestcsv"><code>manifest.csv</code></h3>'
    """
    used: Counter[str] = Counter()

    def named(match: re.Match[str]) -> str:
        words = html.unescape(re.sub(r"<[^>]+>", "", match[2])).lower()
        slug = re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")
        used[slug] += 1
        number = f"-{used[slug] - 1}" if used[slug] > 1 else ""
        return f'<h{match[1]} id="{slug}{number}">{match[2]}</h{match[1]}>'

    return re.sub(r'<h([1-6]) id="[^"]*">(.*?)</h\1>', named, inside, flags=re.DOTALL)


class _Links(HTMLParser):
    """Ids of a page, and what it leads to or loads."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element's id and address."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("href", "src") and value and tag not in ("use", "image"):
                self.links.append(value)


def dead_links(folder: Path) -> Iterator[str]:
    """A line for each link within a folder of pages that leads nowhere, out of it, or to this machine.

    >>> with tempfile.TemporaryDirectory() as place:
    ...     text = '<a href="b.html">b</a> <a href="#x">x</a> <p id="y"><a href="#y">y</a>'
    ...     _ = Path(place, "a.html").write_text(text)
    ...     list(dead_links(Path(place)))
    ['a.html leads to b.html, which is not there', 'a.html leads to #x, which is not on that page']
    """
    pages: dict[Path, _Links] = {}
    for path in sorted(folder.rglob("*.html")):
        pages[path] = _Links()
        pages[path].feed(path.read_text(encoding="utf-8"))
    for path, read in pages.items():
        name = path.relative_to(folder).as_posix()
        for link in read.links:
            if link.lower().startswith("file:") or link.startswith("/"):
                yield f"{name} leads to {link}, which is a place on one machine"
            elif not ELSEWHERE.match(link):
                where = urlsplit(link)
                target = Path(os.path.normpath(path.parent / unquote(where.path))) if where.path else path
                anchor = unquote(where.fragment)
                if not target.is_relative_to(folder) or not target.is_file():
                    yield f"{name} leads to {link}, which is not there"
                elif anchor and target in pages and anchor not in pages[target].ids:
                    yield f"{name} leads to {link}, which is not on that page"
