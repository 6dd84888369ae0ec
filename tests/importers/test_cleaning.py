"""Cells put into readable form, and never beyond what the source says."""

from datetime import date

import pytest

from importers.cleaning import (
    clean,
    expand_street_type,
    join_street,
    mask_mails,
    parse_date,
    phone_contacts,
    split_street,
    street_case,
)


@pytest.mark.parametrize(
    ("told", "kept"),
    [("BD  ", "BD"), ("\\ ", ""), (" ", ""), (None, ""), ("-", ""), ("A   B", "A B"), ("0", "0")],
)
def test_padding_and_nothing(told: str | None, kept: str) -> None:
    assert clean(told) == kept


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("DE LA DIVISION LECLERC", "de la Division Leclerc"),
        ("JEANNE D'ARC", "Jeanne d'Arc"),
        ("SAINT-GERMAIN-EN-LAYE", "Saint-Germain-en-Laye"),
        ("JEAN XXIII", "Jean XXIII"),
        ("ALBERT 1ER", "Albert 1er"),
        ("BP 12", "BP 12"),
        ("rue déjà Écrite", "rue déjà Écrite"),
        ("BEREELOT", "Bereelot"),
    ],
)
def test_capitals_become_readable(told: str, shown: str) -> None:
    assert street_case(told) == shown


@pytest.mark.parametrize(
    ("kind", "name", "street"),
    [
        ("RTE", "DE PARIS", "route de Paris"),
        ("CHE", "CHEMIN SAFER MORANGE", "chemin Safer Morange"),
        ("ALL", "ALLEE DES TOPAZES", "allee des Topazes"),
        ("", "rue des Lilas", "rue des Lilas"),
        ("", "", ""),
        ("R", "", "rue"),
        ("", "RUE DE LA PAIX", "rue de la Paix"),
    ],
)
def test_a_street_says_its_type_once(kind: str, name: str, street: str) -> None:
    assert join_street(kind, name) == street


def test_unknown_street_types_are_left() -> None:
    assert (expand_street_type("AV."), expand_street_type("XYZ")) == ("avenue", "xyz")


@pytest.mark.parametrize(
    ("told", "number", "street", "complement"),
    [
        ("2 RUE DE WISSOUS", "2", "rue de Wissous", ""),
        ("1 ter rue Camille Desmoulins", "1 ter", "rue Camille Desmoulins", ""),
        ("12-14 RUE BOURGEOT", "12-14", "rue Bourgeot", ""),
        ("11 B RUE BOURGEOT", "11 b", "rue Bourgeot", ""),
        ("8 L'ABBAYE", "8", "l'Abbaye", ""),
        ("RUE DE LA CERISERAIE", "", "Rue de la Ceriseraie", ""),
        ("CITE DES SORBIERS, 1 RUE DU NIVERNAIS", "1", "rue du Nivernais", "Cite des Sorbiers"),
        ("", "", "", ""),
    ],
)
def test_a_street_line_is_taken_apart(told: str, number: str, street: str, complement: str) -> None:
    assert split_street(told) == (number, street, complement)


@pytest.mark.parametrize(
    ("told", "postcode", "values"),
    [
        ("01 46 65 62 22", "94230", ["+33146656222"]),
        ("0690291988/0590895757", "97133", ["+590690291988", "+590590895757"]),
        ("02.51.54.30.38", "", ["+33251543038"]),
        ("0146656222;01 46 65 62 22", "", ["+33146656222"]),
        ("04935353000", "", ["04935353000"]),
        ("", "", []),
    ],
)
def test_phones_can_be_called_or_are_kept_as_told(
    told: str, postcode: str, values: list[str]
) -> None:
    contacts = phone_contacts(told, postcode)
    assert [one.value for one in contacts] == values
    assert all(bool(one.note) != one.value.startswith("+") for one in contacts)


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2001-01-15", date(2001, 1, 15)),
        ("2017-04-21 00:00:00", date(2017, 4, 21)),
        ("15/01/2001", date(2001, 1, 15)),
        ("1900-01-01", None),
        ("2026-02-31", None),
        ("bientôt", None),
        (None, None),
    ],
)
def test_dates(told: str | None, day: date | None) -> None:
    assert parse_date(told) == day


def test_mails_leave_a_raw_row_in_its_shape() -> None:
    assert mask_mails("a|x.y@exemple.fr|b@c.fr|d") == "a|||d"
    assert mask_mails("sans adresse") == "sans adresse"
