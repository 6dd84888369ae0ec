"""The directory kept current by itself: fetch, import, match, index, report, call for a person."""
