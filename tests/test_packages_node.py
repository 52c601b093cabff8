"""Projects of npm, pnpm and Yarn: what goes into the image's packages stage, and what is refused before a build."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from dazzle_infra.errors import ExitCode, PackagesError
from dazzle_infra.project.packages.analysis import packages_stage
from dazzle_infra.project.packages.stage import PackagesStage
from tests.support.trees import build_tree

Files = Mapping[str, str | bytes]


def package(name: str = "web", scripts: Mapping[str, str] | None = None, **tables: object) -> str:
    return json.dumps({"name": name, "scripts": scripts or {}, **tables}, indent=1)


def staged(folder: Path, manager: str, files: Files) -> PackagesStage:
    return packages_stage(build_tree(folder, files), manager)


def repository(folder: Path, files: Files) -> Path:
    build_tree(folder, files)
    (folder / ".git").mkdir()
    return folder / "apps/web"


MEMBERS: Files = {
    "apps/web/package.json": package(dependencies={"@acme/core": "workspace:*", "ms": "2.1.3"},
                                     devDependencies={"tools": "workspace:^"}),
    "libs/core/package.json": package("@acme/core", dependencies={"base": "workspace:*"}),
    "libs/base/package.json": package("base"),
    "libs/tools/package.json": package("tools", dependencies={"@acme/core": "workspace:*"}),
    "libs/unused/package.json": package("unused"),
    "libs/ignored/package.json": package("ignored"),
    "libs/core/node_modules/x/package.json": package("x"),
}  # fmt: skip
MANIFESTS = (
    *("apps/web/package.json", "libs/base/package.json", "libs/core/package.json", "libs/tools/package.json"),
    *("libs/unused/package.json", "package.json"),
)
ROOTS: dict[str, Files] = {
    "pnpm": {
        "package.json": package("root"),
        "pnpm-workspace.yaml": "packages: ['apps/*', 'libs/**', '!libs/ignored']\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    },
    "npm": {
        "package.json": package("root", workspaces=["apps/web", "libs/*", "!libs/ignored"]),
        "package-lock.json": "{}",
    },
    "yarn": {
        "package.json": package("root", workspaces={"packages": ["apps/*", "libs/[bctu]*"]}),
        "yarn.lock": "__metadata:\n  version: 8\n",
    },
}


@pytest.mark.parametrize("manager", ROOTS)
def test_a_member_of_a_workspace_is_installed_at_the_root_of_the_workspace(tmp_path: Path, manager: str) -> None:
    found = packages_stage(repository(tmp_path, {**MEMBERS, **ROOTS[manager]}), manager)
    assert (found.context, found.project, found.root) == ("../..", "apps/web", ".")
    assert found.files == tuple(sorted({*MANIFESTS, *ROOTS[manager]}))
    assert found.folders == found.members == ("libs/base", "libs/core", "libs/tools")


def test_the_root_of_a_workspace_may_be_the_project(tmp_path: Path) -> None:
    files = {**ROOTS["npm"], **MEMBERS, "package.json": package(workspaces=["libs/*"], dependencies={"base": "^1"})}
    found = staged(tmp_path, "npm", files)
    assert (found.context, found.project, found.members, found.folders) == (".", ".", ("libs/base",), ("libs/base",))


@pytest.mark.parametrize("pattern", ["apps/other", "web", "apps/*/deep"])
def test_a_lock_above_counts_only_for_members(tmp_path: Path, pattern: str) -> None:
    files = {**MEMBERS, **ROOTS["pnpm"], "pnpm-workspace.yaml": f"packages: [{pattern}, 'libs/*']\n",
             "apps/web/package.json": package()}  # fmt: skip
    found = packages_stage(repository(tmp_path, files), "pnpm")
    assert (found.context, found.files, found.members) == (".", ("package.json",), None)


def test_a_lock_outside_of_the_repository_does_not_count(tmp_path: Path) -> None:
    build_tree(tmp_path, {**ROOTS["pnpm"], "apps/web/package.json": package(), "apps/web/.git/config": ""})
    assert packages_stage(tmp_path / "apps/web", "pnpm").files == ("package.json",)


def test_settings_patches_and_hooks_of_pnpm_are_copied(tmp_path: Path) -> None:
    files = {
        "package.json": package(pnpm={"patchedDependencies": {"ms@2.1.3": "patches/ms@2.1.3.patch"}}),
        "pnpm-lock.yaml": "",
        "pnpm-workspace.yaml": "overrides: {ms: 2.1.3}\npatchedDependencies:\n  a: patches/a.patch\n",
        ".pnpmfile.cjs": "",
        "patches/ms@2.1.3.patch": "",
        "patches/a.patch": "",
        ".npmrc": "strict-peer-dependencies=false\n",
    }
    found = staged(tmp_path, "pnpm", files)
    assert found.files == tuple(sorted(files))
    assert (found.members, found.folders) == (None, ())


def test_releases_plugins_and_patches_of_yarn_are_copied(tmp_path: Path) -> None:
    rc = "yarnPath: .yarn/releases/yarn-4.5.0.cjs\nplugins:\n- path: .yarn/plugins/p.cjs\n  spec: x\n"
    files = {
        "package.json": package(
            dependencies={"ms": "patch:ms@npm%3A2.1.3#~/.yarn/patches/ms.patch"},
            resolutions={"a": "patch:a@npm:1#./.yarn/patches/a.patch", "b": "patch:b@1#optional!builtin<compat/b>"},
        ),
        "yarn.lock": "",
        ".yarnrc.yml": rc,
        ".yarn/releases/yarn-4.5.0.cjs": "",
        ".yarn/plugins/p.cjs": "",
        ".yarn/patches/ms.patch": "",
        ".yarn/patches/a.patch": "",
    }
    assert staged(tmp_path, "yarn", files).files == tuple(sorted(files))


def test_settings_of_yarn_1_are_copied(tmp_path: Path) -> None:
    rc = '# yarn\nyarn-path ".yarn/yarn.js"\nyarn-offline-mirror "./mirror"\nregistry "https://r.example"\n--x true y\n'
    files = {"package.json": package(), "yarn.lock": "", ".yarnrc": rc, ".yarn/yarn.js": "", "mirror/a.tgz": ""}
    found = staged(tmp_path, "yarn", files)
    assert found.files == (".yarn/yarn.js", ".yarnrc", "package.json", "yarn.lock")
    assert found.folders == ("mirror",)


@pytest.mark.parametrize(
    ("manager", "name", "content"),
    [
        ("npm", ".npmrc", "; token\n//r.example/:_authToken=${NPM_TOKEN}\n"),
        ("pnpm", ".npmrc", "\n//r.example/:_authToken = ${NPM_TOKEN:-}\n"),
        ("yarn", ".yarnrc.yml", "npmScopes:\n  acme: {npmAuthToken: '${NPM_TOKEN-}'}\n"),
    ],
)
def test_variables_of_tokens_are_build_secrets(tmp_path: Path, manager: str, name: str, content: str) -> None:
    found = staged(tmp_path, manager, {"package.json": package(), name: content})
    assert [(one.name, str(one.where)) for one in found.secrets] == [("NPM_TOKEN", f"{name}:2")]
    assert name in found.files


@pytest.mark.parametrize(
    ("script", "files", "folders", "needs_tools"),
    [
        ("node scripts/after.js", (), ("scripts",), False),
        ("node after.mjs && echo done", ("after.mjs",), (), False),
        ("patch-package", (), ("patches",), True),
        ("ms", (), (), False),
        ("npm run gen", (), ("prisma",), True),
        ("npx husky || true", (), (), True),
        ("sh ./scripts/after.js", (), ("scripts",), False),
        ("node --env-file=.env after.mjs", ("after.mjs",), (), False),
        ("node 'unclosed", (), (), False),
        ("", (), (), False),
    ],
)
def test_files_that_scripts_of_the_installation_need_are_copied(
    tmp_path: Path, script: str, files: tuple[str, ...], folders: tuple[str, ...], needs_tools: bool
) -> None:
    build_tree(tmp_path, {"patches/x.patch": "", "prisma/schema.prisma": "", "scripts/after.js": "", "after.mjs": ""})
    build_tree(tmp_path, {".env": "", "test.js": ""})
    scripts = {"postinstall": script, "gen": "prisma generate", "test": "node test.js"}
    manifest = package(scripts=scripts, dependencies={"ms": "2"}, devDependencies={"patch-package": "8"})
    found = staged(tmp_path, "npm", {"package.json": manifest})
    assert found.files == tuple(sorted({*files, "package.json"}))
    assert (found.folders, found.needs_tools) == (folders, needs_tools)


def test_the_folder_of_the_schema_may_be_elsewhere(tmp_path: Path) -> None:
    manifest = package(scripts={"prepare": "prisma generate"}, prisma={"schema": "db/schema.prisma"})
    assert staged(tmp_path, "npm", {"package.json": manifest, "db/schema.prisma": ""}).folders == ("db",)


def test_local_packages_of_a_single_project_are_copied(tmp_path: Path) -> None:
    manifest = package(dependencies={"a": "file:libs/a", "b": "link:./libs/b", "c": "./c-1.0.0.tgz"})
    files = {"package.json": manifest, "libs/a/package.json": package("a", dependencies={"d": "file:../d"}),
             "libs/b/package.json": package("b"), "libs/d/package.json": package("d"), "c-1.0.0.tgz": ""}  # fmt: skip
    found = staged(tmp_path, "npm", files)
    assert (found.files, found.folders) == (("c-1.0.0.tgz", "package.json"), ("libs/a", "libs/b", "libs/d"))


@pytest.mark.parametrize(
    ("name", "version", "build"),
    [
        ("x", "git+https://git.example/x.git#v1", "git"),
        ("x", "github:acme/x", "git"),
        ("x", "acme/x#main", "git"),
        ("prisma", "^6", "openssl"),
        ("pg-native", "3", "libpq-dev"),
    ],
)
def test_debian_packages_are_proposed_by_name(tmp_path: Path, name: str, version: str, build: str) -> None:
    (proposal,) = staged(tmp_path, "npm", {"package.json": package(dependencies={name: version})}).proposals
    assert (proposal.needed_by, build in proposal.build, proposal.where.line) == (name, True, 5)


@pytest.mark.parametrize("version", ["^1.2", "*", "npm:other@1", "latest", "https://x.example/x.tgz", "1.x || 2"])
def test_nothing_is_proposed_for_packages_of_a_registry(tmp_path: Path, version: str) -> None:
    assert staged(tmp_path, "npm", {"package.json": package(dependencies={"x": version})}).proposals == ()


@pytest.mark.parametrize("name", ["bun.lock", "bun.lockb", "yarn.lock"])
def test_a_lock_that_is_not_read_is_a_remark(tmp_path: Path, name: str) -> None:
    (remark,) = staged(tmp_path, "package", {"package.json": package(), name: ""}).remarks
    assert (str(remark.where), "is not read" in remark.message) == (name, True)


def depends(version: object, name: str = "x") -> Files:
    return {"package.json": package(dependencies={name: version})}


REFUSED: list[tuple[str, Files, str, str]] = [
    ("npm", {"package.json": "{\n"}, "package.json:2", "is not JSON"),
    ("npm", {"package.json": "[]"}, "package.json:1", "contains no table"),
    ("npm", {"package.json": b"{}\n\xff"}, "package.json:2", "is not UTF-8"),
    ("npm", {"package.json": '{\n"dependencies": []}'}, "package.json:2", "dependencies must be a table"),
    ("npm", {"package.json": '{\n"workspaces": "x"}'}, "package.json:2", "workspaces must be a list of strings"),
    ("npm", {"package-lock.json": "{\n<<<<<<<"}, "package-lock.json:2", "is not JSON"),
    ("pnpm", {"pnpm-workspace.yaml": "a: [\n"}, "pnpm-workspace.yaml:2", "is not YAML"),
    ("yarn", {".yarnrc.yml": "a: b: c\n"}, ".yarnrc.yml:1", "is not YAML"),
    ("npm", depends(1), "package.json:5", "must be a string"),
    ("npm", depends("file:/opt/x"), "package.json:5", "is absolute"),
    ("npm", depends("file:///opt/x"), "package.json:5", "is a file of this machine"),
    ("npm", depends("file:../x"), "package.json:5", "leads outside of the project"),
    ("npm", depends("file:x"), "package.json:5", "does not exist"),
    ("npm", {**depends("file:libs"), "libs/a.js": ""}, "package.json:5", "contains no package.json"),
    ("npm", depends("git+ssh://git@git.example/x.git"), "package.json:5", "needs an ssh key"),
    ("pnpm", depends("workspace:*"), "package.json:5", "x is not a member of the workspace"),
    ("npm", {".npmrc": "\n//r.example/:_authToken=npm_abc\n"}, ".npmrc:2", "contains a secret"),
    ("npm", {".npmrc": "_password=aGk=\n"}, ".npmrc:1", "contains a secret"),
    ("npm", {".npmrc": "cafile=/etc/ca.pem\n"}, ".npmrc:1", "is absolute"),
    ("npm", {".npmrc": "registry=https://me:hunter2@r.example/\n"}, ".npmrc:1", "contains a password"),
    ("yarn", {".yarnrc.yml": "npmAuthToken: abc\n"}, ".yarnrc.yml:1", "contains a secret"),
    ("yarn", {".yarnrc.yml": "a: 1\nyarnPath: .yarn/yarn.cjs\n"}, ".yarnrc.yml:2", "does not exist"),
    ("yarn", {".yarnrc": "yarn-path '/opt/yarn'\n"}, ".yarnrc:1", "is absolute"),
    ("yarn", {".yarnrc": "a 'b\n"}, ".yarnrc:1", "quotation marks"),
    ("yarn", depends("patch:x@1#~/gone.patch"), "package.json:5", "does not exist"),
    ("pnpm", {"pnpm-workspace.yaml": "patchedDependencies:\n  a: ../a\n"}, "pnpm-workspace.yaml:2", "leads outside"),
]  # fmt: skip


@pytest.mark.parametrize(("manager", "files", "where", "message"), REFUSED)
def test_what_no_image_can_install_is_refused_with_file_and_line(
    tmp_path: Path, manager: str, files: Files, where: str, message: str
) -> None:
    with pytest.raises(PackagesError) as caught:
        staged(tmp_path / "project", manager, {"package.json": package(), **files})
    error = caught.value
    assert (error.exit_code, bool(error.hint)) == (ExitCode.USAGE, True)
    assert error.where is not None
    assert (f"{error.where.file}:{error.where.line}", message in error.message or error.message) == (where, True)
    assert "hunter2" not in f"{error.message}{error.hint}"


def test_a_link_is_refused(tmp_path: Path) -> None:
    build_tree(tmp_path, {"real.json": "{}"})
    (tmp_path / "package.json").symlink_to("real.json")
    with pytest.raises(PackagesError, match="is a link"):
        packages_stage(tmp_path, "npm")


def test_a_project_without_package_json_has_no_packages(tmp_path: Path) -> None:
    assert packages_stage(tmp_path, "package") == PackagesStage()
