"""« Je m'installe »: a territory for whoever arrives and asks nothing yet."""
