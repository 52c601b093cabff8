"""From the model and dazzle.toml to the answers of the server template."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends.server.backend import ServerBackend
from dazzle_infra.backends.server.calendar import calendar_events
from dazzle_infra.backends.server.settings import ServerSettings
from dazzle_infra.backends.server.sizes import memory_of, postgres_sizes
from dazzle_infra.errors import DazzleInfraError, ManifestError, UsageError
from tests.support.server_template import EVERYTHING, engines_of, kinds_of
from tests.support.workloads import BUSY, RUNTIMES, application

MACHINE = "[infra.server.env.production]\nhost = '203.0.113.10'\n"


def answers(folder: Path, manifest: str = MACHINE, runtime: str = "dazzle") -> dict[str, object]:
    one = application(folder, BUSY, manifest, RUNTIMES[runtime])
    return ServerBackend().computed(one)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 3 * * *", ["*-*-* 03:00:00 UTC"]),
        ("*/20 * * * *", ["*-*-* *:00,20,40:00 UTC"]),
        ("30 6 * * MON-FRI", ["Mon,Tue,Wed,Thu,Fri *-*-* 06:30:00 UTC"]),
        ("0 0 * * 7", ["Sun *-*-* 00:00:00 UTC"]),
        ("5 4 1,15 2 *", ["*-02-01,15 04:05:00 UTC"]),
        ("0 12 1 * 5", ["*-*-01 12:00:00 UTC", "Fri *-*-* 12:00:00 UTC"]),
        ("0 12 */2 * 1", ["Mon *-*-01,03,05,07,09,11,13,15,17,19,21,23,25,27,29,31 12:00:00 UTC"]),
    ],
)
def test_a_cron_expression_becomes_events_of_a_timer(cron: str, expected: list[str]) -> None:
    assert calendar_events(cron, "UTC") == expected


@pytest.mark.parametrize("cron", ["", "* * * *", "61 * * * *", "0 25 * * *", "0 0 31-1 * *", "0 0 * * NOD"])
def test_what_is_no_cron_expression_is_refused(cron: str) -> None:
    with pytest.raises(UsageError, match="cron expression"):
        calendar_events(cron, "UTC")


@pytest.mark.parametrize("total", [1024, 1536, 2048, 4096, 16384, 262144])
@pytest.mark.parametrize("monitoring", [True, False])
def test_the_limits_of_all_containers_fit_into_the_machine(total: int, monitoring: bool) -> None:
    services = EVERYTHING.services if total > 2048 else EVERYTHING.services[:1]
    stores = EVERYTHING.stores if total > 2048 else EVERYTHING.stores[:1]
    try:
        memory = memory_of(
            total, kinds_of(services), engines_of(stores), own_storage=total > 2048, monitoring=monitoring
        )
    except UsageError:
        assert total <= 1536
        assert monitoring
        return
    twice = {one.name for one in services if one.kind in ("web", "process")}
    used = sum(one.megabytes * (2 if one.name in twice else 1) for one in memory)
    assert used <= total * 15 / 16 - 128
    assert used >= total / 2


def test_a_machine_that_is_too_small_is_refused_with_the_size_that_suffices(tmp_path: Path) -> None:
    table = MACHINE + "memory_mb = 768\n"
    with pytest.raises(ManifestError, match="at least 1536 MiB of memory; memory_mb of production is 768") as refused:
        answers(tmp_path, table)
    assert str(refused.value.where) == "dazzle.toml:8"
    answers(tmp_path / "larger", table.replace("768", "1536"))


def test_the_figures_of_postgresql_follow_from_its_limit() -> None:
    memory = memory_of(
        4096, kinds_of(EVERYTHING.services), engines_of(EVERYTHING.stores), own_storage=True, monitoring=True
    )
    sizes = postgres_sizes(memory)
    limit = next(one.megabytes for one in memory if one.name == "postgres")
    assert (sizes.shared_buffers_mb, sizes.effective_cache_size_mb) == (limit // 4, limit // 2)
    assert sizes.shared_buffers_mb + sizes.work_mem_mb * sizes.max_connections <= limit


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_runtime_has_answers(tmp_path: Path, runtime: str) -> None:
    found = answers(tmp_path, runtime=runtime)
    services = found["services"]
    assert isinstance(services, list)
    assert services[0]["name"] == "web"
    environments = found["environments"]
    assert isinstance(environments, list)
    assert [(one["name"], one["host"], one["directory"]) for one in environments] == [
        ("production", "203.0.113.10", "/srv/desk")
    ]


def test_schedules_become_timers_in_their_time_zone(tmp_path: Path) -> None:
    found = answers(tmp_path, "scheduler_command = 'tick'\n" + MACHINE, "django")
    assert found["schedules"] == [
        {"name": "nightly-run", "calendar": ["*-*-* 03:00:00 Europe/Berlin"]},
        {"name": "poll", "calendar": ["*-*-* *:00,05,10,15,20,25,30,35,40,45,50,55:00 UTC"]},
    ]


def test_the_domain_of_the_environment_is_that_of_all_backends(tmp_path: Path) -> None:
    table = "backends = ['server']\n[infra.env.production]\ndomain_name = 'desk.example.com'\n"
    found = answers(tmp_path, table)["environments"]
    assert isinstance(found, list)
    assert (found[0]["domain"], found[0]["host"]) == ("desk.example.com", "desk.example.com")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("environments = ['local']", "local is reserved"),
        ("environments = []", "must contain at least one entry"),
        ("secrets = 'vault'", "secrets"),
        ("[infra.server.env.prodution]", "did you mean production"),
        ("[infra.server.env.production]\nhost = 'a b'", "must be a host name or an IP address"),
        ("[infra.server.env.production]\nuser = 'Root'", "must be the name of a user"),
        ("[infra.server.env.production]\nport = 0", "port"),
        ("[infra.server.env.production]\ndirectory = 'srv'", "must be an absolute path"),
        ("[infra.server.env.production]\nbackup = 'rest:\"x'", "must be the address of a restic repository"),
        ("[infra.server.env.production]\nalert_email = 'nobody'", "must be an e-mail address"),
        ("[infra.server.env.production]\narchitecture = 'mips'", "architecture"),
    ],
)
def test_a_wrong_setting_is_refused(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(DazzleInfraError, match=says):
        answers(tmp_path, "backends = ['server']\n[infra.server]\n" + line + "\n")


def test_what_is_missing_before_a_set_up_is_named(tmp_path: Path) -> None:
    one = application(tmp_path, BUSY, "[infra.server]\nmonitoring = true\n")
    remarks = "\n".join(ServerBackend().warnings(one))
    for text in ("no domain name", "no host", "no backup", "nobody receives the alerts"):
        assert text in remarks
    complete = (
        "[infra.server]\n[infra.server.env.production]\ndomain_name = 'desk.example.com'\nbackup = '/mnt/backups'\n"
    )
    assert ServerBackend().warnings(application(tmp_path / "complete", BUSY, complete)) == []


def test_the_scripts_are_a_target_for_other_backends(tmp_path: Path) -> None:
    target = ServerBackend().target(application(tmp_path, BUSY, MACHINE))
    assert (target.folder, target.environments, target.tools) == ("infra/server", ("production",), ("ssh",))
    assert target.scripts["deploy"] == "ops/deploy"


def test_the_settings_have_documented_defaults() -> None:
    settings = ServerSettings()
    assert (settings.output, settings.environments, settings.secrets) == ("infra/server", ("production",), "machine")
