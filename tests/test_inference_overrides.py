"""What a person forces or forbids, in the order in which needs stand on one another."""

from __future__ import annotations

from typing import Any

import pytest

from dazzle_infra.errors import ExitCode, UsageError
from dazzle_infra.requirements import Inferred, Need, Override, ProjectFacts, infer
from tests.support.appspecs import appspec, entity

SCHEDULE = {"schedules": [{"name": "nightly", "cron": "0 1 * * *"}]}


def _infer(overrides: dict[Need, bool], **sections: Any) -> Inferred:
    given = {need: Override(needed, f"{need} is ours", "dazzle.toml:9") for need, needed in overrides.items()}
    return infer(appspec(**sections), ProjectFacts(overrides=given))


def _told(inferred: Inferred, need: Need) -> list[str]:
    return [f"{evidence}: {evidence.because}" for evidence in inferred[need].evidence]


def test_a_forced_need_is_there_for_the_reason_that_was_given() -> None:
    inferred = _infer({"cache": True})
    assert inferred.needs("cache")
    assert _told(inferred, "cache") == ["manifest [infra.overrides] cache: forced: cache is ours"]
    assert inferred["cache"].evidence[0].source == "dazzle.toml:9"


def test_a_forced_need_that_the_model_has_too_keeps_its_evidence() -> None:
    inferred = _infer({"scheduler": True}, **SCHEDULE)
    assert _told(inferred, "scheduler") == [
        "manifest [infra.overrides] scheduler: forced: scheduler is ours",
        "schedule nightly: runs at 0 1 * * *",
    ]
    assert inferred["scheduler"].detail


def test_a_forbidden_need_is_gone_and_what_asked_for_it_stays_visible() -> None:
    inferred = _infer({"storage": False}, entities=[entity("Invoice", scan="file")])
    assert not inferred.needs("storage")
    assert _told(inferred, "storage") == [
        "manifest [infra.overrides] storage: forbidden: storage is ours",
        "entity Invoice: field scan: file",
    ]
    assert inferred["storage"].detail == {}
    assert "STORAGE_BUCKET" not in {setting.name for setting in inferred.environment}


def test_a_forbidden_queue_takes_its_worker_along_and_says_so() -> None:
    inferred = _infer({"queue": False}, **SCHEDULE)
    assert not inferred.needs("queue")
    assert not inferred.needs("worker")
    assert _told(inferred, "worker") == [
        "manifest [infra.overrides] queue: requires queue, which is forbidden: queue is ours",
        "schedule nightly: runs on a schedule",
    ]
    assert inferred.needs("scheduler")


def test_a_forced_queue_brings_its_worker() -> None:
    inferred = _infer({"queue": True})
    assert inferred.needs("worker")
    assert _told(inferred, "worker") == [
        "manifest [infra.overrides] queue: required with queue, which is forced: queue is ours"
    ]


def test_a_worker_can_be_forbidden_under_a_queue() -> None:
    for overrides in ({"worker": False}, {"worker": False, "queue": True}):
        inferred = _infer(dict(overrides), **SCHEDULE)
        assert inferred.needs("queue")
        assert not inferred.needs("worker")


def test_a_worker_can_be_forced_with_its_queue() -> None:
    inferred = _infer({"worker": True, "queue": True})
    assert inferred.needs("queue")
    assert inferred.needs("worker")


def test_a_forbidden_database_takes_search_and_tenancy_along() -> None:
    inferred = _infer({"database": False}, searches=[{"entity": "Note"}], tenancy={})
    assert [need for need in ("database", "search", "tenancy") if inferred.needs(need)] == []
    assert _told(inferred, "search")[0].endswith("requires database, which is forbidden: database is ours")


def test_a_forced_database_does_not_bring_search_along() -> None:
    inferred = _infer({"database": True}, entities=[])
    assert inferred.needs("database")
    assert not inferred.needs("search")
    assert inferred["search"].evidence[0].because == "no search"


@pytest.mark.parametrize(
    ("overrides", "sections", "message"),
    [
        ({"worker": True}, {}, "worker is forced (worker is ours), but it requires queue, which is not needed"),
        (
            {"worker": True, "queue": False},
            SCHEDULE,
            "worker is forced (worker is ours), but it requires queue, which is forbidden (queue is ours)",
        ),
        ({"search": True, "database": False}, {}, "search is forced (search is ours), but it requires database"),
        ({"tenancy": True}, {"entities": []}, "tenancy is forced (tenancy is ours), but it requires database"),
    ],
)
def test_a_forced_need_without_what_it_stands_on_is_an_error(
    overrides: dict[Need, bool], sections: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as raised:
        _infer(overrides, **sections)
    error = raised.value
    assert error.message.startswith(message)
    assert error.exit_code == ExitCode.USAGE
    assert error.where is not None
    forced = next(need for need, needed in overrides.items() if needed)
    assert (error.where.file, error.where.line, error.where.key) == ("dazzle.toml", 9, f"[infra.overrides] {forced}")
    assert error.hint


def test_an_override_without_a_place_is_an_error_without_a_line() -> None:
    facts = ProjectFacts(overrides={"worker": Override(True, "why not")})
    with pytest.raises(UsageError) as raised:
        infer(appspec(), facts)
    assert str(raised.value.where) == "dazzle.toml"
