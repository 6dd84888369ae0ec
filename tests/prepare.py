"""Install what the tests need from the system, where they may: Chromium, Java and Maven, in CI.

Elsewhere the tests that need them skip by name and say why; with CI=true such a skip is a failure.
"""

import os
import shutil
import subprocess
import sys

NEEDED = {"chromium": "chromium", "java": "default-jre-headless", "mvn": "maven"}
"""Programs the tests start, and the Debian packages that bring them."""


def main() -> None:
    """Install with apt what is missing, when this is CI on a Debian, as root."""
    missing = [package for program, package in NEEDED.items() if not shutil.which(program)]
    if not missing or not wanted():
        return
    print(f"Installation par apt-get : {', '.join(missing)}…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} a échoué ({done.returncode})")


def wanted() -> bool:
    """Whether this machine is CI, is a Debian, and lets us install."""
    return os.environ.get("CI") == "true" and shutil.which("apt-get") is not None


if __name__ == "__main__":
    main()
