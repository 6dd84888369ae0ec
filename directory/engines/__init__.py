"""Search engines behind one protocol; this package is the only place that names them."""

from directory.base.settings import Settings
from directory.communes import Communes
from directory.engines.base import Engine
from directory.engines.tantivy.engine import TantivyEngine


def open_engine(settings: Settings, *, communes: Communes | None = None) -> Engine:
    """The engine the settings ask for; `communes` name the communes of the facets.

    Opening never fails for want of an index: the first search says that there is none.
    """
    match settings.engine:
        case "tantivy":
            return TantivyEngine(settings.data_dir / "index", communes=communes)
        case "elasticsearch":
            # Imported here: its client takes 30 MB and 0.3 s that the embedded engine spares.
            from directory.engines.elastic.engine import ElasticEngine

            return ElasticEngine(settings, communes=communes)
