"""What stands under headlines and belongs to the site: a line under every headline, a sentence at the end of many.

A headline is never cut: "Live updates" above ten items is what ten items are called.  Under a headline, a standfirst
goes that stands under unlike headlines and says nothing of what they announce (`helpers.copies.repeats.teasers`), and
so do sentences that recur (`helpers.copies.recurring_runs`), judged with the headline beside them.  A standfirst that
two items share is theirs.  Words before what ends without a full stop are left: so begins many a standfirst.
"""

from __future__ import annotations

import pandas as pd

from helpers.copies.recurring_lines import COLUMNS
from helpers.copies.recurring_runs import RUN, keys_of, recurring_runs, strip_runs
from helpers.copies.repeats import teasers
from helpers.extract.normalise import line_key

IDLE = "standfirst"  # the kind of such a line in ``boilerplate``


def idle_standfirsts(standfirsts: pd.Series, outlets: pd.Series, titles: pd.Series) -> pd.DataFrame:
    """Standfirsts that stand under unlike headlines of one outlet and say nothing of them.

    Parameters
    ----------
    standfirsts, outlets, titles : Series of str, same index

    Returns
    -------
    DataFrame with columns outlet, line, kind, n_articles, sorted

    >>> lines = pd.Series(["The news of the quay."] * 3 + ["Grain leaves on Monday."] * 2)
    >>> titles = pd.Series(["Bridge opens", "Wheat is dear again", "Choir sings for envoys", "Grain ship", "On Monday"])
    >>> idle_standfirsts(lines, pd.Series("x", index=lines.index), titles).values.tolist()
    [['x', 'The news of the quay.', 'standfirst', 3]]
    """
    idle = teasers(standfirsts, outlets, titles)
    rows = pd.DataFrame({"outlet": outlets[idle.index], "line": standfirsts[idle.index], "n_articles": idle})
    rows["key"] = rows["line"].map(line_key)
    rows = rows.sort_values(["outlet", "line"]).drop_duplicates(["outlet", "key"]).assign(kind=IDLE)
    return rows[COLUMNS].reset_index(drop=True)


def standfirst_runs(standfirsts: pd.Series, outlets: pd.Series, titles: pd.Series) -> pd.DataFrame:
    """Sentences that recur in an outlet's standfirsts without a bearing on their headlines.

    Parameters
    ----------
    standfirsts, outlets, titles : Series of str, same index

    Returns
    -------
    DataFrame as `helpers.copies.recurring_runs.recurring_runs`, of runs that a standfirst has
    """
    names = pd.Index([str(key) for key in standfirsts.index])
    texts = (titles.fillna("") + "\n\n" + standfirsts).set_axis(names)
    runs = recurring_runs(texts, outlets.set_axis(names))
    runs = runs[runs["kind"] == RUN]
    held = standfirsts.groupby(outlets)
    lines = {outlet: part[part != ""].unique().tolist() for outlet, part in held} if len(runs) else {}
    cuts = [
        any(strip_runs(text, {line_key(row.line): row.kind}) != text for text in lines[row.outlet])
        for row in runs.itertuples()
    ]
    return runs[pd.Series(cuts, index=runs.index, dtype=bool)].reset_index(drop=True)


def bare_standfirsts(standfirsts: pd.Series, outlets: pd.Series, unwanted: pd.DataFrame) -> pd.Series:
    """Standfirsts without such lines and runs.

    Parameters
    ----------
    standfirsts, outlets : Series of str, same index
    unwanted : DataFrame
        Rows of `idle_standfirsts` and `standfirst_runs`.

    >>> unwanted = pd.DataFrame([("x", "The news of the quay.", "standfirst", 3)], columns=COLUMNS)
    >>> bare_standfirsts(pd.Series(["The news of the quay", "It snowed."]), pd.Series(["x", "x"]), unwanted).tolist()
    ['', 'It snowed.']
    """
    idle = unwanted[unwanted["kind"] == IDLE]
    lines = set(zip(idle["outlet"], idle["line"].map(line_key), strict=True))
    of = dict(keys_of(unwanted[unwanted["kind"] != IDLE]))
    pairs = zip(standfirsts, outlets, strict=True)
    bare = ["" if (o, line_key(text)) in lines else strip_runs(text, of.get(o, {})) for text, o in pairs]
    return pd.Series(bare, index=standfirsts.index, dtype=object)
