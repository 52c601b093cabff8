"""One engine for all of them, and the table of what was measured."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engine import Engine
from tests.support.engine_host import why_not
from tests.support.engine_traces import no_traces
from tests.support.measurements import report

EMPTY = 3
"""Lines of a report of nothing."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Start a private engine; whatever happens, nothing of it is left."""
    if not os.environ.get("DAZZLE_INFRA_E2E"):
        pytest.skip("requires root, several minutes and gigabytes of disk space; `make e2e` runs it")
    if reason := why_not():
        pytest.skip(reason)
    # Whoever ends the run, by a signal too, finds nothing of the engine afterwards.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    private = Engine(Path(tempfile.mkdtemp(prefix="e2e-")))
    try:
        with no_traces():
            try:
                private.start()
                yield private
            finally:
                private.stop()
    finally:
        signal.signal(signal.SIGTERM, before)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = report()
    if len(lines) > EMPTY:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)
