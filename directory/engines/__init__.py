"""Search engines behind one protocol; this package is the only place that names them."""
