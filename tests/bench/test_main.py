"""`python -m bench` runs each measure by its name, with its own options."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from bench.__main__ import PARTS, main


def test_every_measure_is_a_module_and_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])

    told = capsys.readouterr().out
    assert end.value.code == 0
    for name in PARTS:
        assert find_spec(f"bench.{name}") is not None
        assert f"  {name} " in told
    assert "petites tailles" in told


def test_a_measure_gets_its_own_options() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bench", "score", "--help"], check=True, capture_output=True
    )

    assert "--per-class" in told.stdout.decode()


def test_an_unknown_measure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["vitesse"])

    assert end.value.code == 2
    assert "vitesse" in capsys.readouterr().err
