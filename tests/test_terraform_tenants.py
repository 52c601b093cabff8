from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.packages import environment_with
from tests.support.servers import ask
from tests.support.task_servers import CLIENT, PUBLIC, asked, caddy, containers, proxied, serving, variables_of
from tests.support.trees import build_tree

__all__ = ["caddy", "containers"]

TENANTS = """
from dazzle.http.runtime.auth.crypto import cookie_secure
from dazzle.http.runtime.rate_limit import _resolve_trusted_proxies, make_rate_limit_key
from dazzle.http.runtime.tenant.cache import TenantCache
from dazzle.http.runtime.tenant.middleware import TenantHostBinding, TenantResolutionMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route
async def show(request):
    key = make_rate_limit_key(_resolve_trusted_proxies())
    return JSONResponse({
        "address": str(request.url), "cookie_secure": cookie_secure(request), "limited": key(request),
    })
binding = TenantHostBinding(
    app_name="reports", domain="schools.example", canonical_hosts=("schools.example",),
    cache=TenantCache(), resolver=None, not_found_renderer=str,
    expired_renderer=lambda *names: "", topology="provider_subdomain",
)
routes = [Route("/health", show), Route("/x", show)]
app = Starlette(routes=routes, middleware=[Middleware(TenantResolutionMiddleware, binding=binding)])
"""
PROBE = {"Host": "10.0.1.2:8080", "User-Agent": "ELB-HealthChecker/2.0"}
"""A health check ("Health checks for Application Load Balancer target groups")."""


@pytest.mark.slow
def test_dazzle_with_hosts_of_tenants_is_healthy_and_secure_behind_the_proxy(
    containers: dict[str, Any], caddy: Path, tmp_path: Path
) -> None:
    build_tree(tmp_path, {"tenants.py": TENANTS})
    programs = environment_with("dazzle-dsl==0.125.0", "uvicorn==0.54.0", python=(3, 12))
    variables = variables_of(containers["tenants"]["app"])
    chosen = {key: variables[key] for key in ("DAZZLE_RATE_LIMIT_TRUSTED_PROXIES", "FORWARDED_ALLOW_IPS")}
    port, server = serving(["uvicorn", "tenants:app", "--proxy-headers"], tmp_path, programs, **chosen)
    with server, proxied(containers["tenants"]["proxy"], port, tmp_path, caddy) as front:
        assert ask(front, "/health", PROBE)[0] == 200
        assert ask(port, "/health", PROBE)[0] == 400
        assert ask(front, "/x", PROBE)[0] == 400
        assert ask(front, "/health", {**PROBE, "User-Agent": "curl/8"})[0] == 400
        assert asked(ask(front, "/x", {**PUBLIC, "Host": "schools.example"})) == {
            "address": "https://schools.example/x",
            "cookie_secure": True,
            "limited": CLIENT,
        }
