"""The cache of templates: what is in it, what leaves it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dazzle_infra.cache.location import cache_directory
from dazzle_infra.templates import Access
from dazzle_infra.templates.cache import clean, entries
from tests.support.cli import run_here
from tests.support.releases import git

DAY = 86_400


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))


def repository(folder: Path) -> str:
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return folder.as_uri()


def age(path: Path, days: float) -> None:
    """Make an entry look as if it had last been used so long ago."""
    then = time.time() - days * DAY
    os.utime(path / "dazzle-infra.url", (then, then))


def in_process_of_its_own(folder: Path, *urls: str, most: int = 50) -> None:
    """Use templates in another process: what one has used, it keeps."""
    code = f"from dazzle_infra.templates import Access\na = Access(most_entries={most})\n"
    code += "".join(f"a.repository({url!r})\n" for url in urls)
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)


def test_the_least_recently_used_leaves_when_there_are_too_many(tmp_path: Path) -> None:
    first, second, third = (repository(tmp_path / name) for name in ("first", "second", "third"))
    in_process_of_its_own(tmp_path, first, second)
    paths = {entry.url: entry.path for entry in entries()}
    age(paths[first], 2)
    age(paths[second], 3)
    in_process_of_its_own(tmp_path, third, most=2)
    assert {entry.url for entry in entries()} == {first, third}
    assert not list(cache_directory().glob("templates/.*"))


def test_what_is_in_use_never_leaves(tmp_path: Path) -> None:
    urls = [repository(tmp_path / name) for name in ("first", "second", "third")]
    access = Access(most_entries=1, most_megabytes=0)
    repositories = [access.repository(url) for url in urls[:2]]
    for path in repositories:
        age(path, 400)
    repositories.append(access.repository(urls[2]))
    assert all((path / "HEAD").is_file() for path in repositories)


def test_what_another_run_used_a_moment_ago_stays(tmp_path: Path) -> None:
    first, second = repository(tmp_path / "first"), repository(tmp_path / "second")
    in_process_of_its_own(tmp_path, first)
    in_process_of_its_own(tmp_path, second, most=1)
    assert {entry.url for entry in entries()} == {first, second}


def test_a_fetch_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run_here("config", cwd=tmp_path)
    assert ran.status == 0
    with pytest.raises(Exception, match="not a git repository"):
        Access().repository((tmp_path / "empty").as_uri())
    assert entries() == []


def test_the_list_names_url_size_and_last_use(tmp_path: Path) -> None:
    url = repository(tmp_path / "first")
    in_process_of_its_own(tmp_path, url)
    [entry] = entries()
    shown = run_here("cache", cwd=tmp_path).out
    assert url in shown
    assert f"used {time.strftime('%Y-%m-%d')}" in shown
    document = run_here("cache", "--json", cwd=tmp_path).json
    assert document["directory"] == str(tmp_path / "cache")
    [listed] = document["entries"]
    assert (listed["url"], listed["path"]) == (url, str(entry.path))
    assert listed["bytes"] > 1000
    assert listed["fetched"].endswith("Z")


def test_cleaning_removes_what_is_old_and_all_of_it_when_told(tmp_path: Path) -> None:
    old, new = repository(tmp_path / "old"), repository(tmp_path / "new")
    in_process_of_its_own(tmp_path, old, new)
    age(next(entry.path for entry in entries() if entry.url == old), 31)
    cleaned = run_here("cache", "clean", "--json", cwd=tmp_path)
    assert [entry["url"] for entry in cleaned.json["removed"]] == [old]
    assert [entry.url for entry in entries()] == [new]
    (tmp_path / "cache/appspec").mkdir()
    assert "1 templates removed" in run_here("cache", "clean", "--all", cwd=tmp_path).out
    assert entries() == []
    assert not (tmp_path / "cache/appspec").exists()


def test_what_a_killed_run_left_half_made_is_no_entry_and_is_cleaned(tmp_path: Path) -> None:
    half = tmp_path / "cache/templates/.half.git.x1.git"
    half.mkdir(parents=True)
    assert entries() == []
    clean(DAY)
    assert half.exists()
    then = time.time() - 2 * 3600
    os.utime(half, (then, then))
    clean(DAY)
    assert not half.exists()
