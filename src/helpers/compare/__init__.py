"""How outlets differ and what changed around an event, with intervals that know articles are not independent.

Rooms: `clusters` (the variance everything shares), `randomise` and `wild` (when clusters are few), `contrast` (which of
them to use, or to refuse), `fits` (what a fitted measure adds), `prevalence`; `keyness` (judged by `term_permutation`;
`plain_scores` are what it is compared with, `wordshift` says who carries it); `events`, `volume`, `placebo` and
`bursts` (over `days` and `windows`); `universes`, `plan`.  Arrays and frames in, arrays and frames out: no file, no
clock, no network, and nothing else of the house.
"""
