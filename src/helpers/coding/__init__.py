"""People code: what is drawn for them, the desks they sit at, and how far they agree.

Units, codes and answers in, tidy frames out: no file, no clock and no network; the desks are widgets in a notebook.

* What is coded: `units`, `strata`, `allocate`, `draw`, `passages_for_share` and
  `passages_for_alpha` (how many are needed).
* Frames: `FramesDesk` asks for a `Judgement` of each `Card`; how far coders agree: `krippendorff_alpha`, `agreement`
  (with limits: `Agreement`), `by_frame`, `by_pair`, `verdict`; one code from several: `settled`.
* Topics: `word_intrusion`, `word_set_intrusion`, `topic_intrusion` make a `Task`, `IntrusionDesk` asks, `precision`,
  `proportion` and `topic_log_odds` score.
* Elsewhere coded: `from_csv`, `from_label_studio`, `from_doccano`, and back with `to_csv`, `to_label_studio`
  (`label_studio_config`), `to_doccano`; what cannot be read: `FormatError`.
"""

import lazy_loader

from helpers.extras import needs

_shown, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "agreement": ["Agreement", "agreement", "by_frame", "by_pair", "krippendorff_alpha", "settled", "verdict"],
        "code_formats": [
            "FormatError", "from_csv", "from_doccano", "from_label_studio", "label_studio_config", "to_csv",
            "to_doccano", "to_label_studio",
        ],
        "frame_desk": ["Card", "FramesDesk"],
        "intrusion": ["Task", "topic_intrusion", "word_intrusion", "word_set_intrusion"],
        "intrusion_desk": ["IntrusionDesk"],
        "intrusion_scores": ["precision", "proportion", "topic_log_odds"],
        "judgement": ["Judgement"],
        "sample": ["allocate", "draw", "passages_for_alpha", "passages_for_share", "strata", "units"],
    },
)  # fmt: skip


def __getattr__(name: str) -> object:
    """A name of the face; a desk only where there are widgets."""
    if name.endswith("Desk"):
        needs("coding", "anywidget", "ipywidgets")
    return _shown(name)
