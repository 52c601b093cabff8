"""Fixtures of every deploy target. A further target is one more parameter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.aws.target import AwsTarget, aws_target, interpreter
from tests.support.deploy_target import Target
from tests.support.server.target import ServerTarget, server_target
from tests.support.server.trees import rendered_dev
from tests.support.terraform_template import rendered

__all__ = ["aws", "aws_programs", "server", "target"]


@pytest.fixture(scope="session")
def aws_programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with the program `aws`."""
    pytest.importorskip("awscli", reason="no awscli: `pip install -e .[dev]` installs it")
    with interpreter(tmp_path_factory.mktemp("aws")) as programs:
        yield programs


@pytest.fixture
def aws(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, aws_programs: Path) -> Iterator[AwsTarget]:
    """Return an environment on AWS."""
    with aws_target(rendered("typical", tmp_path_factory.getbasetemp()), tmp_path, aws_programs) as made:
        yield made


@pytest.fixture
def server(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerTarget]:
    """Return an environment on one machine."""
    with _server(tmp_path, tmp_path_factory) as made:
        yield made


def _server(folder: Path, factory: pytest.TempPathFactory) -> AbstractContextManager[ServerTarget]:
    base = factory.getbasetemp()
    return server_target(rendered_dev(base), folder, base / "server-machine")


@pytest.fixture(params=["aws", "server"])
def target(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """Return an environment of each deploy target."""
    if request.param == "server":
        with _server(tmp_path, tmp_path_factory) as made:
            yield made
    else:
        yield request.getfixturevalue(request.param)
