"""What dazzle.toml adds to the model, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.appspec import read_document
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.building import docker_answers
from dazzle_infra.backends.docker.settings import image_paths
from dazzle_infra.errors import ManifestError
from dazzle_infra.project.files import read_project_files
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME
from dazzle_infra.requirements import infer
from dazzle_infra.requirements.facts import OAuthProvider, Override, ProjectFacts, StorageTable
from tests.support.cli import MANIFEST, SMALL, run_here, small_project
from tests.support.manifests import manifest_in
from tests.support.trees import build_tree


def read(folder: Path, text: str) -> Manifest:
    return manifest_in(build_tree(folder, {"dazzle.toml": text}))


def test_overrides_carry_their_reason_and_their_line(tmp_path: Path) -> None:
    text = """\
        [infra.overrides]
        queue = { needed = false, reason = "work is done by the mainframe" }

        [infra.overrides.cache]
        needed = true
        reason = "shared by the replicas"
    """
    assert read(tmp_path, text).facts.overrides == {
        "queue": Override(False, "work is done by the mainframe", "dazzle.toml:2"),
        "cache": Override(True, "shared by the replicas", "dazzle.toml:4"),
    }


def test_the_tables_of_dazzle_that_matter_become_facts(tmp_path: Path) -> None:
    text = """\
        [project]
        name = "desk"
        framework_version = "~0.125"

        [modules]
        paths = ["./dsl", "shared/dsl/"]

        [storage.attachments]
        backend = "s3"
        bucket = "${S3_BUCKET}-${STAGE}"
        region = "${AWS_REGION}"
        endpoint_url = "${S3_ENDPOINT_URL}/${STAGE}"
        prefix = "files/${IGNORED}/{user_id}/"

        [auth]
        enabled = true

        [[auth.oauth_providers]]
        provider = "google"
        client_id_env = "GOOGLE_CLIENT_ID"
        client_secret_env = "GOOGLE_CLIENT_SECRET"
        [[auth.oauth_providers]]
        provider = "github"
        client_id_env = "GITHUB_ID"
        client_secret_env = "GITHUB_SECRET"

        [llm]
        driver = "anthropic-api"

        [tenant]
        isolation = "schema"
    """
    manifest = read(tmp_path, text)
    assert manifest.framework_version == "~0.125"
    assert manifest.module_paths == ("dsl", "shared/dsl")
    assert manifest.facts == ProjectFacts(
        storage=(
            StorageTable(
                "attachments", ("S3_BUCKET", "STAGE"), ("AWS_REGION", "S3_ENDPOINT_URL"), source="dazzle.toml:8"
            ),
        ),
        oauth_providers=(
            OAuthProvider("google", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "dazzle.toml:18"),
            OAuthProvider("github", "GITHUB_ID", "GITHUB_SECRET", "dazzle.toml:22"),
        ),
        tenant_isolation="schema",
        llm_driver="anthropic-api",
    )


@pytest.mark.parametrize(
    "text",
    [
        "urls = 2",
        "[modules]\npaths = 'dsl'\n[storage]\nx = 1\n[llm]\ndriver = 3",
        "[auth]\noauth_providers = 'google'\n[modules]\npaths = [1, '']\n[storage.x]\nbucket = 7\nregion = []",
        "[auth]\noauth_providers = [1, {}, { provider = 'x', client_id_env = 'not a name', client_secret_env = 'X' }]",
        "[anything]\nnested.deep = [{ a = 1979-05-27 }]\n[[else]]\n[stack]\nbackends = 12",
    ],
)
def test_what_dazzle_would_refuse_is_left_to_dazzle(tmp_path: Path, text: str) -> None:
    facts = read(tmp_path, text).facts
    assert (facts.oauth_providers, facts.llm_driver, facts.tenant_isolation) == ((), None, None)
    assert [table for table in facts.storage if table.bucket_variables or table.variables] == []


@pytest.mark.parametrize(
    ("constraint", "infra", "version"),
    [
        ("==0.125.0", "", "0.125.0"),
        ("== 0.120.3", "", "0.120.3"),
        ("0.121.1", "", "0.121.1"),
        ("==0.125.0", "dazzle_version = '0.126.0'", "0.126.0"),
        ("~0.125", "", None),
        ("==0.125.*", "", None),
        ("===0.125.0", "", None),
        (">=0.120,<0.130", "", None),
        ("==0.99.0", "", None),
        ("", "", None),
    ],
)
def test_an_exact_version_of_the_framework_is_that_of_the_image(
    tmp_path: Path, constraint: str, infra: str, version: str | None
) -> None:
    manifest = read(tmp_path, f"[project]\nframework_version = '{constraint}'\n[infra]\n{infra}\n")
    assert manifest.dazzle_version == version
    inferred = infer(read_document(SMALL, name="model.json"), manifest.facts)
    files = read_project_files(tmp_path, DEFAULT_RUNTIME, Declared())
    answers = docker_answers(manifest, inferred, "Desk", files)
    assert answers.dazzle_version == (version or DockerAnswers().dazzle_version)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("../shared", "must be inside the project"),
        ("/srv/dsl", "must be relative"),
        ("./", "not the whole project"),
        ("models/*", "must contain only"),
        (".dazzle-infra/dsl", "must not be in .dazzle-infra"),
    ],
)
def test_a_model_that_no_image_can_hold_is_refused_where_an_image_is_made(
    tmp_path: Path, path: str, message: str
) -> None:
    text = f"[project]\nname = 'desk'\n\n[modules]\npaths = ['./dsl', '{path}']\n"
    manifest = read(tmp_path, text)
    with pytest.raises(ManifestError, match=message) as caught:
        image_paths(manifest)
    assert caught.value.message.startswith("[modules] paths")
    assert str(caught.value.where) == "dazzle.toml:5"
    assert "[infra.docker] copy" in (caught.value.hint or "")
    assert image_paths(read(tmp_path, f"{text}[infra.docker]\ncopy = ['app']\n")) == ("app",)


@pytest.mark.slow
def test_such_a_model_stops_docker_alone(tmp_path: Path) -> None:
    modules = "[modules]\npaths = ['./dsl', '../shared']\n"
    project = small_project(tmp_path, MANIFEST + modules)
    refused = run_here("docker", cwd=project)
    assert (refused.status, "[modules] paths" in refused.err, "dazzle.toml:7" in refused.err) == (2, True, True)
    for command in ("explain", "terraform"):
        ran = run_here(command, cwd=project)
        assert ran.status == 0, ran.err
    (project / "dazzle.toml").write_text(MANIFEST + modules + "[infra.docker]\ncopy = ['dsl']\n")
    assert run_here("docker", cwd=project).status == 0
