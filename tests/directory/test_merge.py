"""Many statements, one value per field, and nobody's word lost."""

from datetime import UTC, date, datetime

import msgspec

from directory.communes import Communes
from directory.merge import Told, facts, merge
from directory.model import Coding, Confidentiality, Contact, ContactSystem, Organization, Role
from directory.policy import policy
from directory.projection import resource_detail, resources
from directory.register import Register
from directory.resource import Fact
from directory.vocabulary import speciality_coding
from tests.directory.told import publish, role, site


def _told(value: Organization, source: str, day: date) -> Told[Organization]:
    return Told(value, source, source.upper(), day)


def _say(_field: str, value: object) -> str:
    return str(value)


def _say_code(_field: str, value: Coding) -> str:
    return value.code


def _by_field(said: list[Fact]) -> dict[str, Fact]:
    return {fact.field: fact for fact in said}


def test_the_most_trusted_source_wins_and_the_others_stay_beside_it() -> None:
    told = [
        _told(Organization(name="SSIAD FRESNES"), "annexe3", date(2026, 1, 1)),
        _told(Organization(name="SSIAD DE FRESNES"), "finess", date(2025, 1, 1)),
    ]

    assert merge(Organization, told).name == "SSIAD DE FRESNES"
    fact = _by_field(facts(Organization, told, _say))["name"]
    assert (fact.chosen.source, fact.chosen.date) == ("finess", date(2025, 1, 1))
    assert [(one.source, one.text) for one in fact.alternatives] == [("annexe3", "SSIAD FRESNES")]


def test_within_a_source_the_newest_word_wins() -> None:
    told = [
        _told(Organization(rubric="ancienne"), "finess", date(2025, 1, 1)),
        _told(Organization(rubric="neuve"), "finess", date(2026, 1, 1)),
    ]

    assert merge(Organization, told).rubric == "neuve"


def test_sources_that_agree_are_shown_as_agreeing() -> None:
    told = [
        _told(Organization(name="CMPP DE FRESNES"), "finess", date(2025, 1, 1)),
        _told(Organization(name="Cmpp de Fresnes"), "annexe3", date(2026, 1, 1)),
    ]

    fact = _by_field(facts(Organization, told, _say))["name"]
    assert [one.source for one in fact.agreeing] == ["annexe3"]
    assert fact.alternatives == ()


def test_a_disagreement_on_the_phone_shows_both_numbers() -> None:
    def site_with(number: str) -> Organization:
        return Organization(contacts=(Contact(system=ContactSystem.PHONE, value=number),))

    told = [
        _told(site_with("+33146656222"), "finess", date(2025, 1, 1)),
        _told(site_with("+33149840705"), "annexe3", date(2026, 1, 1)),
    ]

    assert [one.value for one in merge(Organization, told).contacts] == [
        "+33146656222",
        "+33149840705",
    ]
    said = facts(Organization, told, _say)
    assert [fact.chosen.source for fact in said] == ["finess", "annexe3"]


def test_several_rows_of_one_role_add_their_specialities() -> None:
    rows = [
        Told(Role(specialities=(speciality_coding(code),)), "rpps", "RPPS", None)
        for code in ("SM54", "SM42", "SM54")
    ]

    assert [one.code for one in merge(Role, rows).specialities] == ["SM54", "SM42"]
    said = facts(Role, rows, _say_code)
    assert [fact.chosen.text for fact in said] == ["SM54", "SM42"]


def test_every_rule_of_the_policy_names_a_field_of_the_model() -> None:
    from directory.model import Person, Service

    known = {
        name for kind in (Organization, Person, Role, Service) for name in kind.__struct_fields__
    }

    assert policy().keys() - {"*"} <= known


def test_a_practitioner_without_a_phone_is_reached_through_the_site(
    register: Register, communes: Communes
) -> None:
    publish(register, "finess", [site("940000011", "MSP", "+33146656222")])
    publish(register, "rpps", [role("10900000011", "DURAND", site_key="940000011")])

    found = resource_detail(register, communes, "rpps|10900000011").resource

    assert [(one.value, one.source) for one in found.phones] == [("01 46 65 62 22", "FINESS")]
    assert found.commune == "Fresnes"
    assert found.address == "2 rue de Wissous, 94260 Fresnes"
    assert found.organization_name == "MSP"


def test_the_date_of_a_fact_is_the_latest_file_that_still_says_so(
    register: Register, communes: Communes
) -> None:
    row = site("940000011", "A", "+33146656222", day=date(2026, 1, 1))
    publish(register, "finess", [row], day=date(2026, 1, 1))
    publish(register, "finess", [row], day=date(2026, 6, 1))

    (entry,) = resources(register, communes)

    assert entry.updated == date(2026, 6, 1)
    assert entry.phones[0].date == date(2026, 6, 1)


def test_a_source_without_a_date_is_dated_by_our_import_and_says_so(
    register: Register, communes: Communes
) -> None:
    undated = msgspec.structs.replace(site("940000011", "A", "+33146656222"), data_date=None)
    staging = register.begin_import("annexe3", "Annexe 3", fingerprint="1", data_date=None)
    staging.add(undated, 1)
    staging.finish()
    staging.publish({}, remove_absent=True)

    (entry,) = resources(register, communes)

    assert entry.phones[0].imported
    assert entry.phones[0].date == datetime.now(UTC).date()


def test_a_number_one_source_keeps_from_the_public_is_not_opened_by_another() -> None:
    def site_with(confidentiality: Confidentiality) -> Organization:
        number = Contact(
            system=ContactSystem.DIRECT_LINE, value="+33146656222", confidentiality=confidentiality
        )
        return Organization(contacts=(number,))

    told = [
        _told(site_with(Confidentiality.PUBLIC), "annexe3", date(2026, 1, 1)),
        _told(site_with(Confidentiality.PROFESSIONAL), "ror", date(2025, 1, 1)),
    ]

    (fact,) = facts(Organization, told, _say)
    assert fact.confidentiality is Confidentiality.PROFESSIONAL
