"""Options, variables, dazzle.toml, the user's file and defaults: which wins, and where each value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import MANIFEST, Ran, run_here, small_project
from tests.support.releases import FOLDER, build_releases, git, manifest
from tests.support.trees import build_tree

USER = '[infra]\ntemplates = "https://git.example.com/infra-{name}.git"\noffline = true\n\n[infra.docker]\nref = "^1"\n'


def config(folder: Path, *arguments: str, user: str | None = None, **variables: str) -> Ran:
    home = folder / "home"
    if user is not None:
        build_tree(home, {"dazzle-infra/config.toml": user})
    return run_here("config", *arguments, cwd=folder, environment={"XDG_CONFIG_HOME": str(home), **variables})


def settings(ran: Ran) -> Mapping[str, Any]:
    assert ran.status == 0, ran.err + ran.out
    return {setting["key"]: setting for setting in ran.json["settings"]}


def test_each_value_comes_with_its_place(tmp_path: Path) -> None:
    small_project(tmp_path, MANIFEST + '\n[infra.docker]\nref = "v1.0.0"\nimage_name = "x"\n')
    found = settings(
        config(tmp_path, "--json", "--offline", user=USER, DAZZLE_INFRA_TERRAFORM_REF="~1.2", DAZZLE_INFRA_OFFLINE="0")
    )
    shown = {key: (one["value"], one["origin"], one["where"] and one["where"]["line"]) for key, one in found.items()}
    assert shown["docker.ref"] == ("v1.0.0", "manifest", 8)
    assert shown["docker.image_name"] == ("x", "manifest", 9)
    assert shown["docker.output"] == ("infra/docker", "default", None)
    assert shown["templates"] == ("https://git.example.com/infra-{name}.git", "user", 2)
    assert shown["terraform.ref"] == ("~1.2", "variable", None)
    assert found["terraform.ref"]["where"]["key"] == "DAZZLE_INFRA_TERRAFORM_REF"
    assert shown["offline"][:2] == (True, "option")
    assert shown["cache.max_templates"] == (50, "default", None)


def test_origins_are_printed_when_asked_for_and_no_project_is_needed(tmp_path: Path) -> None:
    plain = config(tmp_path, user=USER)
    assert plain.status == 0
    assert "config.toml" not in plain.out
    ran = config(tmp_path, "--origin", DAZZLE_INFRA_OFLINE="1")
    lines = {line.split()[0]: line for line in ran.out.splitlines()}
    assert lines["offline"].endswith(f"{tmp_path}/home/dazzle-infra/config.toml:3")
    assert lines["docker.template"].endswith("default")
    assert "unknown variable DAZZLE_INFRA_OFLINE; did you mean DAZZLE_INFRA_OFFLINE?" in ran.err


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[infra]\noflline = true\n", 2, 'unknown key "oflline" in [infra]; did you mean "offline"?'),
        ("[infra.docker]\n\nrev = 'x'\n", 3, 'unknown key "rev" in [infra.docker]; did you mean "ref"?'),
        ("[infra]\nbackends = []\n", 2, 'unknown key "backends" in [infra]'),
        ("offline = true\n", 1, "did you mean offline below [infra]?"),
        ("[infra]\noffline = 1\n", 2, "[infra] offline must be true or false; found the number 1"),
        (
            "[infra]\n[infra.docker]\ntemplate = 'ext::sh -c x'\n",
            3,
            "[infra.docker] template must not use a git transport",
        ),
        ("[infra]\ntemplates = 'https://git.example.com/x'\n", 2, "[infra] templates must contain {name} once"),
        ("[infra.docker]\nref = '^x'\n", 2, "[infra.docker] ref must be"),
        ("[infra.cache]\nmax_mb = 0\n", 2, "[infra.cache] max_mb must be greater than or equal to 1"),
        ("[infra]\nx = \n", 2, "is not TOML"),
        ("infra = 3\n", 1, "[infra] must be a table"),
    ],
)
def test_a_mistake_in_the_users_file_is_named_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    ran = config(tmp_path, "--json", user=text)
    assert ran.status == 2
    assert says in ran.json["message"]
    assert ran.json["where"]["file"] == str(tmp_path / "home/dazzle-infra/config.toml")
    assert (ran.json["where"]["line"], ran.json["code"]) == (line, "configuration")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DAZZLE_INFRA_OFFLINE", "maybe", "DAZZLE_INFRA_OFFLINE must be 1 or 0"),
        ("DAZZLE_INFRA_CACHE_MAX_MB", "-1", "DAZZLE_INFRA_CACHE_MAX_MB must be a whole number"),
        ("DAZZLE_INFRA_CACHE_MAX_MB", "0", "DAZZLE_INFRA_CACHE_MAX_MB must be greater than"),
        ("DAZZLE_INFRA_DOCKER_TEMPLATE", "--upload-pack=x", "DAZZLE_INFRA_DOCKER_TEMPLATE must not begin with `-`"),
        ("DAZZLE_INFRA_TEMPLATES", "/t/x", "DAZZLE_INFRA_TEMPLATES must contain {name}"),
        ("DAZZLE_INFRA_DOCKER_REF", "a b", "DAZZLE_INFRA_DOCKER_REF must be a tag"),
    ],
)
def test_a_mistake_in_a_variable_is_named(tmp_path: Path, variable: str, value: str, says: str) -> None:
    ran = config(tmp_path, "--json", **{variable: value})
    assert (ran.status, ran.json["code"], ran.json["where"]["key"]) == (2, "configuration", variable)
    assert ran.json["message"].startswith(says)


def test_an_option_that_cannot_be_is_named(tmp_path: Path) -> None:
    ran = config(tmp_path, "--json", "--template", "ext::sh -c x")
    assert ran.status == 2
    assert ran.json["message"].startswith("--template must not use a git transport helper")


def _docker(project: Path, *arguments: str, **variables: str) -> Any:
    environment = {"XDG_CONFIG_HOME": str(project / "home"), **variables}
    ran = run_here("docker", "--dry-run", "--json", *arguments, cwd=project, environment=environment)
    assert ran.status == 0, ran.out
    return ran.json["backends"][0]["template"]


@pytest.mark.slow
def test_what_is_said_nearest_to_the_person_is_taken(tmp_path: Path) -> None:
    templates = {}
    for name in ("user", "manifest", "variable", "option"):
        template = build_releases(tmp_path / f"{name}-docker")
        git(template, "tag", f"v1.2.0+{name}", "main")
        git(template, "commit", "-q", "--allow-empty", "-m", "x")
        git(template, "tag", f"v9.0.0+{name}")
        templates[name] = template
    project = small_project(tmp_path / "project", MANIFEST)
    user = f'[infra]\ntemplates = "{tmp_path}/user-{{name}}"\n[infra.docker]\nref = "v9.0.0+user"\n'
    build_tree(project, {"home/dazzle-infra/config.toml": user})
    assert _docker(project) == {"source": f"git+{templates['user'].as_uri()}", "to": "v9.0.0+user"}
    (project / "dazzle.toml").write_text(MANIFEST + 'templates = "../manifest-{name}"\n')
    # The user's `ref` is one of the user's template.
    assert _docker(project) == {"source": f"git+{templates['manifest'].as_uri()}", "to": "v9.0.0+manifest"}
    (project / "dazzle.toml").write_text(
        MANIFEST + f'[infra.docker]\ntemplate = "{templates["manifest"]}"\nref = "^1"\n'
    )
    assert _docker(project)["to"] == "v1.2.0+manifest"
    variable = {"DAZZLE_INFRA_DOCKER_TEMPLATE": "../variable-docker"}
    assert _docker(project, **variable)["source"] == f"git+{templates['variable'].as_uri()}"
    assert _docker(project, **variable)["to"] == "v9.0.0+variable"
    option = _docker(project, "--template", "../option-docker", **variable)
    assert option == {"source": f"git+{templates['option'].as_uri()}", "to": "v9.0.0+option"}
    assert _docker(project, "--template", "embedded")["source"] == "git+dazzle-infra://docker"


def test_the_users_default_does_not_change_what_exists(tmp_path: Path) -> None:
    template = build_releases(tmp_path / "template")
    other = build_releases(tmp_path / "other-docker")
    git(other, "tag", "v9.0.0")
    project = small_project(tmp_path / "project", manifest(template, None))
    assert run_here("docker", cwd=project).status == 0
    (project / "dazzle.toml").write_text(MANIFEST)
    build_tree(project, {"home/dazzle-infra/config.toml": f'[infra]\ntemplates = "{tmp_path}/other-{{name}}"\n'})
    home = {"XDG_CONFIG_HOME": str(project / "home")}
    assert run_here("check", cwd=project, environment=home).status == 0
    assert template.as_uri() in (project / FOLDER / ".copier-answers.yml").read_text()


def test_a_source_that_an_organisation_names_is_refused_at_its_place(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project", MANIFEST)
    build_tree(project, {"home/dazzle-infra/config.toml": '[infra]\n\ntemplates = "./none-{name}"\n'})
    ran = run_here("docker", "--json", cwd=project, environment={"XDG_CONFIG_HOME": str(project / "home")})
    assert ran.status == 5
    assert str(project / "home/dazzle-infra/none-docker") in ran.json["message"]
    assert (ran.json["where"]["line"], ran.json["where"]["key"]) == (3, "[infra] templates")
