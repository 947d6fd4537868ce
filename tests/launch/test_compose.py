"""docker-compose.yml: the schema of the Compose Specification, and the same commands as everywhere else."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from smartgoals.launch.processes import PROCESSES

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
APPLICATION = {name: service for name, service in SERVICES.items() if service.get("image") == "smartgoals"}
LAUNCH = ["python", "-m", "smartgoals.launch"]


def validate(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    jsonschema.Draft201909Validator(schema).validate(compose)


def test_file_is_valid_by_the_compose_specification() -> None:
    validate(COMPOSE)


def test_schema_finds_a_misspelt_key() -> None:
    with pytest.raises(jsonschema.ValidationError, match="helthcheck"):
        validate({"services": {"web": {"image": "x", "helthcheck": {}}}})


def test_every_process_but_the_small_worker_has_a_container_of_its_name() -> None:
    assert APPLICATION.keys() == PROCESSES.keys() - {"worker"}


@pytest.mark.parametrize("name", APPLICATION)
def test_container_runs_the_command_of_its_name(name: str) -> None:
    assert APPLICATION[name]["command"] == [*LAUNCH, name]


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"migrate"}))
def test_container_is_asked_for_its_health_and_started_again(name: str) -> None:
    test = SERVICES[name]["healthcheck"]["test"]
    assert name not in APPLICATION or test == ["CMD", *LAUNCH, "healthy", name]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_only_migrations_know_the_owner_of_the_tables() -> None:
    knowing = {name for name, service in APPLICATION.items() if "DATABASE_OWNER_URL" in service["environment"]}
    assert knowing == {"migrate"}
    for name in APPLICATION.keys() - knowing:
        assert "smartgoals_owner" not in str(APPLICATION[name]), name


def test_only_the_web_server_is_reachable_and_only_from_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_secrets_come_from_the_environment_and_must_be_given() -> None:
    for name in ("SECRET_KEY", "OWNER_DATABASE_PASSWORD", "APP_DATABASE_PASSWORD", "REDIS_PASSWORD", "EMAIL_URL"):
        uses = re.findall(rf"\$\{{{name}(.?.?)", TEXT)
        assert uses, name
        assert set(uses) == {":?"}, name


def test_image_runs_as_an_unprivileged_user() -> None:
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert users == ["smartgoals"]


def listed() -> set[str]:
    return set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_example_lists_every_variable_that_compose_asks_for() -> None:
    assert set(re.findall(r"\$\{([A-Z_]+)", TEXT)) <= listed()


def test_example_lists_every_variable_that_the_settings_read() -> None:
    settings = (ROOT / "smartgoals" / "settings.py").read_text()
    read = set(re.findall(r'env\.(?:text|flag|number|words)\(\s*"([A-Z_]+)"', settings))
    assert len(read) > 10
    assert read <= listed()


def test_example_lists_every_variable_that_the_launcher_reads() -> None:
    read = set()
    for file in [ROOT / "run.py", *(ROOT / "smartgoals" / "launch").glob("*.py")]:
        read |= set(re.findall(r'environ(?:ment)?(?:\.get\(|\[)\s*"([A-Z_]+)"', file.read_text()))
    foreign = {"ARGS", "CI", "MAKELEVEL", "PATH", "PYTEST_XDIST_WORKER"}
    assert read - foreign <= listed()
