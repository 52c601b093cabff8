"""Projects of other runtimes: each is small, and has the dependency files of a real one."""

from __future__ import annotations

from tests.e2e.applications import django_celery, express_workspace, fastapi_workspace, own_dockerfile, react_vite

__all__ = ["APPLICATIONS"]

APPLICATIONS = [
    module.APPLICATION for module in (django_celery, fastapi_workspace, express_workspace, react_vite, own_dockerfile)
]
