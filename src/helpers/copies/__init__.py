"""Near-duplicates, whose story each is, who reprints whom, and lines that recur: arrays and frames in, frames out.

* Which articles are one story, and which came first: `find_copies`; which headlines: `find_headline_copies`;
  repeats within one outlet: `repeated_bodies`.
* Whose story: `credit` (an agency named as a credit), `is_agency`, `known_agencies`; who prints whose: `reprints`.
* Lines of the site: `recurring_lines`, `strip_lines`, `strip_trailer`; lines that are credits: `is_credit_line`.
* Runs of words of the site inside paragraphs: `recurring_runs`, `strip_runs`.
* Lines and runs of the site under headlines: `idle_standfirsts`, `standfirst_runs`, `bare_standfirsts`.
* Items that are one article, or none: `first_of_same`, `teasers`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "agencies": ["credit", "is_agency", "is_credit_line", "known_agencies"],
        "headlines": ["find_headline_copies"],
        "near_duplicates": ["find_copies", "repeated_bodies"],
        "recurring_lines": ["recurring_lines", "strip_lines", "strip_trailer"],
        "recurring_runs": ["recurring_runs", "strip_runs"],
        "repeats": ["first_of_same", "teasers"],
        "reprints": ["reprints"],
        "standfirsts": ["bare_standfirsts", "idle_standfirsts", "standfirst_runs"],
    },
)
