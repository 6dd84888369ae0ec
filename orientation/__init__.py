"""A need to what to do first: agenda, triage, routing, reservation."""
