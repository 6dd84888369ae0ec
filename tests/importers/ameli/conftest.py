"""A card that takes two listings of a few rows for complete ones."""

import pytest

from importers.ameli.importer import IMPORTER


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    small = IMPORTER.card.model_copy(update={"min_rows": 1, "max_quarantined_share": 0.9})
    monkeypatch.setattr(IMPORTER, "card", small)
