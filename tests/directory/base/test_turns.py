"""Writers of one file take turns, and a killed one gives its turn back."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from directory.base.turns import Turns

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys
from pathlib import Path
from directory.base.turns import Turns
with Turns(Path(sys.argv[1])).one():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_thread_at_a_time(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "lock")
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with turns.one():
            inside.append(number)
            most.append(len(inside))
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(200)))
    turns.close()

    assert most == [1] * 200


def test_a_process_killed_in_its_turn_gives_it_back(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        turns = Turns(path)
        with ThreadPoolExecutor(1) as pool:
            entered = pool.submit(_enter, turns)
            assert not entered.done()
            holder.kill()
            assert entered.result(timeout=10) == "entered"
    turns.close()


def _enter(turns: Turns) -> str:
    with turns.one():
        return "entered"
