"""A frame becomes a chart, a table or a sentence, with its evidence; nothing here asks for more than the frame.

``from helpers.show import charts, evidence_of, rests_on, say, set_style, show, table``; what is not asked for is not
imported.
"""

import lazy_loader

from helpers.extras import needs

needs("report", "matplotlib", "jinja2", "IPython")

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["charts"],
    submod_attrs={
        "audit": ["show_audit"],
        "basis": ["rests_on"],
        "bullets": ["bullets"],
        "evidence": ["Evidence", "EvidenceError", "evidence_of", "show"],
        "sentences": [
            "chance", "count", "day", "direction", "finding", "listing", "one_in", "points", "say", "share", "span",
            "yaml_lines",
        ],
        "level_map": ["show_levels"],
        "style": ["set_style"],
        "tables": ["folded", "table"],
        "units": ["words"],
    },
)  # fmt: skip
