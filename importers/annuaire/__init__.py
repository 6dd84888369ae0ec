"""Annuaire Santé FHIR v2: secure mailboxes of the people that RPPS tells of."""
