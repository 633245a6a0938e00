"""Near-duplicates, whose story each is, who reprints whom, and lines that recur: arrays and frames in, frames out."""
