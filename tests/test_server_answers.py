"""From the model and dazzle.toml to the answers of the server template."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends.server.backend import ServerBackend
from dazzle_infra.backends.server.calendar import calendar_events
from dazzle_infra.backends.server.settings import ServerSettings
from dazzle_infra.backends.server.sizes import memory_of, postgres_sizes
from dazzle_infra.errors import DazzleInfraError, ManifestError, UsageError
from tests.support.cli import run_here, small_project
from tests.support.server_template import EVERYTHING, engines_of, kinds_of
from tests.support.workloads import BUSY, RUNTIMES, application

PROJECT = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n\n'
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


def test_addresses_with_a_password_are_secrets(tmp_path: Path) -> None:
    bindings = answers(tmp_path)["bindings"]
    assert isinstance(bindings, list)
    assert {one["variable"] for one in bindings if one["secret"]} == {"DATABASE_URL", "QUEUE_URL", "REDIS_URL"}


def test_the_projects_own_dockerfile_needs_no_other_backend(tmp_path: Path) -> None:
    found = answers(tmp_path, f"backends = ['server']\ndockerfile = 'deploy/Dockerfile'\n{MACHINE}")
    assert (found["dockerfile"], found["build_context"]) == ("deploy/Dockerfile", ".")


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
        ("[infra.server.env.production]\nuser = 'root'", "must not be root"),
        ("[infra.server.env.production]\nhost = 'bücher.example'", "must be in ASCII"),
        ("[infra.server.env.production]\narchitecture = 'mips'", "architecture"),
    ],
)
def test_a_wrong_setting_is_refused(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(DazzleInfraError, match=says):
        answers(tmp_path, "backends = ['server']\n[infra.server]\n" + line + "\n")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("backup", "s3:https://KEY:SECRET@s3.example.com/b"),
        ("backup", "s3:https://KEY:SEC/RET@s3.example.com/b"),
        ("backup", "s3:KEY:SECRET@s3.example.com/b"),
        ("backup", "rest:https://user:SECRET@backup.example.com/"),
        ("backup", "rest:https://SECRET@backup.example.com/"),
        ("backup", "sftp:user:SECRET@backup.example.com:/b"),
        ("backup", "sftp://user:SECRET@backup.example.com:22//b"),
        ("alert_webhook", "https://user:SECRET@alerts.example.com/"),
    ],
)
def test_an_address_with_credentials_is_refused_and_not_shown(tmp_path: Path, key: str, value: str) -> None:
    project = small_project(tmp_path, f"{PROJECT}[infra.server.env.production]\n{key} = '{value}'\n")
    ran = run_here("server", cwd=project)
    assert ran.status == 2
    assert f"[infra.server.env.production] {key} must not contain a user name and a password" in " ".join(
        ran.err.split()
    )
    assert "dazzle.toml:8" in ran.err
    assert "SECRET" not in (ran.out + ran.err).replace("RESTIC_AWS_SECRET_ACCESS_KEY", "")
    assert not (project / "infra").exists()


@pytest.mark.parametrize(
    "value",
    [
        "s3:https://s3.example.com:9000/b@1",
        "sftp:user@backup.example.com:/b",
        "sftp://user@backup.example.com:22//b",
        "rest:https://backup.example.com:8000/",
        "/mnt/back@up",
    ],
)
def test_an_address_without_credentials_is_kept(tmp_path: Path, value: str) -> None:
    found = answers(tmp_path, MACHINE + f"backup = '{value}'\n")["environments"]
    assert isinstance(found, list)
    assert found[0]["backup_repository"] == value


BOTH = "[infra.server]\nenvironments = ['production', 'staging']\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[infra.server.env.production]\nhost = 'a.example'\n[infra.server.env.staging]\nhost = 'A.example'\n",
            r"\[infra.server.env.staging\] host is the machine .*\[infra.server.env.production\] host",
        ),
        (
            "[infra.server.env.production]\nhost = 'a.example'\n"
            "[infra.server.env.staging]\nhost = 'a.example'\ndirectory = '/srv/two'\n",
            "is the machine of another environment",
        ),
        (
            "[infra.server.env.production]\ndomain_name = 'a.example'\n"
            "[infra.server.env.staging]\nhost = 'a.example'\n",
            r"host is the machine .*\[infra.server.env.production\] domain_name",
        ),
        (
            "[infra.server.env.production]\nhost = 'a.example'\ndomain_name = 'c.example'\n"
            "[infra.env.staging]\ndomain_name = 'c.example'\n[infra.server.env.staging]\nhost = 'b.example'\n",
            r"\[infra.env.staging\] domain_name is the domain .*\[infra.server.env.production\] domain_name",
        ),
    ],
)
def test_environments_with_one_machine_or_one_domain_are_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ManifestError, match=says) as refused:
        answers(tmp_path, BOTH + text)
    assert refused.value.where is not None
    assert refused.value.where.line is not None


@pytest.mark.parametrize("more", ["port = 2222", "jump_host = 'j.example'"])
def test_one_address_can_lead_to_two_machines(tmp_path: Path, more: str) -> None:
    hosts = "[infra.server.env.production]\nhost = 'a.example'\n[infra.server.env.staging]\nhost = 'a.example'\n"
    found = answers(tmp_path, f"{BOTH}{hosts}{more}\n")["environments"]
    assert isinstance(found, list)
    assert len(found) == 2


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
