"""What protects a service without accounts: hosts, headers, foreign sites, silent logs."""

import pytest
import structlog
from fastapi.testclient import TestClient

from web.security import is_foreign

PAGES = ("/", "/imports", "/secretariat", "/agenda", "/api/v1/resources", "/nope", "/healthz")


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_is_answered(site: TestClient, host: str) -> None:
    assert site.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.168.1.4", ""])
def test_another_name_is_refused(site: TestClient, host: str) -> None:
    assert site.get("/healthz", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_security_headers(site: TestClient, path: str) -> None:
    headers = site.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/", "/?q=ehpad", "/imports", "/secretariat", "/agenda", "/api/docs"]
)
def test_pages_hold_no_inline_script_or_style(site: TestClient, path: str) -> None:
    page = site.get(path).text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    for tag in page.split("<script")[1:]:
        assert tag.lstrip().startswith(("src=", "type="))
        assert tag.partition(">")[2].startswith("</script>")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
    ],
)
def test_foreign_site_changes_nothing(site: TestClient, headers: dict[str, str]) -> None:
    told = {"callback_number": "0612345678", "commune": "cachan"}
    for path in ("/secretariat/appel", "/secretariat/15", "/api/v1/requests"):
        answer = site.post(path, data=told, headers=headers)
        assert answer.status_code == 403
        if path.startswith("/api/"):
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://localhost"}, {}],
)
def test_own_pages_and_programs_pass(site: TestClient, headers: dict[str, str]) -> None:
    told = {"callback_number": "0612345678", "commune": "cachan"}
    assert site.post("/secretariat/appel", data=told, headers=headers).status_code == 200


def test_reading_from_elsewhere_is_not_a_change() -> None:
    from starlette.datastructures import Headers

    assert not is_foreign("GET", Headers({"sec-fetch-site": "cross-site"}))


def test_logs_hold_no_query_and_no_body(site: TestClient) -> None:
    with structlog.testing.capture_logs() as lines:
        site.get("/", params={"q": "madame secrète"})
        told = {"callback_number": "06 11 22 33 44", "commune": "cachan", "address": "rue Cachée"}
        site.post("/secretariat/appel", data=told)
        site.post("/api/v1/requests", json={"callback_number": "x", "oops": "rue Cachée"})
    said = repr(lines)
    assert "request" in said
    for secret in ("secrète", "611223344", "06 11", "Cachée", "cachan"):
        assert secret not in said


def test_nothing_is_read_outside_the_static_folder(site: TestClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"):
        assert site.get(path).status_code == 404
