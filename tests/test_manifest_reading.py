"""What a dazzle.toml means once it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends import backend_tables
from dazzle_infra.backends.docker.settings import docker_settings
from dazzle_infra.backends.terraform.settings import terraform_settings
from dazzle_infra.project.manifest import Manifest, empty_manifest
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.values.records import EntryPoint
from tests.support.manifests import manifest_in
from tests.support.toml import EXAMPLE
from tests.support.trees import build_tree


def read(folder: Path, text: str) -> Manifest:
    return manifest_in(build_tree(folder, {"dazzle.toml": text}))


def test_the_example_of_the_specification_works_as_it_stands(tmp_path: Path) -> None:
    manifest = read(tmp_path, EXAMPLE)
    assert manifest.infra.backends == ("docker", "terraform")
    assert docker_settings(manifest).variant == "compose"
    assert docker_settings(manifest).image_name == "my_app_image"
    assert terraform_settings(manifest).output == "infra/terraform"
    assert terraform_settings(manifest).cloud_provider == "aws"
    assert terraform_settings(manifest).environments == ("dev", "staging", "prod")


def test_without_infra_everything_holds_by_convention(tmp_path: Path) -> None:
    manifest = read(tmp_path, '[project]\nname = "Ticket Desk"\nversion = "1.2.0"\n')
    assert (manifest.name, manifest.title, manifest.version) == ("ticket-desk", "Ticket Desk", "1.2.0")
    assert manifest.infra.backends == ("docker", "terraform")
    assert docker_settings(manifest).output == "infra/docker"
    assert terraform_settings(manifest).output == "infra/terraform"
    assert terraform_settings(manifest).environments == ("dev", "staging", "prod")
    assert manifest.entry_points == (EntryPoint(name="web"),)
    assert manifest.module_paths == ("dsl",)
    assert manifest.facts == ProjectFacts()


def test_no_manifest_at_all_means_what_an_empty_one_means(tmp_path: Path) -> None:
    assert read(tmp_path, "") == empty_manifest(backend_tables())


@pytest.mark.parametrize(
    ("table", "name", "title"),
    [
        ('[project]\nname = "support_tickets"', "support-tickets", "support_tickets"),
        ('[project]\nname = "llm_ticket_classifier"', "llm-ticket-classifier", "llm_ticket_classifier"),
        ('[project]\nname = "Support Tickets for You"', "support-tickets-for-you", "Support Tickets for You"),
        ('[project]\nname = "  Caf\\u00e9 -- 24/7! "', "caf-24-7", "Café -- 24/7!"),
        ('[project]\nname = "two\\nlines\\u001b[1m"', "two-lines-1m", "two lines [1m"),
        ('[project]\nname = "One"\n[infra]\nname = "Two"', "two", "Two"),
        ('[project]\nname = "Internals"', "internals", "Internals"),
        ('[project]\nname = "SGX"', "sgx", "SGX"),
    ],
)
def test_the_name_is_spelled_as_the_cloud_spells_it(tmp_path: Path, table: str, name: str, title: str) -> None:
    manifest = read(tmp_path, table)
    assert (manifest.name, manifest.title) == (name, title)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("\"python -m worker --queue 'two words'\"", ("python", "-m", "worker", "--queue", "two words")),
        ('["sh", "-c", "exec worker && echo $HOME"]', ("sh", "-c", "exec worker && echo $HOME")),
        ('["worker", ""]', ("worker", "")),
        ('"""\npython\n  -m worker"""', ("python", "-m", "worker")),
    ],
)
def test_a_command_is_a_string_or_a_list(tmp_path: Path, written: str, words: tuple[str, ...]) -> None:
    infra = read(tmp_path, f"[infra]\nworker_command = {written}\nscheduler_command = {written}\n").infra
    assert infra.worker_command == infra.scheduler_command == words


@pytest.mark.parametrize(
    ("written", "folder"),
    [("./out", "out"), ("a/../b/", "b"), ("a//b/./c", "a/b/c"), (".deploy/docker", ".deploy/docker")],
)
def test_folders_are_normalised(tmp_path: Path, written: str, folder: str) -> None:
    text = f'[infra.docker]\noutput = "{written}"\n[infra.terraform]\nroot_module = "{written}-tf"\n'
    manifest = read(tmp_path, text.replace("/-tf", "-tf"))
    assert docker_settings(manifest).output == folder
    assert terraform_settings(manifest).output == f"{folder}-tf"


@pytest.mark.parametrize(
    ("written", "source"),
    [
        (source, source.removeprefix("git+"))
        for source in (
            "https://git.example.com/team/docker.git",
            "https://git.example.com:8443/team/docker.git",
            "git+https://git.example.com/team/docker.git",
            "ssh://git@git.example.com:2222/team/docker.git",
            "git+ssh://git.example.com/docker",
            "git@git.example.com:team/docker.git",
            "file:///srv/git/docker.git",
            "dazzle-infra://docker",
            "git+dazzle-infra://docker",
            "../acme-docker",
            "~/templates/docker",
            "/srv/templates/docker",
            "templates/with space",
        )
    ],
)
def test_a_template_is_a_git_url_or_a_path(tmp_path: Path, written: str, source: str) -> None:
    manifest = read(tmp_path, f'[infra.docker]\ntemplate = "{written}"\n[infra.terraform]\ntemplate = "{written}"\n')
    assert docker_settings(manifest).template == terraform_settings(manifest).template == source


@pytest.mark.parametrize("tag", ["v1.0.0", "v1.2.0+acme.1", "1.0.0-rc1", "release_7"])
def test_a_ref_is_a_tag(tmp_path: Path, tag: str) -> None:
    assert terraform_settings(read(tmp_path, f'[infra.terraform]\nref = "{tag}"\n')).ref == tag


@pytest.mark.parametrize(
    "name", ["desk", "team/desk", "a.b_c__d---e", "localhost/desk", "registry:5000/desk", "ghcr.io/team/desk-2"]
)
def test_an_image_name_is_one_that_registries_accept(tmp_path: Path, name: str) -> None:
    assert docker_settings(read(tmp_path, f'[infra.docker]\nimage_name = "{name}"\n')).image_name == name


def test_settings_of_environments_are_typed(tmp_path: Path) -> None:
    text = """
        [infra.terraform]
        environments = ["dev", "live"]
        [infra.terraform.env.live]
        profile = "production"
        database_size = "large"
        zone_count = 3
        deletion_protection = false
    """
    (name, live), *others = terraform_settings(read(tmp_path, text)).env.items()
    assert (name, others) == ("live", [])
    assert live.model_dump(exclude_none=True) == {
        "profile": "production",
        "database_size": "large",
        "zone_count": 3,
        "deletion_protection": False,
    }


def test_answers_for_questions_of_a_fork_are_plain_data(tmp_path: Path) -> None:
    text = """
        [infra.docker.answers]
        owner = "team-a"
        replicas = 3
        ratio = 0.5
        strict = true
        labels = ["a", "b"]
        contact = { mail = "a@example.com", phones = [1, 2] }
    """
    assert docker_settings(read(tmp_path, text)).answers == {
        "owner": "team-a",
        "replicas": 3,
        "ratio": 0.5,
        "strict": True,
        "labels": ["a", "b"],
        "contact": {"mail": "a@example.com", "phones": [1, 2]},
    }


def test_entry_points_come_web_first_and_then_by_name(tmp_path: Path) -> None:
    text = """
        [infra.entry_points.socket]
        command = "python -m socket_server"
        port = 8010
        path = "/ws"
        [infra.entry_points.admin]
        command = ["python", "-m", "admin"]
        port = 8020
        health_path = "/admin/alive"
        [infra.entry_points.web]
        port = 9000
    """
    assert read(tmp_path, text).entry_points == (
        EntryPoint(name="web", port=9000),
        EntryPoint(
            name="admin", command=["python", "-m", "admin"], port=8020, health_path="/admin/alive", path="/admin"
        ),
        EntryPoint(name="socket", command=["python", "-m", "socket_server"], port=8010, path="/ws"),
    )


def test_every_key_has_a_place_for_errors_of_others(tmp_path: Path) -> None:
    manifest = read(tmp_path, EXAMPLE)
    where = manifest.where("infra", "docker", "image_name")
    assert (str(where), where.key) == ("dazzle.toml:7", "[infra.docker] image_name")
    unset = manifest.where("infra", "docker", "output")
    assert (str(unset), unset.key) == ("dazzle.toml:5", "[infra.docker] output")
    assert str(Manifest().where("infra", "docker", "output")) == "dazzle.toml"
