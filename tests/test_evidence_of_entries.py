"""A change inside an answer that is a list of tables is told key by key, with the line that says it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dazzle_infra.backends.answer_differences import Difference, differences
from dazzle_infra.backends.entry_sources import own_answer, source_of_entry
from dazzle_infra.backends.terraform.sources import source_of_environment
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.values.names import NameLimit
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.manifests import manifest_in
from tests.support.trees import build_tree

TEXT = """\
[infra.terraform]
environments = ["dev", "live"]
region = "eu-central-1"
container_image = "docker.io/a/b:1"

[infra.terraform.env.live]
profile = "production"
app_min_count = 20
domain_name = "desk.example.com"

[infra.entry_points.live]
command = "run"
port = 9000

[infra.docker.answers]
cost_centre = "4711"
"""


def manifest(folder: Path) -> Manifest:
    return manifest_in(build_tree(folder, {"dazzle.toml": TEXT}))


@pytest.mark.parametrize(
    ("entry", "key", "after", "source"),
    [
        ("live", "domain_name", "desk.example.com", "[infra.terraform.env.live] dazzle.toml:9"),
        ("live", "region", "eu-central-1", "[infra.terraform] dazzle.toml:3"),
        ("live", "container_image", "docker.io/a/b:1", "[infra.terraform] dazzle.toml:4"),
        ("live", "profile", "production", "[infra.terraform.env.live] dazzle.toml:7"),
        ("live", "database_size", "medium", "profile: [infra.terraform.env.live] dazzle.toml:7"),
        ("live", "app_max_count", 20, "app_min_count: [infra.terraform.env.live] dazzle.toml:8"),
        ("live", "alarm_email", "", "no alarm_email in [infra.terraform.env.live]"),
        ("dev", "database_size", "small", "the profile development"),
        ("dev", "network_cidr", "10.1.0.0/16", "the first range that no other environment uses"),
        ("dev", "profile", "development", "the name of the environment"),
        ("dev", None, {}, "[infra.terraform] dazzle.toml:2"),
    ],
)
def test_the_evidence_of_an_environment_is_the_line_that_says_it(
    tmp_path: Path, entry: str, key: str | None, after: object, source: str
) -> None:
    assert source_of_environment(Difference(entry, key, None, after), manifest(tmp_path)) == source


def test_other_entries_have_their_table_or_their_own_reason(tmp_path: Path) -> None:
    read = manifest(tmp_path)
    live = Difference("live", "port", 8000, 9000)
    token = Difference("TOKEN", None, None, {"name": "TOKEN", "because": "integration crm"})
    assert source_of_entry("entry_points", live, read) == "[infra.entry_points.live] dazzle.toml:11"
    assert source_of_entry("secrets", token, read) == "integration crm"
    assert own_answer("cost_centre", ("infra", "docker"), read) == "[infra.docker.answers] cost_centre dazzle.toml:16"
    assert own_answer("cost_centre", ("infra", "terraform"), read) is None


def test_a_plan_names_environment_key_both_values_and_the_line(tmp_path: Path) -> None:
    small_project(tmp_path)
    assert run_here("terraform", cwd=tmp_path).status == 0
    table = '\n[infra.terraform.env.staging]\ndomain_name = "stage.example.com"\ndns_zone = "example.com"\n'
    (tmp_path / "dazzle.toml").write_text(MANIFEST + table)
    shown = run_here("plan", "terraform", cwd=tmp_path).out
    place = "[infra.terraform.env.staging] dazzle.toml"
    assert f"  environments: staging: domain_name '' → stage.example.com   {place}:8\n" in shown
    assert f"  environments: staging: dns_zone '' → example.com   {place}:9\n" in shown
    assert "a default" not in shown
    [one] = run_here("plan", "terraform", "--json", cwd=tmp_path).json["backends"]
    [answer] = one["answers"]
    assert answer["because"] == f"{place}:8; {place}:9"
    assert answer["differences"][0] == {
        "entry": "staging",
        "key": "domain_name",
        "from": "",
        "to": "stage.example.com",
        "because": f"{place}:8",
    }
    pending = run_here("check", "terraform", cwd=tmp_path)
    assert (pending.status, "staging: domain_name '' → stage.example.com" in pending.out) == (3, True)


ENTRIES = st.dictionaries(
    st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2), max_size=3), max_size=3
)


def listed(entries: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    return [{"name": name, **keys} for name, keys in entries.items()]


@given(ENTRIES, ENTRIES)
def test_the_differences_turn_the_one_answer_into_the_other(
    before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]
) -> None:
    made: dict[str, dict[str, object]] = {name: dict(keys) for name, keys in before.items()}
    for one in differences(listed(before), listed(after)) or ():
        if one.key is not None:
            made[one.entry][one.key] = one.after
        elif one.after is None:
            del made[one.entry]
        else:
            assert isinstance(one.after, dict)
            made[one.entry] = {key: value for key, value in one.after.items() if key != "name"}
    wanted = {name: dict.fromkeys(before.get(name, {})) | keys for name, keys in after.items()}
    assert made == wanted


@pytest.mark.parametrize("answer", ["text", ["a"], [{"name": "a"}, {"name": "a"}], [{"key": 1}]])
def test_an_answer_of_another_form_has_no_differences_of_entries(answer: object) -> None:
    assert differences([{"name": "a"}], answer) is None


NAMES = st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", fullmatch=True)


@given(NAMES, NAMES, st.integers(12, 63))
def test_a_name_is_cut_to_one_that_is_valid_stable_and_its_own(one: str, other: str, longest: int) -> None:
    limit = NameLimit(longest)
    cut = limit.fit(one)
    assert len(cut) <= longest
    assert cut == limit.fit(one) == limit.fit(cut)
    assert cut.strip("-") == cut
    assert "--" not in cut
    assert (cut == limit.fit(other)) == (one == other)
