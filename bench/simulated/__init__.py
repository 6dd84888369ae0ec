"""A year of first recourse, invented and replayed: what `bench.simulation` is made of."""
