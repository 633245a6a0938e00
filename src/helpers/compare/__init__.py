"""How outlets differ and what changed around an event, with intervals that know articles are not independent.

Arrays and frames in, tidy frames out: no file, no clock, no network, and nothing else of the house.

* How much, and by how much more: `means`, `differences`, `ratios`, `trend`; one of them alone: `mean`, `difference`,
  `ratio`, each an `Estimate`; any other least squares: `cluster_ols`.
  Each beside the rest of its kind: `against_rest`.  Of kinds of outlet, not of these: `outlet_permutation`.  In the
  time that two sides share: `in_common`, `support`; under weights that make them alike: `balance=`, `entropy_weights`.
  Shares that people coded in part: `corrected_shares`, `corrected_differences`.
* Words: `keyness` (judged by permuting whole clusters), `log_odds` (the score alone), `word_shift`, `shift_by_outlet`.
* Around an event: `event_study`, `event_profile`, `segmented`, `event_windows`, `placebo_rank`, `volume_change`,
  `volume_profile`, `first_report`; without dates: `bursts`, `near_events`, `share_near`.  In outlets that took it up,
  beside those that did not: `difference_in_differences`.
* Would another fair analysis say the same: `multiverse`, `summarise`, `specification_curve`; and would all agree where
  nothing differs: `joint_sign`.
* How strong what nobody saw would have to be: `sensitivity`, `robustness_value`.
* What could be seen at all: `smallest_detectable`.  Many questions at once: `benjamini_hochberg`.
* What is not independent: `CLUSTERS` names the two columns, `outlet_weeks` and `local_days` make the second; weeks that
  remember their neighbours: `day=` above, and `blocks`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "against_rest": ["against_rest"],
        "balance": ["entropy_weights"],
        "bursts": ["bursts", "near_events", "share_near"],
        "clusters": ["CLUSTERS", "Estimate", "cluster_ols", "outlet_weeks"],
        "corrected_shares": ["corrected_differences", "corrected_shares"],
        "days": ["local_days"],
        "detectable": ["smallest_detectable"],
        "difference_in_differences": ["difference_in_differences"],
        "differences": ["benjamini_hochberg", "differences", "means", "ratios", "trend"],
        "event_study": ["event_profile", "event_study", "event_windows", "segmented"],
        "joint_sign": ["joint_sign"],
        "keyness": ["keyness"],
        "log_odds": ["log_odds"],
        "memory": ["blocks"],
        "mean_difference": ["difference", "mean", "ratio"],
        "multiverse": ["multiverse", "specification_curve", "summarise"],
        "outlet_permutation": ["outlet_permutation"],
        "placebo": ["placebo_rank"],
        "sensitivity": ["robustness_value", "sensitivity"],
        "support": ["in_common", "support"],
        "volume": ["first_report", "volume_change", "volume_profile"],
        "word_shift": ["shift_by_outlet", "word_shift"],
    },
)
