"""The compose file says what the program understands, and opens nothing to the network."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from directory.base.settings import Settings
from directory.engines import open_engine

ROOT = Path(__file__).parent.parent


@pytest.fixture
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return content


def test_every_setting_given_exists(compose: dict[str, Any]) -> None:
    given = compose["services"]["recours"]["environment"]

    assert given
    assert {name.removeprefix("RECOURS_").lower() for name in given} <= set(Settings.model_fields)


def test_the_engine_given_can_be_opened(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in compose["services"]["recours"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{[^}]*\}", "secret", value))
    settings = Settings()

    assert settings.engine == "elasticsearch"
    open_engine(settings).close()
    port = compose["services"]["elasticsearch"]["environment"]["http.port"]
    assert settings.engine_url.endswith(f"@127.0.0.1:{port}")


def test_every_variable_asked_for_is_in_the_example(compose: dict[str, Any]) -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text("utf-8")))
    example = (ROOT / ".env.example").read_text("utf-8")

    assert asked
    assert [name for name in asked if name not in example] == []


def test_nothing_listens_beyond_the_machine(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["network_mode"] == "host", name
        assert "ports" not in service, name
    assert compose["services"]["elasticsearch"]["environment"]["network.host"] == "127.0.0.1"
    assert "listen_addresses=127.0.0.1" in compose["services"]["postgres"]["command"]
    assert "--host" not in (ROOT / "Dockerfile").read_text("utf-8")


def test_volumes_and_dependencies_are_declared(compose: dict[str, Any]) -> None:
    services = compose["services"]
    used = {mount.split(":")[0] for one in services.values() for mount in one.get("volumes", ())}

    assert used == set(compose["volumes"])
    for one in services.values():
        for wanted, how in one.get("depends_on", {}).items():
            assert how["condition"] == "service_healthy"
            assert "healthcheck" in services[wanted]
