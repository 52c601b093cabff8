"""What dazzle.toml adds to the model, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.inference.facts import OAuthProvider, Override, ProjectFacts, StorageTable
from dazzle_infra.manifest import Manifest, read_manifest
from tests.support.trees import build_tree


def read(folder: Path, text: str) -> Manifest:
    return read_manifest(build_tree(folder, {"dazzle.toml": text}))


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

        [urls]
        site_url = "https://desk.example.com"
    """
    manifest = read(tmp_path, text)
    assert manifest.framework_version == "~0.125"
    assert manifest.module_paths == ("dsl", "shared/dsl")
    assert manifest.site_url == "https://desk.example.com"
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
        "project = []\nmodules = 1\nstorage = true\nauth = 'x'\nllm = []\ntenant = 1\nurls = 2",
        "[project]\nname = []\nversion = 1\n[modules]\npaths = 'dsl'\n[storage]\nx = 1\n[llm]\ndriver = 3",
        "[auth]\noauth_providers = 'google'\n[modules]\npaths = [1, '']\n[storage.x]\nbucket = 7\nregion = []",
        "[auth]\noauth_providers = [1, {}, { provider = 'x', client_id_env = 'not a name', client_secret_env = 'X' }]",
        "[anything]\nnested.deep = [{ a = 1979-05-27 }]\n[[else]]\n[stack]\nbackends = 12",
    ],
)
def test_what_dazzle_would_refuse_is_left_to_dazzle(tmp_path: Path, text: str) -> None:
    facts = read(tmp_path, text).facts
    assert (facts.oauth_providers, facts.llm_driver, facts.tenant_isolation) == ((), None, None)
    assert [table for table in facts.storage if table.bucket_variables or table.variables] == []
