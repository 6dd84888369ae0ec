"""Logs go to stderr as it is when the line is written, as text or as JSON."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from directory.base.logs import configure_logs, get_logger


@pytest.fixture(autouse=True)
def _defaults_afterwards() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_json_lines_carry_their_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")

    get_logger("essai").info("request taken", outcome="open")

    told = capsys.readouterr()
    assert told.out == ""
    line = json.loads(told.err)
    assert (line["event"], line["outcome"], line["module"]) == ("request taken", "open", "essai")


def test_logs_follow_stderr_where_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_logs()
    log = get_logger("essai")
    for _ in range(2):
        redirected = io.StringIO()
        monkeypatch.setattr("sys.stderr", redirected)
        log.info("ici")
        assert "ici" in redirected.getvalue()
        redirected.close()
