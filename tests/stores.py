"""New SQLite stores as copies of one that was migrated: the migrations run once per worker.

A store that exists is migrated as ever, and so is PostgreSQL; `migrated_from_nothing` gives a test
of the migrations the long way.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest

from directory.base import database
from directory.base.database import Database, StoreSpec

_MIGRATE = Database.migrate


@pytest.fixture(scope="session", autouse=True)
def stores_migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every new SQLite file of the session starts as a copy of a migrated, empty one."""
    folder = tmp_path_factory.mktemp("migrated")

    @cache
    def model_of(spec: StoreSpec) -> Path:
        path = folder / f"{spec.name}-{uuid4().hex}.sqlite"
        engine = database._sqlite_engine(path, spec)
        _MIGRATE(Database(engine, spec))
        engine.dispose()
        return path

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "migrate", _copying(model_of))
        yield


@pytest.fixture
def migrated_from_nothing(stores_migrated_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores of this test run every migration."""
    monkeypatch.setattr(Database, "migrate", _MIGRATE)


def _copying(model_of: Callable[[StoreSpec], Path]) -> Callable[[Database], None]:
    def migrate(store: Database) -> None:
        path = Path(store.engine.url.database or "")
        if store.is_sqlite and not path.exists():
            _appear(model_of(store.spec), path)
        else:
            _MIGRATE(store)

    return migrate


def _appear(model: Path, path: Path) -> None:
    """The file appears whole, once: several may open the same new store."""
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    shutil.copy(model, draft)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
