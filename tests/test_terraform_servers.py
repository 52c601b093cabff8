"""What servers make of the requests that arrive in the cloud: real releases, and the proxy as it is rendered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.project.runtimes.servers import KEEP_ALIVE_SECONDS
from tests.support.packages import environment_with
from tests.support.servers import ask
from tests.support.task_servers import (
    CLIENT,
    DJANGO,
    ECHO,
    EDGE,
    PUBLIC,
    SITE,
    asked,
    caddy,
    containers,
    proxied,
    serving,
    variables_of,
)
from tests.support.trees import build_tree

__all__ = ["caddy", "containers"]

pytestmark = pytest.mark.slow

GUNICORNS = ("21.2.0", "22.0.0", "23.0.0", "24.1.1", "27.0.1")
UVICORNS = ("0.15.0", "0.30.6", "0.31.0", "0.54.0")
TOKEN = 32 * "a"


@pytest.mark.parametrize("version", UVICORNS)
def test_without_a_domain_name_uvicorn_states_https_and_the_client(
    containers: dict[str, Any], caddy: Path, tmp_path: Path, version: str
) -> None:
    build_tree(tmp_path, {"echo.py": ECHO})
    trusted = variables_of(containers["edge"]["app"])["FORWARDED_ALLOW_IPS"]
    programs = environment_with(f"uvicorn=={version}")
    port, server = serving(["uvicorn", "echo:app", "--proxy-headers"], tmp_path, programs, FORWARDED_ALLOW_IPS=trusted)
    with server, proxied(containers["edge"]["proxy"], port, tmp_path, caddy) as front:
        assert asked(ask(front, "/", EDGE)) == {"scheme": "https", "client": CLIENT}
        # What the proxy is for.
        assert asked(ask(port, "/", EDGE))["scheme"] == "http"


@pytest.mark.parametrize("version", ["0.31.0", "0.54.0"])
def test_with_a_domain_name_uvicorn_takes_the_client_from_the_load_balancer_and_not_from_the_client(
    containers: dict[str, Any], tmp_path: Path, version: str
) -> None:
    build_tree(tmp_path, {"echo.py": ECHO})
    assert "proxy" not in containers["public"]
    trusted = variables_of(containers["public"]["app"])["FORWARDED_ALLOW_IPS"]
    assert trusted == "10.0.0.0/16"
    programs = environment_with(f"uvicorn=={version}")
    # The test is the load balancer: its address is in another range.
    options = {"FORWARDED_ALLOW_IPS": "127.0.0.0/16"}
    port, server = serving(["uvicorn", "echo:app", "--proxy-headers"], tmp_path, programs, **options)
    with server:
        assert asked(ask(port, "/", PUBLIC)) == {"scheme": "https", "client": CLIENT}


@pytest.mark.parametrize("version", GUNICORNS)
def test_django_behind_the_proxy_builds_secure_addresses_and_accepts_forms(
    containers: dict[str, Any], caddy: Path, tmp_path: Path, version: str
) -> None:
    build_tree(tmp_path, {"site_of_django.py": SITE})
    programs = environment_with(f"gunicorn=={version}", DJANGO)
    command = ["gunicorn", "site_of_django:application", "--keep-alive", str(KEEP_ALIVE_SECONDS)]
    port, server = serving(command, tmp_path, programs, FORWARDED_ALLOW_IPS="127.0.0.1")
    origin = f"https://{EDGE['Host']}"
    form = {
        **EDGE,
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={TOKEN}",
        "Origin": origin,
        "Referer": f"{origin}/",
        "X-CSRFToken": TOKEN,
    }
    with server, proxied(containers["edge"]["proxy"], port, tmp_path, caddy) as front:
        assert asked(ask(front, "/", EDGE)) == {"secure": True, "address": f"{origin}/next"}
        assert ask(front, "/", form, method="POST", body="a=1")[0] == 200
        # What the proxy is for.
        assert ask(port, "/", form, method="POST", body="a=1")[0] == 403


@pytest.mark.parametrize("version", GUNICORNS)
def test_with_a_domain_name_every_gunicorn_starts_and_states_https(tmp_path: Path, version: str) -> None:
    build_tree(tmp_path, {"site_of_django.py": SITE})
    programs = environment_with(f"gunicorn=={version}", DJANGO)
    command = ["gunicorn", "site_of_django:application"]
    port, server = serving(command, tmp_path, programs, FORWARDED_ALLOW_IPS="*")
    with server:
        assert asked(ask(port, "/", PUBLIC)) == {"secure": True, "address": "https://desk.example.com/next"}


@pytest.mark.parametrize(
    ("version", "result"), [("21.2.0", False), ("22.0.0", False), ("23.0.0", None), ("24.1.1", True)]
)
def test_gunicorn_reads_a_range_since_24(tmp_path: Path, version: str, result: bool | None) -> None:
    build_tree(tmp_path, {"site_of_django.py": SITE})
    programs = environment_with(f"gunicorn=={version}", DJANGO)
    command = ["gunicorn", "site_of_django:application"]
    port, server = serving(command, tmp_path, programs, FORWARDED_ALLOW_IPS="127.0.0.0/16")
    if result is None:
        with pytest.raises(AssertionError, match="does not appear to be an IPv4 or IPv6 address"), server:
            pass
        return
    with server:
        assert asked(ask(port, "/", PUBLIC))["secure"] is result
