"""Communes of the first territory and its neighbours, with their real codes and points."""

from directory.communes import Commune, Communes


def _commune(insee: str, name: str, postcodes: str, lat: float, lon: float) -> Commune:
    return Commune(
        insee=insee,
        name=name,
        departement=insee[:2],
        region="11",
        postcodes=tuple(postcodes.split()),
        lat=lat,
        lon=lon,
    )


CACHAN = _commune("94016", "Cachan", "94230", 48.79161, 2.33153)
CHEVILLY = _commune("94021", "Chevilly-Larue", "94550", 48.76685, 2.35307)
FRESNES = _commune("94034", "Fresnes", "94260", 48.75713, 2.32613)
LHAY = _commune("94038", "L'Haÿ-les-Roses", "94240", 48.77632, 2.33773)
RUNGIS = _commune("94065", "Rungis", "94150", 48.74948, 2.35282)
VILLEJUIF = _commune("94076", "Villejuif", "94800", 48.79285, 2.36006)
VITRY = _commune("94081", "Vitry-sur-Seine", "94400", 48.78828, 2.39413)
BOURG_LA_REINE = _commune("92014", "Bourg-la-Reine", "92340", 48.77991, 2.31643)
ARCUEIL = _commune("94003", "Arcueil", "94110", 48.80588, 2.33351)
CRETEIL = _commune("94028", "Créteil", "94000", 48.78374, 2.45464)

TERRITORY = (CACHAN, CHEVILLY, FRESNES, LHAY, RUNGIS, VILLEJUIF, VITRY, BOURG_LA_REINE, ARCUEIL)
"""What a search of the territory recognises by name: its communes and some neighbours."""

COMMUNES = Communes((*TERRITORY, CRETEIL))
