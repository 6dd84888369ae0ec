"""Install what the tests need from the system, where they may: Debian's Chromium, in CI.

Elsewhere the browser tests skip by name and say why; with CI=true such a skip is a failure.
"""

import os
import shutil
import subprocess
import sys


def main() -> None:
    """Install Chromium with apt when it is missing and this is CI on a Debian, as root."""
    if shutil.which("chromium") or not wanted():
        return
    print("Chromium manque : installation par apt-get…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} a échoué ({done.returncode})")


def wanted() -> bool:
    """Whether this machine is CI, is a Debian, and lets us install."""
    return os.environ.get("CI") == "true" and shutil.which("apt-get") is not None


if __name__ == "__main__":
    main()
