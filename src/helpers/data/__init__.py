"""Tables of a study: their schemas, where they are kept, and what became of every page on the way."""

from helpers.extras import needs

needs("study", "pyarrow")
