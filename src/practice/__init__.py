"""The practice study: an invented press with a known truth, built from a seed and served on loopback.

`practice.build` makes the world, `practice.site` puts it on the web, `practice.plugin` brings its pages, its coders,
what was planted and the scores to the study's tables, and `practice.show` shows these in a notebook.  No room of the
house imports any of it: `helpers.pipeline` finds `practice.plugin` as an entry point, and only for an invented study.
"""
