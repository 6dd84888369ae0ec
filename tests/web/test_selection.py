"""« Ma sélection »: added and removed without JavaScript, shared, printed, exported."""

import csv
import html
import io
import re
from urllib.parse import unquote

import pytest
import vobject  # type: ignore[import-untyped]
from fastapi.testclient import TestClient

from directory.base.cells import safe_cell
from tests.factories import phones, practitioner, resource
from web.exports import LONGEST_MAIL, entries_csv, entries_vcard, mail_url
from web.routes.selection import local_path
from web.selection import COOKIE, clean_codes

FRAGMENT = {"HX-Request": "true"}


def codes_of(site: TestClient, q: str) -> list[str]:
    return re.findall(r'<li id="fiche-(\w+)"', site.get("/", params={"q": q}).text)


@pytest.fixture
def kines(site: TestClient) -> list[str]:
    found = codes_of(site, "kiné cachan")
    assert len(found) == 2
    return found


def test_a_card_adds_its_entry_and_comes_back(site: TestClient, kines: list[str]) -> None:
    back = "/?q=kin%C3%A9+cachan"
    told = {"geste": "ajouter", "code": kines[0], "retour": back}
    answer = site.post("/selection", data=told, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == back
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age" not in cookie
    page = site.get(back).text
    assert 'value="retirer"' in page
    assert page.count('value="ajouter"') == 1
    assert 'class="count">1<' in page


def test_the_list_says_who_where_and_the_number_with_its_date(
    site: TestClient, kines: list[str]
) -> None:
    site.post("/selection", data={"geste": "ajouter", "code": kines})
    page = site.get("/selection").text
    for told in ("Zoé Mercadier", "Hugo Savatier", "01 46 65 10 01", "01/11/2026", "94230 Cachan"):
        assert told in page


def test_removed_one_by_one_or_all_at_once(site: TestClient, kines: list[str]) -> None:
    site.post("/selection", data={"geste": "ajouter", "code": kines})
    site.post("/selection", data={"geste": "retirer", "code": kines[0]})
    assert site.cookies[COOKIE] == kines[1]
    site.post("/selection", data={"geste": "vider"})
    assert COOKIE not in site.cookies
    assert "Rien n&#39;est sélectionné" in site.get("/selection").text


def test_htmx_gets_the_button_and_the_count(site: TestClient, kines: list[str]) -> None:
    told = {"geste": "ajouter", "code": kines[0], "retour": "/"}
    answer = site.post("/selection", data=told, headers=FRAGMENT)
    assert answer.status_code == 200
    assert answer.text.count("<form") == 1
    assert 'value="retirer"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert "Retirer" in answer.text


def test_a_shared_address_leaves_ones_own_selection_alone(
    site: TestClient, kines: list[str]
) -> None:
    site.post("/selection", data={"geste": "ajouter", "code": kines[0]})
    page = site.get("/selection", params={"f": kines}).text
    assert "Sélection partagée" in page
    assert "Hugo Savatier" in page
    assert "Zoé Mercadier" in page
    assert site.cookies[COOKIE] == kines[0]
    site.post("/selection", data={"geste": "ajouter", "code": kines})
    assert site.cookies[COOKIE].split(".") == kines


@pytest.mark.parametrize(
    "cookie", ["", "....", "<script>", "zzzzzzzzzzzzzzzzzzzzzzzz", "é" * 10, "7b4k." * 700]
)
def test_a_senseless_cookie_is_an_empty_selection(site: TestClient, cookie: str) -> None:
    answer = site.get("/selection", headers=[(b"cookie", f"{COOKIE}={cookie}".encode())])
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_codes_that_name_nothing_any_more_are_counted(site: TestClient, kines: list[str]) -> None:
    from directory.alias import make_alias

    gone = make_alias(987_654, "", "")
    page = site.get("/selection", params={"f": [kines[0], gone]}).text
    assert "1 fiche n&#39;est plus publiée" in page


def test_an_unknown_gesture_is_refused(site: TestClient) -> None:
    assert site.post("/selection", data={"geste": "tuer", "code": "x"}).status_code == 422


@pytest.mark.parametrize(
    "told",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/a\r\nb: c"],
)
def test_one_never_comes_back_to_another_site(told: str) -> None:
    assert local_path(told) == "/selection"


def test_a_sheet_opens_in_french_and_computes_nothing(site: TestClient, kines: list[str]) -> None:
    answer = site.get("/selection.csv", params={"f": kines})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 3
    assert rows[0][0] == "nom"
    assert sorted(row[0] for row in rows[1:]) == ["Hugo Savatier", "Zoé Mercadier"]
    assert rows[1][7] == "01/11/2026"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_a_cell_never_begins_a_formula(start: str) -> None:
    assert safe_cell(f"{start}cmd|'/c calc'!A0").startswith("'")
    assert safe_cell("Anne = Martin") == "Anne = Martin"


def test_a_hostile_name_stays_in_its_cell() -> None:
    entry = resource('=HYPERLINK("http://evil")\n;x', phones=phones("01 46 65 62 22"))
    rows = list(csv.reader(io.StringIO(entries_csv([entry]).lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 2
    assert rows[1][0] == '\'=HYPERLINK("http://evil") ;x'


def test_cards_are_read_back_whole() -> None:
    entry = practitioner(
        "Anne L’Hôpital; « Ménard », 🩺\r\nX",
        phones=phones("01 46 65 62 22"),
        organization_name="Cabinet; des, Peupliers",
    )
    cards = list(vobject.readComponents(entries_vcard([entry, resource()])))
    assert len(cards) == 2
    first = cards[0]
    assert first.fn.value == "Anne L’Hôpital; « Ménard », 🩺 X"
    assert first.n.value.given == "Anne"
    assert first.tel.value == "+33146656222"
    assert first.org.value == ["Cabinet; des, Peupliers"]
    assert first.adr.value.street == "2 rue de la Gare"
    assert first.adr.value.city == "Cachan"
    assert first.uid.value == f"urn:uuid:{entry.id}"


def test_one_entry_has_its_card(site: TestClient) -> None:
    answer = site.get("/fiche/finess_et%7C940000010/carte.vcf")
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    assert answer.headers["content-disposition"].endswith('.vcf"')
    card = vobject.readOne(answer.text)
    assert card.fn.value == "EHPAD SOLEIL D'AUTOMNE"
    assert "FINESS" in card.note.value
    assert site.get("/fiche/rien/carte.vcf").status_code == 404


def test_a_mail_lists_what_fits_and_says_what_is_left() -> None:
    entries = [resource(f"Centre numéro {n}", phones=phones("01 46 65 62 22")) for n in range(60)]
    few, many = mail_url(entries[:2]), mail_url(entries)
    assert few.startswith("mailto:?subject=")
    assert "Centre numéro 1" in unquote(few)
    assert "de plus" not in unquote(few)
    assert len(many) <= LONGEST_MAIL + 100
    shown = unquote(many).count("Centre numéro")
    assert f"… et {60 - shown} de plus" in unquote(many)


def test_the_mail_of_a_selection_names_no_patient(site: TestClient, kines: list[str]) -> None:
    page = site.get("/selection", params={"f": kines}).text
    found = re.search(r'href="(mailto:[^"]+)"', page)
    assert found is not None
    told = unquote(html.unescape(found[1]))
    assert "Zoé Mercadier" in told
    assert "to=" not in told
    assert told.startswith("mailto:?")


def test_codes_are_known_each_once_and_bounded() -> None:
    from directory.alias import make_alias

    many = [make_alias(n, "x", "") for n in range(1, 400)]
    assert len(clean_codes(many)) == 300
    assert clean_codes([many[0], many[0], "!!"]) == (many[0].rsplit("-", 1)[-1],)


def test_a_selection_prints_while_the_engine_is_down(
    site: TestClient, kines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from directory.base.errors import UnavailableError

    services = site.app.state.services  # type: ignore[attr-defined]

    def down(_: object) -> None:
        raise UnavailableError("moteur arrêté")

    monkeypatch.setattr(services.engine, "search", down)
    assert "Zoé Mercadier" in site.get("/selection", params={"f": kines}).text
    assert "<h1>" in site.get("/fiche/finess_et%7C940000010").text
