"""Random histories through the command line: every line that a person wrote is there afterwards."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dazzle_infra.transaction import STATE
from tests.support.cli import SMALL, run_here
from tests.support.person import Person
from tests.support.releases import FOLDER, RELEASES, WITH_FILES, WITH_MAIL, made_project, set_model
from tests.support.trees import read_tree

MODELS = (SMALL, WITH_FILES, WITH_MAIL, WITH_FILES | WITH_MAIL)


def assert_nothing_is_lost(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    folder = Path(tempfile.mkdtemp())
    try:
        project = made_project(folder / "p", dice.choice(sorted(RELEASES)), commit=dice.random() < 0.5)
        person = Person(project / FOLDER, dice)
        for _ in range(2):
            person.edit()
            set_model(project, dice.choice(MODELS))
            _update(project, person, dice, seed)
    finally:
        shutil.rmtree(folder)


def _update(project: Path, person: Person, dice: random.Random, seed: int) -> None:
    before = {path: content for path, content in read_tree(project).items() if not path.startswith(STATE)}
    ran = run_here("update", "--to", dice.choice([*RELEASES, "recorded"]), "--json", cwd=project)
    assert ran.status in (0, 4), f"history {seed}: {ran.out}{ran.err}"
    assert not person.missing(), f"history {seed} loses {person.missing()}"
    assert person.own_folders() == person.own, f"history {seed} changes the person's own folders"
    if dice.random() < 0.3 and ran.json["applied"]:
        back = run_here("update", "--abort", cwd=project) if ran.status == 4 else run_here("undo", cwd=project)
        assert back.status == 0, f"history {seed}: {back.err}"
        after = {path: content for path, content in read_tree(project).items() if not path.startswith(STATE)}
        assert after == before, f"history {seed} is not taken back"
    elif ran.status == 4:
        person.resolve()
        done = run_here("update", "--continue", cwd=project)
        assert done.status == 0, f"history {seed}: {done.err}"


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("UPDATE_HISTORIES", "100")),
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(min_value=0, max_value=1_000_000))
def test_no_line_is_lost_in_random_histories(seed: int) -> None:
    assert_nothing_is_lost(seed)
