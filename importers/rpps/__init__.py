"""RPPS: health professionals in free access, one row per activity and savoir-faire."""
