"""Install what the tests need from the system, where they may: Chromium, Java and Maven, in CI.

Elsewhere the tests that need them skip by name and say why; with CI=true such a skip is a failure.
A Chromium that is there will do, where the lighter one cannot be had.
"""

import os
import shutil
import subprocess
import sys

NEEDED = {
    "chromium-headless-shell": "chromium-headless-shell",
    "java": "default-jre-headless",
    "mvn": "maven",
}
"""Programs the tests start, and the Debian packages that bring them."""

WILL_DO = {"chromium-headless-shell": "chromium"}

APT = ("apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20")


def main() -> None:
    """Install with apt what is missing, when this is CI on a Debian, as root.

    SystemExit where something is missing that nothing here replaces.
    """
    missing = [program for program in NEEDED if not shutil.which(program)]
    if not missing or not wanted():
        return
    packages = [NEEDED[program] for program in missing]
    print(f"Installation par apt-get : {', '.join(packages)}…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [*APT, "install", "-y", "--no-install-recommends", *packages]
    for command in ([*APT, "update"], install):
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode and not all(map(is_replaced, missing)):
            sys.exit(f"{' '.join(command)} a échoué ({done.returncode})")


def is_replaced(program: str) -> bool:
    """Whether something here does what a missing program would."""
    return program in WILL_DO and shutil.which(WILL_DO[program]) is not None


def wanted() -> bool:
    """Whether this machine is CI, is a Debian, and lets us install."""
    return os.environ.get("CI") == "true" and shutil.which("apt-get") is not None


if __name__ == "__main__":
    main()
