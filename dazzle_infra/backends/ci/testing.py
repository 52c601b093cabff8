"""Variables of tests and migrations on a runner, with PostgreSQL and Redis on this machine; no value is a secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dazzle_infra.backends.answer_records import Value
from dazzle_infra.workload.model import Binding, Workload

__all__ = ["test_variables"]

_URLS: Final = {
    "postgresql": "postgresql://test:test@127.0.0.1:5432/test",
    "redis": "redis://127.0.0.1:6379/0",
}
_THROW_AWAY: Final = "test-only-value-that-is-no-secret"
_VALUES: Final = {
    "public_url": "http://127.0.0.1:8000",
    "bucket": "test",
    "region": "us-east-1",
    "endpoint": "http://127.0.0.1:9000",
    "mail_provider": "mailpit",
    "smtp_host": "127.0.0.1",
    "smtp_port": "1025",
}


def test_variables(workload: Workload) -> list[Value]:
    """Return the variables that the application needs to start, sorted by name.

    Secrets get a fixed text that says what it is, long enough for libraries that refuse short ones.
    """
    return [Value(name=name, value=value) for name, value in sorted(_values(workload))]


def _values(workload: Workload) -> Iterator[tuple[str, str]]:
    engines = {one.name: one.engine for one in workload.stores}
    for binding in workload.bindings:
        if value := _of_binding(binding, engines.get(binding.store, "")):
            yield binding.variable, value
    for setting in workload.settings:
        if setting.value:
            yield setting.name, setting.value
    for secret in workload.secrets:
        yield secret.name, _THROW_AWAY


def _of_binding(binding: Binding, engine: str) -> str:
    return _URLS.get(engine, "") if binding.role == "url" else _VALUES.get(binding.role, "")
