"""Indicators of first recourse: each a query over the agenda, with its definition beside it."""
