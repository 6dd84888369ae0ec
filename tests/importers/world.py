"""A register, a territory and a day to import into; and what the register then says."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from directory.communes import Communes
from directory.model import Address, Organization, Role, SourceRecord, Statement
from directory.published import visible
from directory.register import open_register
from directory.tables import record, source
from directory.territory import Territory
from importers.contract import Context, Ignored, Importer, Quarantined
from importers.inputs import local_file, open_file
from importers.perimeter import Perimeter
from importers.report import Report
from importers.run import run_import

DAY = date(2026, 11, 22)
NOON = FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))


class World:
    """A data folder with its register, on PostgreSQL where `url` says; `run` imports into it."""

    def __init__(
        self, folder: Path, territory: Territory, communes: Communes, url: str = ""
    ) -> None:
        self.folder = folder
        self.data_dir = folder / "data"
        self.territory = territory
        self.communes = communes
        self.register = open_register(Settings(data_dir=self.data_dir, database_url=url))

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of the test's folder."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, name: str, *files: Path, **options: Any) -> Report:
        """One import, on the fixed day, every row read; its counts must add up."""
        report = run_import(
            name,
            files,
            register=self.register,
            territory=self.territory,
            communes=self.communes,
            data_dir=self.data_dir,
            **{"clock": NOON, "reread": True, **options},
        )
        assert report.read == (report.kept + report.unchanged + report.ignored + report.quarantined)
        assert sum(report.reasons.values()) == report.ignored + report.quarantined
        return report

    def records(self, name: str) -> dict[str, Any]:
        """Rows in force of a source, by key."""
        wanted = (
            sa.select(record)
            .join(source, source.c.name == record.c.source)
            .where(record.c.source == name, visible())
        )
        with self.register.database.read() as connection:
            return {row.key: row for row in connection.execute(wanted)}

    def statements(self, name: str) -> dict[str, Statement]:
        """What a source says, by key."""
        return {
            key: msgspec.json.decode(row.statement, type=Statement)
            for key, row in self.records(name).items()
        }

    def site(self, name: str, key: str) -> Organization:
        """The organization one row tells of."""
        told = self.statements(name)[key].organization
        assert told is not None
        return told

    def role(self, key: str) -> Role:
        """The role one RPPS row tells of."""
        told = self.statements("rpps")[key].role
        assert told is not None
        return told

    def outcomes(
        self, importer: Importer[Any], path: Path, *, everywhere: bool = True
    ) -> list[SourceRecord | Ignored | Quarantined]:
        """What each row of a file becomes, without a register."""
        perimeter = Perimeter(self.territory, self.communes)
        context = Context(self.communes, perimeter, everywhere, data_date=DAY)
        with open_file(local_file(path)) as file:
            return [importer.to_record(row, context) for row in importer.read(file, context)]

    def close(self) -> None:
        """Give the register back."""
        self.register.close()


def only(addresses: tuple[Address, ...]) -> Address:
    """The one address there is."""
    assert len(addresses) == 1
    return addresses[0]
