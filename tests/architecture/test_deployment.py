"""What an operator is told agrees with what the code reads."""

import ast
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
READS = re.compile(r"""(?:environ(?:\.get)?[(\[]|flag\(|required\(|names\()\s*["']([A-Z][A-Z0-9_]+)["']""")
PROGRAM = [ROOT / "gunicorn.conf.py", *(ROOT / "sdwg").rglob("*.py")]


def test_every_variable_the_program_reads_is_in_the_example() -> None:
    read = {name for path in PROGRAM for name in READS.findall(path.read_text())}
    shown = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    ours = {"DJANGO_SETTINGS_MODULE", "OPENPYXL_LXML"}  # set by the program itself
    assert read - ours - shown == set()


def test_every_variable_the_image_sets_is_read_by_the_program() -> None:
    environment = re.findall(r"\b(SDWG_[A-Z_]+)=", DOCKERFILE)
    read = {name for path in PROGRAM for name in READS.findall(path.read_text())}
    assert set(environment) <= read


def test_every_service_is_watched_and_waits_for_the_migrations() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"web", "worker", "scheduler", "migrate", "postgres", "redis"}
    for name in ("web", "worker", "scheduler"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert all("healthcheck" in services[name] for name in ("worker", "scheduler", "postgres", "redis"))
    assert "HEALTHCHECK" in DOCKERFILE  # web: the image's own


def test_no_secret_is_in_the_compose_file() -> None:
    given = [pair for service in COMPOSE["services"].values() for pair in service.get("environment", {}).items()]
    secret = [value for name, value in given if re.search("SECRET|PASSWORD|KEY", name)]
    assert secret
    assert all(value.startswith("${") for value in secret)


def test_the_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1] not in {"root", "0"}


def test_the_setup_script_can_be_read_by_an_old_python() -> None:
    ast.parse((ROOT / ".ci" / "setup.py").read_text(), feature_version=(3, 8))
