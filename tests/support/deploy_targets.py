"""Fixtures of every deploy target. A further target is one more parameter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.aws.target import AwsTarget, aws_target, interpreter
from tests.support.deploy_target import Target
from tests.support.terraform_template import rendered

__all__ = ["aws", "aws_programs", "target"]


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


@pytest.fixture(params=["aws"])
def target(request: pytest.FixtureRequest) -> Target:
    """Return an environment of each deploy target."""
    made: Target = request.getfixturevalue(request.param)
    return made
