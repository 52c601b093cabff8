from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.compose import check_services, compose_config, run_compose, services_of, write_dotenv
from tests.support.docker import EVERYTHING, SHAPES, STORAGE_SECRETS, TYPICAL, copier_template, render, shapes
from tests.support.trees import build_tree

__all__ = ["copier_template", "shapes"]


@pytest.mark.parametrize("shape", SHAPES)
def test_compose_takes_every_shape(shapes: dict[str, Path], tmp_path: Path, shape: str) -> None:
    directory = Path(shutil.copytree(shapes[shape], tmp_path / "copy"))
    write_dotenv(directory)
    answers, services = SHAPES[shape], compose_config(directory)["services"]
    assert set(services) == services_of(answers)
    check_services(answers, services)


def test_every_image_has_an_exact_version_and_a_variable(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    images = re.findall(r"image: (.*)", "\n".join(path.read_text() for path in directory.glob("services/*.yaml")))
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


@pytest.mark.parametrize("shape", SHAPES)
def test_every_variable_of_the_application_is_in_the_example(
    shapes: dict[str, Path], tmp_path: Path, shape: str
) -> None:
    directory = Path(shutil.copytree(shapes[shape], tmp_path / "copy"))
    write_dotenv(directory)
    given = {line.partition("=")[0] for line in (directory / ".env").read_text().splitlines()}
    environment = compose_config(directory)["services"]["web"]["environment"]
    listed = set(re.findall(r"[A-Z0-9_]{4,}", (directory / "dev.env.example").read_text()))
    assert set(environment) - given <= listed


def test_each_secret_of_the_example_says_what_asks_for_it(shapes: dict[str, Path]) -> None:
    for shape, directory in shapes.items():
        example = (directory / "dev.env.example").read_text()
        for name in SHAPES[shape].secrets:
            assert re.search(rf"(?m)^# Asked for by: \w.*\n{name}=$", example), name


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
        *[("sync+restart", path) for path in TYPICAL.copy_paths],
        ("rebuild", "uv.lock"),
    ]


def test_the_worker_runs_the_applications_own_command_unless_it_has_one(copier: CopierFixture, tmp_path: Path) -> None:
    own = EVERYTHING.model_copy(update={"worker_command": []})
    for project, answers, command in (
        ("default", TYPICAL, ["serve"]),
        ("web", own, EVERYTHING.entry_points[0].command),
        ("own", EVERYTHING, ["python", "-m", "worker", "--queue=$$DEFAULT"]),
    ):
        directory = render(copier, tmp_path / project, answers)
        write_dotenv(directory)
        assert compose_config(directory)["services"]["worker"]["command"] == command
