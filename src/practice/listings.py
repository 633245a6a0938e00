"""The rest of an outlet's site: front page, archive, feeds, sitemaps, robots.txt, and its one odd page."""

from __future__ import annotations

import gzip
from datetime import datetime
from email.utils import format_datetime
from html import escape

from practice import world
from practice.pages import HTML, Article, Page, links, mark, shell, stamped
from practice.sentences import words
from practice.world import PracticeOutlet

PER_PAGE, IN_FEED = 25, 15
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
MEMBERS = (
    "/members/1.html",
    "/members/2.html",
)  # disallowed in robots.txt where the outlet has such a section
WITH_MEMBERS = ("karvosk-herald", "sundrel-gazette")
WITHOUT_SITEMAP = ("vecherny-peltarin", "peltarin-wanbao")  # only front page and archive lead to its articles
WITHOUT_ROBOTS = ("tarvenski-vestnik",)
CRAWL_DELAY = 0.01
PRIVATE = "http://10.0.0.8/office.html"  # RFC 1918: a collector must refuse to follow
FEEDS = {
    "karvosk-herald": "/feed.xml",
    "lodmaria-segodnya": "/feed.xml",
    "sundrel-gazette": "/feed.xml",
    "brack-strait-post": "/atom.xml",
    "peltarin-kurier": "/feed.xml",
    "sundrel-ilbo": "/atom.xml",
    "tarvenia-ribao": "/feed.xml",
}
# outlet -> (path, what it is); each is listed beside the articles, and none of them is one
ODD_PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "karvosk-herald": (("/gone/lost.html", "missing"),),
    "tarvenski-vestnik": (("/gone/withdrawn.html", "gone"),),
    "lodmaria-segodnya": (("/old/0001.html", "redirect"),),
    "sundrel-gazette": (("/go/office.html", "private_redirect"),),
    "brack-strait-post": (("/coast/subscribers.html", "paywall"),),
    "vecherny-peltarin": (("/city/late.html", "too_slow"),),
    "karvosk-ranok": (("/city/notice.html", "consent"),),
    "peltarin-kurier": (("/coast/subscribers.html", "paywall"), ("/city/more.html", "only_related")),
    "dornaval-sinmun": (("/city/notice.html", "consent"), ("/city/more.html", "only_related")),
    "sundrel-ilbo": (("/coast/subscribers.html", "paywall"),),
    "tarvenia-ribao": (("/coast/subscribers.html", "paywall"),),
    "peltarin-wanbao": (("/city/notice.html", "consent"), ("/city/more.html", "only_related")),
}


def site_pages(outlet: PracticeOutlet, articles: list[Article]) -> dict[str, tuple[str, Page]]:
    """Everything an outlet serves beside its articles.

    Parameters
    ----------
    outlet : PracticeOutlet
    articles : list of Article
        The outlet's own, oldest first.

    Returns
    -------
    dict
        Path to (kind, page).
    """
    newest = articles[::-1]
    odd_paths = [path for path, _ in ODD_PAGES[outlet.id]]
    pages = {"/": ("front", _html(outlet, outlet.name, _front(outlet, newest)))}
    for path, listed in _archives(newest, odd_paths).items():
        pages[path] = ("archive", _html(outlet, words(outlet.language)["forms"]["archive"], listed))
    if outlet.id not in WITHOUT_ROBOTS:
        pages["/robots.txt"] = (
            "robots",
            stamped(_robots(outlet).encode(), "text/plain; charset=utf-8", None),
        )
    if outlet.id in FEEDS:
        feed = _atom if "atom" in FEEDS[outlet.id] else _rss
        kind = "application/atom+xml" if feed is _atom else "application/rss+xml"
        pages[FEEDS[outlet.id]] = (
            "feed",
            stamped(feed(outlet, newest[:IN_FEED]).encode(), f"{kind}; charset=utf-8", None),
        )
    if outlet.id not in WITHOUT_SITEMAP:
        pages |= _sitemaps(outlet, articles, odd_paths)
    if outlet.id in WITH_MEMBERS:
        pages |= {path: ("disallowed", _html(outlet, "Members", "<p>Never fetch this.</p>")) for path in MEMBERS}
    pages |= {path: (kind, _odd(outlet, kind, articles)) for path, kind in ODD_PAGES[outlet.id]}
    return pages


def not_found(outlet: PracticeOutlet) -> Page:
    """The answer to a path that the outlet does not have."""
    return Page(404, shell(outlet, "404", "<p>404</p>").encode(), (("Content-Type", HTML),))


def _html(outlet: PracticeOutlet, title: str, main: str) -> Page:
    return stamped(shell(outlet, title, main).encode(), HTML, None)


def _front(outlet: PracticeOutlet, newest: list[Article]) -> str:
    entries = [(a.path, a.title) for a in newest[:10]]
    if outlet.id in WITH_MEMBERS:
        entries += [(path, f"Members {i}") for i, path in enumerate(MEMBERS, 1)]
    return links([*entries, ("/archive/1.html", words(outlet.language)["forms"]["archive"])])


def archive_paths(n_articles: int) -> list[str]:
    """Addresses of the archive's pages, newest first.

    >>> archive_paths(60)
    ['/archive/1.html', '/archive/2.html', '/archive/3.html']
    """
    return [f"/archive/{i + 1}.html" for i in range(-(-n_articles // PER_PAGE))]


def _archives(newest: list[Article], odd_paths: list[str]) -> dict[str, str]:
    paths, pages = archive_paths(len(newest)), {}
    for i, path in enumerate(paths):
        entries = [(a.path, a.title) for a in newest[i * PER_PAGE : (i + 1) * PER_PAGE]]
        entries += [(odd, "…") for odd in odd_paths] if i == 0 else []
        pages[path] = (
            links(entries) + "\n" + links((other, str(k)) for k, other in enumerate(paths, 1) if other != path)
        )
    return pages


def _robots(outlet: PracticeOutlet) -> str:
    lines = ["User-agent: *"]
    lines += ["Disallow: /members/"] if outlet.id in WITH_MEMBERS else ["Disallow:"]
    lines += [f"Crawl-delay: {CRAWL_DELAY}"] if outlet.id != "sundrel-gazette" else []
    lines += [f"Sitemap: {outlet.address('/sitemap.xml')}"] if outlet.id not in WITHOUT_SITEMAP else []
    return "\n".join([f"# {mark(outlet.language)}", *lines]) + "\n"


def _stated(article: Article) -> datetime | None:
    """The date that lists give: the true one, or none where the page has none."""
    return (
        None
        if article.date_fault in ("missing", "future", "relative")
        else article.story.published.astimezone(article.outlet.zone)
    )


def _rss(outlet: PracticeOutlet, newest: list[Article]) -> str:
    items = []
    for a in newest:
        stated = _stated(a)
        date = f"<pubDate>{format_datetime(stated)}</pubDate>" if stated else ""
        items.append(
            f"<item><title>{escape(a.title)}</title><link>{a.address}</link>"
            f'<guid isPermaLink="true">{a.address}</guid>{date}</item>'
        )
    return (
        f'{_XML}{_mark(outlet)}<rss version="2.0"><channel><title>{outlet.name}</title>'
        f"<link>{outlet.address('/')}</link><description>{words(outlet.language)['mark']}</description>\n"
        + "\n".join(items) + "\n</channel></rss>\n"
    )  # fmt: skip


def _atom(outlet: PracticeOutlet, newest: list[Article]) -> str:
    updated = max(a.story.published for a in newest).isoformat()
    entries = []
    for a in newest:
        stated = _stated(a)
        date = f"<published>{stated.isoformat()}</published>" if stated else ""
        entries.append(
            f"<entry><id>{a.address}</id><title>{escape(a.title)}</title>"
            f'<link rel="alternate" href="{a.address}"/>'
            f"{date}<updated>{updated}</updated></entry>"
        )
    return (
        f'{_XML}{_mark(outlet)}<feed xmlns="http://www.w3.org/2005/Atom"><id>{outlet.address("/")}</id>'
        f"<title>{outlet.name}</title><updated>{updated}</updated>\n" + "\n".join(entries) + "\n</feed>\n"
    )


def _sitemaps(outlet: PracticeOutlet, articles: list[Article], odd_paths: list[str]) -> dict[str, tuple[str, Page]]:
    """An index over two gzipped sitemaps, the halves of the year, and a news sitemap of ten articles."""
    xmlns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    half, pages = len(articles) // 2, {}
    for i, part in enumerate((articles[:half], articles[half:]), 1):
        rows = [_url(article) for article in part]
        rows += [f"<url><loc>{outlet.address(odd)}</loc></url>" for odd in odd_paths] if i == 2 else []
        text = f"{_XML}{_mark(outlet)}<urlset {xmlns}>\n" + "\n".join(rows) + "\n</urlset>\n"
        pages[f"/sitemap-{i}.xml.gz"] = (
            "sitemap",
            stamped(gzip.compress(text.encode(), mtime=0), "application/gzip", None),
        )
    places = "\n".join(
        f"<sitemap><loc>{outlet.address(path)}</loc></sitemap>" for path in [*pages, "/news-sitemap.xml"]
    )
    index = f"{_XML}{_mark(outlet)}<sitemapindex {xmlns}>\n{places}\n</sitemapindex>\n"
    news = "\n".join(_news_url(article) for article in articles[-10:])
    spaces = f'{xmlns} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    recent = f"{_XML}{_mark(outlet)}<urlset {spaces}>\n{news}\n</urlset>\n"
    pages["/sitemap.xml"] = ("sitemap", stamped(index.encode(), "application/xml", None))
    pages["/news-sitemap.xml"] = ("sitemap", stamped(recent.encode(), "application/xml", None))
    return pages


def _url(article: Article) -> str:
    stated = _stated(article)
    lastmod = f"<lastmod>{stated.isoformat()}</lastmod>" if stated else ""
    return f"<url><loc>{article.address}</loc>{lastmod}</url>"


def _news_url(article: Article) -> str:
    stated = _stated(article)
    date = f"<news:publication_date>{stated.isoformat()}</news:publication_date>" if stated else ""
    publication = f"<news:name>{article.outlet.name}</news:name><news:language>{article.story.language}</news:language>"
    return (
        f"<url><loc>{article.address}</loc><news:news><news:publication>{publication}</news:publication>{date}"
        f"<news:title>{escape(article.title)}</news:title></news:news></url>"
    )


def _mark(outlet: PracticeOutlet) -> str:
    return f"<!-- {mark(outlet.language)} -->\n"


def _odd(outlet: PracticeOutlet, kind: str, articles: list[Article]) -> Page:
    """A page of the outlet that tests a collector."""
    if kind == "missing":
        return not_found(outlet)
    if kind == "gone":
        return Page(410, shell(outlet, "410", "<p>410</p>").encode(), (("Content-Type", HTML),))
    if kind in ("redirect", "private_redirect"):
        target = articles[20].address if kind == "redirect" else PRIVATE
        return Page(301, shell(outlet, "301", "<p>301</p>").encode(), (("Content-Type", HTML), ("Location", target)))
    forms = words(outlet.language)["forms"]
    if kind == "too_slow":
        page = _html(outlet, forms["archive"], "<article><p>…</p></article>")
        return Page(200, page.body, page.headers, world.TOO_SLOW)
    if kind == "consent":
        return _html(outlet, outlet.name, f'<p>{forms["consent"]}</p><form method="post"><button>OK</button></form>')
    if kind == "only_related":
        listed = "".join(f'<p><a href="{path}">{escape(title)}</a></p>' for path, title in articles[-1].related)
        body = f"<article><h1>{forms['archive']}</h1><h3>{forms['related']}</h3>{listed}</article>"
        return _html(outlet, forms["archive"], body)
    facts = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>\n'
    stub = f'<div class="paywall"><p>{forms["subscribe"]}</p></div>'
    main = f"<article><h1>{escape(articles[0].title)}</h1>{stub}</article>"
    return stamped(shell(outlet, articles[0].title, main, head=facts).encode(), HTML, None)
