from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.compose import ONE_SHOTS, check_services, compose_config, run_compose, services_of, write_dotenv
from tests.support.docker import DJANGO, EVERYTHING, SHAPES, STORAGE_SECRETS, TYPICAL, copier_template, render, shapes
from tests.support.lint import lint_yaml
from tests.support.trees import build_tree

__all__ = ["copier_template", "shapes"]


@pytest.mark.parametrize("shape", SHAPES)
def test_compose_takes_every_shape_and_every_variable_of_the_application_is_in_the_example(
    shapes: dict[str, Path], tmp_path: Path, shape: str
) -> None:
    directory = Path(shutil.copytree(shapes[shape], tmp_path / "copy"))
    write_dotenv(directory)
    answers, services = SHAPES[shape], compose_config(directory)["services"]
    assert set(services) == services_of(answers)
    check_services(answers, services)
    given = {line.partition("=")[0] for line in (directory / ".env").read_text().splitlines()}
    listed = set(re.findall(r"[A-Z0-9_]{4,}", (directory / "dev.env.example").read_text()))
    assert set(services["web"]["environment"]) - given <= listed


def test_every_image_has_an_exact_version_and_a_variable(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    images = re.findall(
        r"image: (.*)", "\n".join(path.read_text() for path in directory.glob("services/compose.*.yaml"))
    )
    assert len(images) == 7
    for image in images:
        assert re.fullmatch(r"\$\{[A-Z]+_IMAGE:-[\w/]+:v?\d+\.\d+(\.\d+)?(-[\w.]+)?\}|\".*:\$\{APP_TAG:-dev\}\"", image)


def test_the_variables_reach_the_application_as_they_are(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    write_dotenv(directory, CRM_TOKEN="from-dotenv")
    services = compose_config(directory)["services"]
    for name in ("web", "admin-api", "worker", "scheduler", "migrate"):
        environment = services[name]["environment"]
        assert environment["CRM_URL"] == "https://{tenant}.crm.example"
        assert environment["CRM_TOKEN"] == "from-dotenv"
        assert "CRM_REGION" not in environment
        assert environment["S3_BUCKET"] == "attachments"
        assert environment["DATABASE_URL"].startswith("postgresql://app:0f")
        assert environment["AWS_SECRET_ACCESS_KEY"] == "0f" * 16
        assert "DAZZLE_ENV" not in environment


def test_a_line_in_dotenv_wins_over_the_models_value(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, TYPICAL)
    write_dotenv(directory, PAGER_DUTY_BASE_URL="http://localhost:9999")
    environment = compose_config(directory)["services"]["web"]["environment"]
    assert environment["PAGER_DUTY_BASE_URL"] == "http://localhost:9999"


@pytest.mark.parametrize("shape", SHAPES)
def test_no_container_receives_a_line_of_dotenv_that_it_does_not_read(
    shapes: dict[str, Path], tmp_path: Path, shape: str
) -> None:
    directory = Path(shutil.copytree(shapes[shape], tmp_path / "copy"))
    write_dotenv(directory, COMPOSE_PROJECT_NAME="another", WEB_PORT="18000", NPM_TOKEN="t0", UNKNOWN="leaks")
    for name, service in compose_config(directory)["services"].items():
        assert not {"COMPOSE_PROJECT_NAME", "WEB_PORT", "NPM_TOKEN", "UNKNOWN"} & set(service.get("environment", {})), (
            name
        )


def test_the_application_receives_the_variables_that_a_person_adds_to_the_list(
    copier: CopierFixture, tmp_path: Path
) -> None:
    directory = render(copier, tmp_path, TYPICAL)
    write_dotenv(directory, MINE="'pa$word #1'", ANOTHER="x", DAZZLE_ENV="development")
    with (directory / "app.env").open("a") as names:
        names.write("MINE\nNOT_SET\n")
    for name in ("web", "worker", "migrate"):
        environment = compose_config(directory)["services"][name]["environment"]
        # Compose doubles the dollar sign of a value that it does not interpolate.
        assert environment["MINE"] == "pa$$word #1"
        assert environment["DAZZLE_ENV"] == "development"
        assert not {"NOT_SET", "ANOTHER"} & set(environment)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_restart_policy_holds_for_services_that_do_not_end(
    shapes: dict[str, Path], tmp_path: Path, shape: str
) -> None:
    directory = Path(shutil.copytree(shapes[shape], tmp_path / "copy"))
    for policy in ("no", "unless-stopped"):
        write_dotenv(directory, RESTART=policy)
        for name, service in compose_config(directory)["services"].items():
            assert service.get("restart", "no") == ("no" if name in ONE_SHOTS else policy), name


@pytest.mark.parametrize("folder", ["with spaces", "Größe", "a:b", "$HOME & it's"])
def test_compose_reads_the_files_in_a_folder_of_any_name(copier: CopierFixture, tmp_path: Path, folder: str) -> None:
    directory = render(copier, tmp_path / folder, TYPICAL)
    write_dotenv(directory)
    web = compose_config(directory)["services"]["web"]
    # Compose doubles the dollar sign of a value that it does not interpolate.
    root = str(tmp_path / folder).replace("$", "$$")
    assert web["build"]["context"] == root
    assert f"{root}/dazzle.toml" in [mount["source"] for mount in web["volumes"]]


@pytest.mark.parametrize("missing", STORAGE_SECRETS)
def test_a_missing_secret_stops_compose_and_is_named(copier: CopierFixture, tmp_path: Path, missing: str) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    write_dotenv(directory)
    dotenv = directory / ".env"
    dotenv.write_text(re.sub(rf"(?m)^{missing}=.*\n", "", dotenv.read_text()))
    result = run_compose(directory, "config", "--quiet")
    assert result.returncode != 0
    assert missing in result.stderr
    assert "dazzle infra docker" in result.stderr


def test_every_variable_of_the_stack_is_in_the_example(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    sources = "\n".join(path.read_text() for path in directory.rglob("*.yaml"))
    used = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", sources))
    listed = set(re.findall(r"(?m)^(?:# )?([A-Z0-9_]+)=", (directory / "dev.env.example").read_text()))
    assert used <= listed
    assert {variable.name for variable in EVERYTHING.variables} <= listed


def test_each_secret_of_the_example_says_what_asks_for_it(shapes: dict[str, Path]) -> None:
    for shape, directory in shapes.items():
        example = (directory / "dev.env.example").read_text()
        for name in SHAPES[shape].secrets:
            assert re.search(rf"(?m)^# Required by: \w.*\n{name}=$", example), name


def test_ports_can_be_moved(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    moved = {"WEB_PORT": "18000", "ADMIN_API_PORT": "18001", "MAIL_PORT": "18002", "STORAGE_PORT": "18003"}
    write_dotenv(directory, **moved)
    services = compose_config(directory)["services"]
    published = {name: service["ports"][0].get("published") for name, service in services.items() if "ports" in service}
    assert published == {
        "web": "18000",
        "admin-api": "18001",
        "hooks": "9200",
        "mail": "18002",
        "storage": "18003",
        "database": None,
        "database-console": "8081",
        "redis": None,
    }
    environment = services["web"]["environment"]
    assert environment["DAZZLE_AWS_ENDPOINT_URL"] == "http://storage.localhost:18003"
    assert environment["S3_ENDPOINT_URL"] == "http://storage.localhost:18003"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"]
    assert "-s3.port=18003" in services["storage"]["command"]


def test_compose_override_reaches_the_included_services(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, TYPICAL)
    write_dotenv(directory)
    override = """\
        services:
          database:
            mem_limit: 2g
          web:
            environment:
              EXTRA: "yes"
        """
    build_tree(directory, {"compose.override.yaml": override})
    services = compose_config(directory)["services"]
    assert services["database"]["mem_limit"] == str(2 * 1024**3)
    assert services["web"]["environment"]["EXTRA"] == "yes"


def test_what_is_watched_is_what_is_copied(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, TYPICAL)
    write_dotenv(directory)
    watched = compose_config(directory)["services"]["web"]["develop"]["watch"]
    assert [(watch["action"], Path(watch["path"]).relative_to(tmp_path).as_posix()) for watch in watched] == [
        *[("restart", path) for path in TYPICAL.copy_paths],
        ("rebuild", "uv.lock"),
    ]


def test_the_worker_runs_the_applications_own_command_unless_it_has_one(copier: CopierFixture, tmp_path: Path) -> None:
    own = EVERYTHING.model_copy(update={"worker_command": []})
    for project, answers, command in (
        ("default", TYPICAL, ["develop"]),
        ("web", own, ["develop", *EVERYTHING.entry_points[0].command]),
        ("own", EVERYTHING, ["develop", "python", "-m", "worker", "--queue=$$DEFAULT"]),
    ):
        directory = render(copier, tmp_path / project, answers)
        write_dotenv(directory)
        assert compose_config(directory)["services"]["worker"]["command"] == command


@pytest.mark.parametrize("waits_for", ["migrate", "database"])
def test_the_first_administrator_is_created_before_the_application_starts(
    copier: CopierFixture, tmp_path: Path, waits_for: str
) -> None:
    change = {"admin_command": ["sh", "-c", 'create "$ADMIN_EMAIL"'], "runs_migrations": waits_for == "migrate"}
    answers = EVERYTHING.model_copy(update=change)
    if waits_for == "database":
        answers = DJANGO.model_copy(update={**change, "migrate_command": []})
    directory = render(copier, tmp_path, answers)
    write_dotenv(directory, ADMIN_EMAIL="a@example.com", ADMIN_PASSWORD="p")
    services = compose_config(directory)["services"]
    assert set(services) == services_of(answers)
    check_services(answers, services)
    admin = services["create-admin"]
    # Compose doubles the dollar sign of a value that it does not interpolate.
    assert admin["command"] == ["sh", "-c", 'create "$$ADMIN_EMAIL"']
    assert admin["environment"]["ADMIN_EMAIL"] == "a@example.com"
    assert not {"ADMIN_EMAIL", "ADMIN_PASSWORD"} & set(services["web"]["environment"])
    assert set(admin["depends_on"]) == {waits_for}
    assert "create-admin" in services["web"]["depends_on"]
    assert list(lint_yaml(directory)) == []
    assert "ADMIN_PASSWORD=" in (directory / "dev.env.example").read_text()
    assert "| `create-admin` |" in (directory / "README.md").read_text()
