"""The body of a page by newspaper3k (Ou-Yang 2018), which stands apart from what everything else imports.

It has had no release since 2018, and would bring packages that lie over ours.  So it is installed into a folder of its
own, which goes to the end of the path of the process that uses it: what we import comes from where it always came from.
"""

from __future__ import annotations

import sys
import warnings
from importlib.machinery import PathFinder
from importlib.metadata import distributions

from lxml.etree import LxmlError

FOLDER = f"{sys.prefix}/newspaper3k"  # where install.py puts it


def need_newspaper3k() -> None:
    """Go on where newspaper3k is installed.

    Raises
    ------
    ValueError
        It is not: only studies that ask for it need it.
    """
    if PathFinder.find_spec("newspaper", [*sys.path, FOLDER]) is None:
        raise ValueError("newspaper3k is not installed: run make again, or write extractor: trafilatura in study.yml")


def version() -> str:
    """Its version, or ``absent``."""
    known = (one.version for one in distributions(name="newspaper3k", path=[*sys.path, FOLDER]))
    return next(known, "absent")


def newspaper_body(html: str, address: str) -> str:
    """The body of a page; nothing is asked of the network.

    Raises
    ------
    ValueError
        newspaper3k cannot read the page, or is not installed.
    """
    need_newspaper3k()
    if FOLDER not in sys.path:
        sys.path.append(FOLDER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # its own source, when first compiled
        warnings.simplefilter("ignore", DeprecationWarning)
        from newspaper import Article, Config  # slow to import, and only one study in many asks for it
        from newspaper.article import ArticleException

    config = Config()
    config.fetch_images, config.memoize_articles = False, False  # nothing that reaches out of this process
    article = Article(address, config=config)
    article.set_html(html)
    try:
        article.parse()
    except (ArticleException, ValueError, AttributeError, LxmlError) as error:
        raise ValueError(f"newspaper3k cannot read {address}: {type(error).__name__} {error}") from error
    return article.text or ""
