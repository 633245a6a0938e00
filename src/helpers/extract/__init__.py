"""From a page or an export to a clean article: pure functions, no file, no clock, no network."""

from helpers.extras import needs

needs("text", "lxml", "trafilatura", "py3langid")
