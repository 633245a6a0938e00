"""Topics: what a corpus is about, how well each topic holds, and over which numbers of topics.  Pure."""
