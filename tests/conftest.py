"""What holds for every test: our scripts are on PATH, and no cache or home of the person's is touched."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dazzle_infra.backends.docker import local_settings
from dazzle_infra.hooks import tool_checks
from dazzle_infra.rendering import process
from tests.support.forked_workers import ForkServer


@pytest.fixture(autouse=True, scope="session")
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        patch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        # Each run that writes files would start them; test_hook_tools.py has tools of its own.
        patch.setattr(tool_checks, "find_tool", lambda names: None)
        # A port that is taken on this machine changes what is written; test_docker_local_settings.py has its own.
        patch.setattr(local_settings, "_is_free", lambda port: True)
        for name in ("FORCE_COLOR", "NO_COLOR", "VIRTUAL_ENV", "CI"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def _forked_workers(_own_surroundings: None) -> Iterator[None]:
    """Fork the processes that render in place of starting each; the checks of each Python start theirs."""
    server = ForkServer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "start_process", server.start_process)
        yield
    server.stop()
