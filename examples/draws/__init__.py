"""Lottery draws: one validated job a draw, counted exactly once, statistics at the end.

Read in this order: `draw.py` (what a draw is), `classes.py` (what is counted), `tallies.py` (where,
and why exactly once), `jobs.py` (the job), `run.py` (a whole run), `demo.py` (a live page).
"""
