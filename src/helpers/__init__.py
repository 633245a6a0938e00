"""Instruments and plumbing for reading how outlets frame a relationship (see docs/methods.md)."""
