"""Each environment has a network range of its own, and one that was made keeps its range."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from dazzle_infra.backends.terraform.environments import recorded_networks
from tests.support.cli import SMALL, run_here
from tests.support.releases import released_sources
from tests.support.trees import build_tree

FOLDER = "infra/terraform"


def project(folder: Path, names: list[str], more: str = "") -> Path:
    build_tree(folder, {"appspec.json": json.dumps(SMALL)})
    return say(folder, names, more)


def say(folder: Path, names: list[str], more: str = "") -> Path:
    """Write a dazzle.toml with these environments."""
    head = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\nbackends = ["terraform"]\n\n'
    (folder / "dazzle.toml").write_text(f"{head}[infra.terraform]\nenvironments = {json.dumps(names)}\n{more}")
    return folder


def networks(folder: Path) -> dict[str, str]:
    """Return the range in each environment's tfvars."""
    found = {}
    for path in sorted((folder / FOLDER / "envs").glob("*/terraform.tfvars")):
        [found[path.parent.name]] = re.findall(r'^network_cidr = "(.*)"$', path.read_text(), re.MULTILINE)
    return found


def succeed(folder: Path, *arguments: str) -> None:
    ran = run_here(*arguments, cwd=folder)
    assert ran.status == 0, ran.out + ran.err


def test_ranges_do_not_overlap_each_other_or_one_that_is_set(tmp_path: Path) -> None:
    set_one = '\n[infra.terraform.env.qa]\nnetwork_cidr = "10.1.16.0/20"\n'
    folder = project(tmp_path, ["dev", "qa", "prod"], set_one)
    succeed(folder, "terraform")
    found = networks(folder)
    assert found["qa"] == "10.1.16.0/20"
    assert not [pair for pair in combinations(map(IPv4Network, found.values()), 2) if pair[0].overlaps(pair[1])]


def test_what_is_recorded_and_is_no_range_counts_for_none() -> None:
    said = [("dev", "10.3.0.0/16"), ("qa", "anything"), ("live", "10.0.0.1/16"), ("prod", None)]
    recorded = {"environments": [{"name": name, "network_cidr": text} for name, text in said]}
    assert recorded_networks(recorded) == {"dev": "10.3.0.0/16"}


@pytest.mark.slow
def test_an_environment_that_comes_or_goes_moves_no_other(tmp_path: Path) -> None:
    folder = project(tmp_path, ["dev", "prod"])
    succeed(folder, "terraform")
    made = networks(folder)
    say(folder, ["alpha", "prod"])
    succeed(folder, "update", "--retire", "dev")
    found = networks(folder)
    assert found["prod"] == made["prod"]
    assert not IPv4Network(found["alpha"]).overlaps(IPv4Network(found["prod"]))


def test_what_the_first_release_made_keeps_its_ranges_and_edits(tmp_path: Path) -> None:
    """Release 1.0.0 knew one range for all environments; here its answers are recorded as it recorded them."""
    first = 'ref = "v1.0.0"\n'
    same = "".join(f'\n[infra.terraform.env.{name}]\nnetwork_cidr = "10.0.0.0/16"\n' for name in ("dev", "prod"))
    folder = project(tmp_path / "desk", ["dev", "prod"], first + same)
    succeed(folder, "terraform")
    tfvars = folder / FOLDER / "envs/dev/terraform.tfvars"
    tfvars.write_text(tfvars.read_text().replace('app_size = "small"', 'app_size = "large"'))
    succeed(say(folder, ["dev", "prod"], first), "check", "terraform")
    assert set(networks(folder).values()) == {"10.0.0.0/16"}
    succeed(
        say(folder, ["dev", "prod", "staging"], f'template = "{released_sources("terraform", tmp_path / "next")}"\n'),
        "update",
    )
    found = networks(folder)
    assert found == {"dev": "10.0.0.0/16", "prod": "10.0.0.0/16", "staging": "10.1.0.0/16"}
    assert 'app_size = "large"' in tfvars.read_text()
    answers = yaml.safe_load((folder / FOLDER / ".copier-answers.yml").read_text())
    assert (answers["_commit"], networks_of(answers)) == ("v1.99.0", found)


def networks_of(answers: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["network_cidr"] for one in answers["environments"]}
