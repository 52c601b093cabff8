"""Pipelines of GitLab, run for real: what runs when, what a failure stops, and which image each environment gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.records import Check, CiEnvironment
from tests.support.ci_gitlab import REQUEST, SETTINGS, Pipeline, Ran, pipeline
from tests.support.ci_template import CLOUD, GITLAB, SERVER, moved
from tests.support.releases import git

pytestmark = pytest.mark.slow

DESK = GITLAB.model_copy(
    update={
        "app_name": "desk",
        "install": ["./check install"],
        "checks": [Check(name="lint", command="./check lint"), Check(name="test", command="./check test")],
        "targets": [CLOUD.model_copy(update={"infrastructure": ""}), SERVER],
        "environments": [
            CiEnvironment(name="staging", target="terraform", profile="staging", approval=False),
            CiEnvironment(name="production", target="server", domain="desk.example.com"),
        ],
    }
)
PRODUCTION = "desk:deploy:production"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return pipeline(tmp_path_factory.mktemp("desk"), DESK)


@pytest.fixture(scope="module")
def whole(made: Pipeline) -> Ran:
    """A push, and a person who starts production."""
    return made.run(manual=[PRODUCTION])


@pytest.fixture
def desk(made: Pipeline) -> Pipeline:
    made.fail()
    return made


def test_the_image_is_built_once_and_scanned_before_it_is_deployed(whole: Ran) -> None:
    assert whole.status == 0, whole.output
    steps = [
        one.split()[0] for one in whole.calls if one.startswith(("docker buildx build", "trivy", "deploy", "status"))
    ]
    assert steps == ["docker", "trivy", "deploy", "status", "deploy", "status"]
    image = whole.calls_of("deploy")[0].split()[2]
    assert image.startswith("registry.gitlab.example.com/acme/desk@sha256:")
    assert whole.calls_of("trivy")[0].endswith(image)


def test_production_gets_the_image_of_staging_and_each_environment_its_own_login(whole: Ran) -> None:
    staging, production = whole.calls_of("deploy")
    image = staging.split()[2]
    # Role, token and its file; lines of the key without carriage returns, its file, and the option about host keys.
    assert staging == f"deploy staging {image} [aws desk-staging-deploy 10 bytes 600]"
    assert production == f"deploy production {image} [ssh 2 lines 600 1]"


def test_no_secret_is_in_the_log_or_in_the_arguments_of_a_program(whole: Ran) -> None:
    assert "login with 14 bytes" in whole.calls
    assert "hush" not in whole.output
    assert "hush" not in "\n".join(whole.calls)


def test_production_waits_for_a_person(desk: Pipeline) -> None:
    ran = desk.run()
    assert ran.status == 0, ran.output
    assert ran.jobs("PASS") == {"desk:test", "desk:migrations", "desk:build", "desk:scan", "desk:deploy:staging"}
    assert [one.split()[1] for one in ran.calls_of("deploy")] == ["staging"]


def test_a_merge_request_tests_and_gets_no_image_and_no_deployment(desk: Pipeline) -> None:
    ran = desk.run(**REQUEST)
    assert ran.status == 0, ran.output
    assert ran.jobs("PASS") == {"desk:test", "desk:migrations"}
    assert not ran.calls_of("docker buildx build")
    assert not ran.calls_of("docker login")


def test_the_migrations_of_the_merge_base_run_before_those_of_the_change(desk: Pipeline) -> None:
    base = git(desk.top, "rev-parse", "HEAD").strip()
    ran = desk.run("desk:migrations", **REQUEST, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert ran.status == 0, ran.output
    builds = [one.split()[4].rsplit(":", 1)[1] for one in ran.calls_of("docker build --quiet")]
    runs = ran.calls_of("docker run --rm")
    assert builds == ["before", "now"]
    assert [":before " in one for one in runs] == [True, False]
    assert all("127.0.0.1:5432" in one and "--network container:" in one for one in runs)


@pytest.mark.parametrize(
    ("failure", "failed", "not_started"),
    [
        ("check-lint", "desk:test", ["check test", "docker buildx build", "deploy"]),
        ("migration-now", "desk:migrations", ["docker buildx build", "deploy"]),
        ("build", "desk:build", ["trivy", "deploy"]),
        ("scan", "desk:scan", ["deploy"]),
        ("deploy-staging", "desk:deploy:staging", ["status staging", "deploy production"]),
        ("status-staging", "desk:deploy:staging", ["deploy production"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failure_stops_everything_after_it(desk: Pipeline, failure: str, failed: str, not_started: list[str]) -> None:
    desk.fail(failure)
    ran = desk.run(manual=[PRODUCTION])
    assert ran.status != 0
    assert failed in ran.jobs("FAIL"), ran.output
    assert [one for start in not_started for one in ran.calls_of(start)] == []


def test_a_rollback_is_one_button_and_takes_an_image(desk: Pipeline) -> None:
    ran = desk.run("desk:rollback:production", manual=["desk:rollback:production"])
    assert ran.status == 0, ran.output
    assert ran.calls == ["rollback production [ssh 2 lines 600 1]", "status production [ssh 2 lines 600 1]"]
    image = "registry.example.com/acme/desk:1.0 --json"
    ran = desk.run("desk:rollback:staging", manual=["desk:rollback:staging"], ROLLBACK_IMAGE=image)
    assert ran.calls[0] == f"rollback staging {image} [aws desk-staging-deploy 10 bytes 600]"


def test_a_tag_deploys_where_tags_deploy_and_a_push_only_tests(tmp_path: Path) -> None:
    tagged = pipeline(tmp_path, DESK.model_copy(update={"deploy": "tag", "migrations": "manual"}))
    assert tagged.run().jobs("PASS") == {"desk:test", "desk:migrations"}
    by_hand = ["desk:migrate:staging", "desk:migrate:production", PRODUCTION]
    ran = tagged.run(manual=by_hand, unset=["CI_COMMIT_BRANCH"], CI_COMMIT_TAG="v1.2.0")
    assert ran.status == 0, ran.output
    image = ran.calls_of("migrate")[0].split()[2]
    calls = [one.split(" [")[0].replace(image, "IMAGE") for one in ran.calls if one.startswith(("deploy", "migrate"))]
    assert calls == [
        "migrate staging IMAGE",
        "deploy --skip-migrate staging IMAGE",
        "migrate production IMAGE",
        "deploy --skip-migrate production IMAGE",
    ]


def _below(name: str) -> CiAnswers:
    targets = [moved(one, f"apps/{name}") for one in DESK.targets]
    own = {"app_name": name, "project_root": f"apps/{name}", "prefix": f"{name}-", "targets": targets}
    return DESK.model_copy(update=own)


def test_two_applications_run_by_changes_of_their_own_folders(tmp_path: Path) -> None:
    both = pipeline(tmp_path, _below("desk"), _below("shop"))
    both.change("apps/shop/code.py")
    ran = both.run()
    assert ran.status == 0, ran.output
    assert {one.split(":")[0] for one in ran.jobs("PASS")} == {"shop"}
    assert ran.calls_of("deploy")[0].split()[2].startswith(f"{SETTINGS['CI_REGISTRY_IMAGE']}/shop@sha256:")
    assert "{ name: shop-staging }" in ran.output
    ran = both.run("desk:test", CI_PIPELINE_SOURCE="web")
    assert ran.jobs("PASS") == {"desk:test"}
