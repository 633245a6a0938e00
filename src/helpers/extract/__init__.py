"""From a page or an export to a clean article: pure functions, no file, no clock, no network."""
