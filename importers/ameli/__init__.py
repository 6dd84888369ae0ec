"""Annuaire santé Ameli: practitioners (`liste-ps`) and health centres (`liste-cds`)."""
