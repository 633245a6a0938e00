"""Figures: their looks, their charts, and the gate that lets none out without its evidence.

The only room that imports matplotlib.
"""
