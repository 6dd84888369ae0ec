"""Tables of any layout, read through a mapping of their columns; each mapping is a source."""
