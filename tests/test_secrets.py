"""No key, token or password in what is kept under version control."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LARGEST = 500_000
PATTERNS = {
    "private key": rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "cloud key": rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "code host token": rb"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{60,}|glpat-[\w-]{20,})",
    "package index token": rb"\bpypi-AgE[\w-]{50,}",
    "chat token": rb"\bxox[abprs]-[0-9A-Za-z-]{20,}",
    "model or payment key": rb"\bsk[-_](?:live|ant|proj)[-_][\w-]{16,}",
    "signed token": rb"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}",
    "key of ours": rb"\brecours_[\w-]{43}\b",
    "password in an address": rb"\b(?:https?|postgresql|smtp)://[\w.-]{1,40}:[^\s@/:{}\"'`<>]{12,}@(?!127\.|localhost|h\xc3\xb4te)",
}
MARKS = {
    "private key": (b"PRIVATE KEY",),
    "cloud key": (b"AKIA", b"ASIA"),
    "code host token": (b"gh", b"glpat-"),
    "package index token": (b"pypi-AgE",),
    "chat token": (b"xox",),
    "model or payment key": (b"sk-", b"sk_"),
    "signed token": (b"eyJ",),
    "key of ours": (b"recours_",),
    "password in an address": (b"@",),
}
"""What a file must hold before its pattern is looked for: reading everything stays short."""

FOUND = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    paths = [ROOT / one.decode() for one in listed.split(b"\0") if one]
    return [one for one in paths if one.is_file() and one.stat().st_size < LARGEST]


def secrets_in(content: bytes) -> list[str]:
    return [
        name
        for name, pattern in FOUND.items()
        if any(mark in content for mark in MARKS[name]) and pattern.search(content)
    ]


def test_no_secret_is_kept() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a working copy")
    files = tracked_files()
    assert len(files) > 500
    told = {str(one.relative_to(ROOT)): secrets_in(one.read_bytes()) for one in files}
    assert {name: found for name, found in told.items() if found} == {}


@pytest.mark.parametrize(
    "parts",
    [
        ("-----BEGIN RSA ", "PRIVATE KEY-----"),
        ("AKIA", "ABCDEFGHIJKLMNOP"),
        ("ghp_", "a" * 36),
        ("sk-ant-", "a" * 40),
        ("recours_", "A" * 43),
        ("postgresql://recours:", "correct-horse-battery", "@db.exemple.fr/x"),
        ("eyJhbGciOiJSUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3In0.", "c2lnbmF0dXJlLXNpZ25hdHVyZQ"),
    ],
)
def test_what_would_be_a_secret_is_seen(parts: tuple[str, ...]) -> None:
    assert secrets_in(f"x = '{''.join(parts)}'".encode())
