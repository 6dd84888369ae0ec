"""The searches that users of other directories asked for in vain (ASKS part 3), as typed."""

import pytest

from directory.engines.base import Engine
from directory.results import Page
from directory.understanding import ask
from tests.directory.contract_base import ContractBase, names
from tests.factories import identifier, practitioner, resource
from tests.places import CACHAN, COMMUNES, FRESNES, LHAY, RUNGIS, TERRITORY

RPPS = "10100000016"
ENTRIES = (
    practitioner("Bénédicte Roy", "60", commune=CACHAN),
    practitioner("Benedicte Leroy", "60", commune=FRESNES),
    resource("Centre Zara"),
    resource("Centre Zora"),
    resource("Fit Lab", commune=RUNGIS),
    practitioner("Luc Sportes", "70"),
    practitioner("Luc Sport", "70"),
    practitioner("Anne Dupont", "10", specialities=("SM54",), commune=LHAY),
    practitioner("Jacques Martin", "91"),
    practitioner("Jacques Petit", "91"),
    practitioner("Paul Martin", "91"),
    practitioner(
        "Agathe Villeneuve", "70", address="12 avenue de la Paix", commune=FRESNES,
        organization_name="Cabinet des Lilas",
        identifiers=(identifier("rpps", RPPS),),
    ),
)  # fmt: skip


def asked(engine: Engine, text: str, size: int = 20) -> Page:
    reach = [commune.insee for commune in TERRITORY]
    return ask(engine, text, size=size, communes=COMMUNES, territory_communes=reach)


class AsksContract(ContractBase):
    @pytest.mark.parametrize(
        ("typed", "first", "absent"),
        [
            ("benedicte roy", "Bénédicte Roy", ""),  # 3.1
            ("BÉNÉDICTE LEROY", "Benedicte Leroy", ""),  # 3.1
            ("agahte villeneuve", "Agathe Villeneuve", ""),  # 3.2
            ("infirmière l'hay", "", "Anne Dupont"),  # 3.2
            ("zara", "Centre Zara", ""),  # 3.3
            ("fitlab", "Fit Lab", ""),  # 3.4
            ("sportes", "Luc Sportes", ""),  # 3.5
            ("dr dupont", "Anne Dupont", ""),  # 3.6
            ("docteur dupont", "Anne Dupont", ""),  # 3.6
            ("ville", "Agathe Villeneuve", ""),  # 3.7
            (RPPS, "Agathe Villeneuve", "Luc Sport"),  # 3.8
            ("agathe", "Agathe Villeneuve", ""),  # 3.8
            ("kiné fresnes", "Agathe Villeneuve", "Benedicte Leroy"),  # 3.8
            ("médecin généraliste", "Anne Dupont", "Agathe Villeneuve"),  # 3.8
            ("12 avenue de la paix", "Agathe Villeneuve", ""),  # 3.8
            ("cabinet des lilas", "Agathe Villeneuve", ""),  # 3.8
            ("94260 kiné", "Agathe Villeneuve", "Luc Sport"),  # 3.8
            ("jacques martin", "Jacques Martin", "Jacques Petit"),  # 3.9
            ("jacques martin", "Jacques Martin", "Paul Martin"),  # 3.9
        ],
    )
    def test_what_others_asked_for_in_vain(
        self, engine: Engine, typed: str, first: str, absent: str
    ) -> None:
        self.filled(engine, *ENTRIES)

        found = names(asked(engine, typed))

        assert not first or found[0] == first
        assert absent not in found

    def test_the_stemmed_name_comes_after_the_name(self, engine: Engine) -> None:
        """SPORTES returned SPORT (ASKS 3.5)."""
        self.filled(engine, *ENTRIES)

        assert names(asked(engine, "sport"))[0] == "Luc Sport"
        assert names(asked(engine, "sportes"))[0] == "Luc Sportes"

    def test_how_many_there_are_is_said_whatever_the_page_holds(self, engine: Engine) -> None:
        """Three results where others showed forty pages (ASKS 3.10)."""
        self.filled(
            engine, *(practitioner(f"Zoé Martin{n}", "91", commune=CACHAN) for n in range(9))
        )

        page = asked(engine, "cachan", size=3)

        assert (len(page.hits), page.total, bool(page.next_cursor)) == (3, 9, True)
