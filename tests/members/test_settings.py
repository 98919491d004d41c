"""What an installation refuses to start with, and the headers that a real one answers with."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL = {
    "SDWG_SECRET_KEY": "k" * 60,
    "SDWG_AUDIT_KEY": "a" * 60,
    "SDWG_HOSTS": "sdwg.example",
    "SDWG_URL": "https://sdwg.example",
    "SDWG_MAIL_FROM": "SDWG <secretariat@sdwg.example>",
    "SDWG_MAIL_URL": "smtp://mail.example:587",
}


def started(tmp_path: Path, script: str = "print('started')", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``script`` in a process of its own with Django set up from this environment and nothing else."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "DATABASE_URL") if name in os.environ}
    whole = {**kept, "SDWG_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sdwg.settings", **environment}
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{script}"],
        cwd=ROOT,
        env=whole,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_real_installation_starts_with_all_it_needs(tmp_path: Path) -> None:
    told = started(tmp_path, **REAL)
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_real_installation_says_what_is_missing(tmp_path: Path, name: str) -> None:
    told = started(tmp_path, **{key: value for key, value in REAL.items() if key != name})

    assert told.returncode != 0
    assert f"{name} is not set" in told.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "environment",
    [
        {"SDWG_HOSTS": "example.org"},
        {"SDWG_HOSTS": "127.0.0.1,example.org"},
        {"SDWG_HOSTS": "*"},
        {"SDWG_URL": "https://example.org"},
        {"SDWG_BIND": "0.0.0.0:8000"},
        {"SDWG_BIND": "[::]:8000"},
        {"SDWG_BIND": "127.0.0.1:8000,192.0.2.7:8000"},
        {"SDWG_BIND": ":8000"},
    ],
)
def test_a_demonstration_runs_on_loopback_only(tmp_path: Path, environment: dict[str, str]) -> None:
    told = started(tmp_path, SDWG_DEMO="1", **environment)

    assert told.returncode != 0
    assert "Demonstration mode has one password for everybody, so it runs on loopback only" in told.stderr


@pytest.mark.parametrize("bind", ["", "127.0.0.1:8000", "[::1]:8000", "unix:/run/sdwg.sock"])
def test_a_demonstration_starts_on_loopback(tmp_path: Path, bind: str) -> None:
    told = started(tmp_path, SDWG_DEMO="1", **({"SDWG_BIND": bind} if bind else {}))
    assert told.returncode == 0, told.stderr


ASK = """
import json
from django.test import Client
from django.conf import settings
answer = Client().get("/account/login/", secure=True, HTTP_HOST="sdwg.example", **{extra})
print(json.dumps({{
    "status": answer.status_code,
    "headers": dict(answer.headers),
    "cookies": {{name: cookie.OutputString() for name, cookie in answer.cookies.items()}},
    "mfa": settings.MFA_REQUIRED,
}}))
"""


def answered(tmp_path: Path, extra: str = "{}", **environment: str) -> dict[str, Any]:
    made = "from django.core.management import call_command\ncall_command('migrate', verbosity=0)\n"
    static = "call_command('collectstatic', verbosity=0, interactive=False)\n"
    environment.setdefault("DATABASE_URL", f"sqlite:///{tmp_path / 'x.sqlite3'}")
    told = started(tmp_path, made + static + ASK.format(extra=extra), **environment)
    assert told.returncode == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


@pytest.mark.asvs("3.3.1", "3.3.4", "3.4.1", "3.4.3", "3.4.4", "3.4.5", "3.4.6")
def test_a_real_installation_answers_with_strict_headers_and_cookies(tmp_path: Path) -> None:
    found = answered(tmp_path, **REAL)
    headers, cookies = found["headers"], found["cookies"]

    assert found["status"] == 200
    assert found["mfa"] is True
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert set(cookies) <= {"__Host-sdwg", "__Host-sdwg-csrf"}
    assert "__Host-sdwg-csrf" in cookies
    for cookie in cookies.values():
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "Path=/" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie


def test_a_demonstration_answers_nobody_but_this_machine(tmp_path: Path) -> None:
    extra = '{"REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "localhost"}'
    script = ASK.replace('HTTP_HOST="sdwg.example", ', "")
    told = started(tmp_path, script.format(extra=extra), SDWG_DEMO="1")
    assert json.loads(told.stdout.splitlines()[-1])["status"] == 403, told.stderr


def test_behind_a_proxy_limits_count_the_clients_not_the_proxy(tmp_path: Path) -> None:
    script = "from allauth import app_settings; print(app_settings.TRUSTED_PROXY_COUNT)"
    assert started(tmp_path, script, **REAL, SDWG_BEHIND_PROXY="1").stdout.strip() == "1"
    assert started(tmp_path, script, **REAL).stdout.strip() == "0"
