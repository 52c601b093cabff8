"""From the model, dazzle.toml and the other backends to the answers of the CI template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from dazzle_infra.backends import Application, DeployTarget, register_backend
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.backend import CiBackend
from dazzle_infra.backends.contributions import OPS_SCRIPTS, TargetVariable
from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.registry import application_for
from dazzle_infra.errors import ManifestError, UsageError
from tests.support.releases import git
from tests.support.workloads import BUSY, RUNTIMES, application

ALL = 'backends = ["docker", "terraform", "server", "ci"]\n'
SERVER = 'backends = ["docker", "server", "ci"]\n'


def answers(
    folder: Path, manifest: str = ALL, runtime: str = "fastapi", recorded: dict[str, object] | None = None
) -> CiAnswers:
    """Return the answers for a project with those lines of `[infra]`."""
    one = application(folder, BUSY, manifest, RUNTIMES[runtime])
    return answered(one, recorded)


def answered(one: Application, recorded: dict[str, object] | None = None) -> CiAnswers:
    """Return the answers for a project that was loaded."""
    return CiBackend().answers(application_for(CiBackend(), one), Made(recorded or {}))


def order(found: CiAnswers) -> list[tuple[str, str, bool]]:
    """Return name, target and approval of each environment."""
    return [(one.name, one.target, one.approval) for one in found.environments]


def test_environments_are_in_the_order_of_promotion_and_production_asks(tmp_path: Path) -> None:
    manifest = (
        ALL + '[infra.terraform]\nenvironments = ["prod", "qa", "dev"]\n[infra.server]\nenvironments = ["live"]\n'
    )
    assert order(answers(tmp_path, manifest)) == [
        ("dev", "terraform", False),
        ("qa", "terraform", False),
        ("prod", "terraform", True),
        ("live", "server", True),
    ]


def test_the_manifest_states_which_environments_ask(tmp_path: Path) -> None:
    manifest = ALL + "[infra.env.staging]\napproval = true\n[infra.env.prod]\napproval = false\n"
    asked = {one.name: one.approval for one in answers(tmp_path, manifest).environments}
    assert asked == {"dev": False, "staging": True, "prod": False, "production": True}


def test_an_environment_of_two_targets_is_deployed_by_the_one_that_the_manifest_names(tmp_path: Path) -> None:
    manifest = ALL + '[infra.server]\nenvironments = ["prod"]\n[infra.env.prod]\ntarget = "server"\n'
    assert ("prod", "server", True) in order(answers(tmp_path, manifest))


@pytest.mark.parametrize(
    ("stated", "message", "where"),
    [
        ("", "terraform and server deploy an environment prod", "dazzle.toml:4"),
        (
            '[infra.env.prod]\ntarget = "docker"\n',
            'target: "docker" does not deploy an environment prod',
            "dazzle.toml:10",
        ),
        (
            '[infra.env.dev]\ntarget = "server"\n[infra.env.prod]\ntarget = "server"\n',
            'target: "server" does not deploy an environment dev',
            "dazzle.toml:10",
        ),
    ],
    ids=["none is named", "one that deploys nothing", "one without that environment"],
)
def test_a_choice_of_the_target_that_cannot_be_is_refused(
    tmp_path: Path, stated: str, message: str, where: str
) -> None:
    manifest = f'{ALL}[infra.server]\nenvironments = ["prod"]\n{stated}'
    with pytest.raises(ManifestError, match=re.escape(message)) as refused:
        answers(tmp_path, manifest)
    assert str(refused.value.where) == where
    assert refused.value.hint


def test_targets_state_what_a_pipeline_needs(tmp_path: Path) -> None:
    found = answers(tmp_path, ALL + '[infra.terraform]\ncli = "tofu"\n')
    assert [(one.name, one.folder, one.login, one.infrastructure) for one in found.targets] == [
        ("terraform", "infra/terraform", "aws", "tofu"),
        ("server", "infra/server", "ssh", ""),
    ]
    variables = {one.name: one.secret for target in found.targets for one in target.variables}
    assert {name for name, secret in variables.items() if secret} == {"SSH_PRIVATE_KEY"}
    assert {"AWS_DEPLOY_ROLE", "AWS_PLAN_ROLE", "AWS_APPLY_ROLE", "SSH_KNOWN_HOSTS"} <= set(variables)
    roots = {one.name: one.root for one in found.environments}
    assert roots == {
        **{name: f"infra/terraform/envs/{name}" for name in ("dev", "staging", "prod")},
        "production": "",
    }


class Charts(Backend):
    """Deploys with Helm."""

    name: ClassVar[str] = "charts"
    summary: ClassVar[str] = "a chart"
    template: ClassVar[str] = "server"
    scripts: ClassVar[dict[str, str]] = dict(OPS_SCRIPTS)

    def target(self, application: Application) -> DeployTarget:
        variable = TargetVariable("CLUSTER_TOKEN", "the token\nof the cluster", secret=True)
        return DeployTarget("infra/charts", ("live",), self.scripts, ("helm",), variables=(variable,), name="mine")


@pytest.fixture
def charts(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Charts]]:
    """Register a backend of another package."""
    with register_backend(Charts):
        yield Charts


def test_a_target_of_another_package_is_deployed_like_one_of_this_package(tmp_path: Path, charts: type[Charts]) -> None:
    [target] = answers(tmp_path, 'backends = ["docker", "charts", "ci"]\n').targets
    assert (target.name, target.login, target.tools) == ("charts", "none", ["helm"])
    [variable] = target.variables
    assert (variable.name, variable.secret, variable.because) == ("CLUSTER_TOKEN", True, "the token of the cluster")


def test_a_target_without_the_scripts_that_pipelines_call_is_left_out(
    tmp_path: Path, charts: type[Charts], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "scripts", {"deploy": "bin/deploy"})
    one = application(tmp_path, BUSY, 'backends = ["docker", "charts", "ci"]\n', RUNTIMES["fastapi"])
    assert answered(one).targets == []
    said = CiBackend().warnings(application_for(CiBackend(), one))
    assert any(one.startswith("pipelines do not deploy with charts") for one in said)


@pytest.mark.parametrize(
    ("files", "stated", "recorded", "provider", "runner"),
    [
        ([], "", {}, "github", "ubuntu-24.04"),
        ([".gitlab-ci.yml"], "", {}, "gitlab", ""),
        ([".gitlab/issue_templates/bug.md"], "", {}, "gitlab", ""),
        ([".gitlab-ci.yml"], 'provider = "github"\n', {"provider": "gitlab"}, "github", "ubuntu-24.04"),
        ([".gitlab-ci.yml"], "", {"provider": "github"}, "github", "ubuntu-24.04"),
        ([], 'runner = "large"\n', {"provider": "gitlab"}, "gitlab", "large"),
        ([], "", {"provider": "jenkins"}, "github", "ubuntu-24.04"),
    ],
    ids=["default", "file", "folder", "stated", "recorded", "runner", "an unknown one"],
)
def test_the_provider_is_the_stated_one_else_the_recorded_one_else_that_of_the_files(
    tmp_path: Path, files: list[str], stated: str, recorded: dict[str, object], provider: str, runner: str
) -> None:
    git(tmp_path, "init", "--quiet")
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("x: 1\n")
    found = answers(tmp_path / "apps/desk", f"{SERVER}[infra.ci]\n{stated}", recorded=recorded)
    assert (found.provider, found.runner) == (provider, runner)


def test_a_project_below_the_top_has_a_prefix_and_paths_from_the_top(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    found = answers(tmp_path / "apps/desk")
    assert (found.project_root, found.prefix) == ("apps/desk", "desk-")
    assert [one.folder for one in found.targets] == ["apps/desk/infra/terraform", "apps/desk/infra/server"]
    assert found.environments[0].root == "apps/desk/infra/terraform/envs/dev"
    top = answers(tmp_path / "other", SERVER)
    assert top.prefix == "desk-"


@pytest.mark.parametrize("name", ["my shop", "shop${{x}}", "shop'", "-shop", "shop*"])
def test_a_folder_whose_name_a_pipeline_would_interpret_is_refused(tmp_path: Path, name: str) -> None:
    git(tmp_path, "init", "--quiet")
    with pytest.raises(UsageError, match=re.escape(f'"apps/{name}"')):
        answers(tmp_path / "apps" / name)


def test_variables_of_tests_are_addresses_of_this_machine_and_texts_that_are_no_secrets(tmp_path: Path) -> None:
    found = {one.name: one.value for one in answers(tmp_path, runtime="dazzle").test_variables}
    assert found["DATABASE_URL"] == "postgresql://test:test@127.0.0.1:5432/test"
    assert found["JWT_SECRET"] == "test-only-value-that-is-no-secret"
    assert "FORWARDED_ALLOW_IPS" not in found
    assert list(found) == sorted(found)


def test_the_image_and_its_migration_are_those_of_the_other_backends(tmp_path: Path) -> None:
    found = answers(tmp_path, SERVER)
    assert (found.dockerfile, found.build_context) == ("infra/docker/Dockerfile", ".")
    assert found.migrate[0] == "alembic"
    assert (found.language, found.language_version) == ("python", "3.12")
    node = answers(tmp_path / "node", SERVER, "express")
    assert (node.language, node.language_version) == ("node", "24")


def test_a_name_that_was_recorded_stays(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    found = answers(tmp_path / "apps/desk", SERVER, recorded={"app_name": "old-desk"})
    assert (found.app_name, found.prefix) == ("old-desk", "old-desk-")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(
            ("branch", value)
            for value in ("a b", "x'y", "x${{ y }}", "-main", "a..b", "main/", "", "x*", "a.lock", "é")
        ),
        *(("runner", value) for value in ("a b", "x${{ y }}", '"', "-x", "self-hosted, linux", "")),
        *(("registry", value) for value in ("ghcr.io/a b", "ghcr.io/${{ x }}", "Ghcr.io/a", "https://ghcr.io/a", "")),
        *(("provider", value) for value in ("jenkins", "GitHub", "")),
        ("deploy", "merge"),
        ("migrations", "never"),
    ],
)
def test_a_value_that_a_pipeline_would_interpret_is_refused_with_its_key(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(ManifestError, match=re.escape(f"[infra.ci] {key}")) as refused:
        answers(tmp_path, f"{SERVER}[infra.ci]\n{key} = {value!r}\n".replace('"\'"', "'''\"'''"))
    assert str(refused.value.where) == "dazzle.toml:8"


@pytest.mark.parametrize("name", ["my env", "live${{x}}", "live'", "Live", "a-very-long-name"])
def test_an_environment_name_that_a_pipeline_would_interpret_is_refused(tmp_path: Path, name: str) -> None:
    manifest: Any = f'{SERVER}[infra.server]\nenvironments = ["{name}"]\n'
    with pytest.raises(ManifestError, match=re.escape("[infra.server] environments")) as refused:
        answers(tmp_path, manifest)
    assert str(refused.value.where) == "dazzle.toml:8"


def test_a_target_that_is_not_enabled_any_more_is_refused_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=re.escape('[infra.env.dev] target: "terraform" is not enabled')) as refused:
        answers(tmp_path, 'backends = ["docker", "ci"]\n[infra.env.dev]\ntarget = "terraform"\n')
    assert str(refused.value.where) == "dazzle.toml:8"
    assert "[infra] backends" in str(refused.value.hint)
