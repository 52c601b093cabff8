"""The books of the server template: what they name exists, and what exists is in them."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

from dazzle_infra.backends.server.answers import ServerAnswers
from tests.support.copiers import copier_of
from tests.support.server_template import EVERYTHING, SHAPES, TEMPLATE, TYPICAL, render, rendered

BOOKS = ("README.md", "DEPLOYMENT.md", "RUNBOOK.md", "RECOVERY.md")
ANSWERS = {
    **SHAPES,
    "external": EVERYTHING.model_copy(
        update={"object_storage": "external", "secrets_source": "sops", "tenant_domain": "", "runtime": "django"}
    ),
    "unnamed": TYPICAL.model_copy(
        update={"environments": [TYPICAL.environments[0].model_copy(update={"host": "", "domain": ""})]}
    ),
}
MANIFEST = (Path(__file__).parents[1] / "docs" / "manifest.md").read_text()

# Variables that the commands of the books set, and names of other programs.
LOCAL = {
    "ENV",
    "OPS",
    "DIR",
    "IMAGE",
    "STACK",
    "COLOR",
    "NAME",
    "DUMP",
    "BACKUP",
    "COMMAND",
    "ADDRESS",
    "HOST",
    "SNAPSHOT",
}
OTHERS = {
    "PATH",
    "USER",
    "ENDPOINT",
    "BUCKET",
    "MACHINE_KEY",
    "YOUR_KEY",
    "INDEX_TOKEN",
    "DAZZLE_ENV",
    "NOPASSWD",
    "ALL",
    "SSH",
    "SOPS",
}


@cache
def tree(shape: str, folder: Path) -> Path:
    """Return a shape that was rendered once."""
    if shape in SHAPES:
        return rendered(shape, folder)
    return render(copier_of(TEMPLATE), folder / f"books-{shape}", ANSWERS[shape])


@pytest.fixture(params=ANSWERS)
def shape(request: pytest.FixtureRequest) -> str:
    """Return each shape."""
    name: str = request.param
    return name


@pytest.fixture
def answers(shape: str) -> ServerAnswers:
    """Return the answers of a shape."""
    return ANSWERS[shape]


@pytest.fixture
def folder(shape: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a shape."""
    return tree(shape, tmp_path_factory.getbasetemp())


def text_of(folder: Path) -> str:
    """Return the text of all books."""
    return "\n".join((folder / name).read_text() for name in BOOKS)


def code_of(text: str) -> list[str]:
    """Return the commands in blocks, joined where a line continues, and those between backticks."""
    found = re.findall(r"^ *```sh(?:ell)?\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in found for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [*lines, *re.findall(r"`([^`\n]+)`", prose)]


def headings(path: Path) -> list[str]:
    """Return the titles of a book."""
    return re.findall(r"^#+ (.*)$", re.sub(r"^ *```.*?^ *```$", "", path.read_text(), flags=re.M | re.S), re.MULTILINE)


def anchor(title: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-")


def test_every_script_and_option_exists(folder: Path) -> None:
    calls = [line for line in code_of(text_of(folder)) if "$OPS/" in line]
    assert len(calls) > 15
    for line in calls:
        for name, rest in re.findall(r"\$OPS/([a-z-]+)([^|;&]*)", line):
            script = folder / "ops" / name
            assert script.is_file(), line
            usage = script.read_text()
            before_command = rest.split(" -- ")[0]
            for option in re.findall(r"(?<!\S)--[a-z-]+", before_command):
                assert re.search(rf'usage="[^"]*\[{option}\]', usage), line
            words = [word for word in before_command.split() if not word.startswith("--")]
            if name == "secrets":
                verb = words.pop(0)
                assert re.search(rf'usage="[^"]*\b{verb}\b', usage), line
            assert not words or words[0] in {"$ENV", "local", "ENVIRONMENT"}, line


def test_every_script_of_the_folder_is_in_the_readme(folder: Path, answers: ServerAnswers) -> None:
    named = set(re.findall(r"\$OPS/([a-z-]+)", text_of(folder)))
    rendered = {path.name for path in (folder / "ops").iterdir() if path.is_file()}
    assert named <= rendered
    assert rendered - named <= ({"migrate"} if "release" not in {one.kind for one in answers.services} else set()) | (
        {"backup", "restore"} if not answers.stores else set()
    )


def test_every_path_exists(folder: Path, answers: ServerAnswers) -> None:
    first = answers.environments[0].name
    paths = 0
    for code in code_of(text_of(folder)):
        for path in re.findall(
            r"(?<![\w$/.~:@-])(?:ops|machine|ansible|environments|caddy|monitoring)(?:/[\w.*-]+)*", code
        ):
            if path in {"machine", "caddy", "ansible"} and code != path:
                continue
            paths += 1
            assert list(folder.glob(path.replace("NAME", first))), code
    assert paths > 10
    for name in re.findall(r"\b[a-z-]+\.yml\b", text_of(folder)):
        assert list(folder.rglob(name)), name
    for name in re.findall(r"`(compose[\w.*-]*\.yaml)`", text_of(folder)):
        assert list(folder.glob(name)), name


def test_every_unit_exists(folder: Path, answers: ServerAnswers) -> None:
    units = re.findall(rf"\b{answers.app_name}-([a-z-]+)\.(service|timer)", text_of(folder))
    assert units
    for name, kind in units:
        assert (folder / "machine" / "systemd" / f"{answers.app_name}-{name}.{kind}").is_file(), name


def test_every_setting_of_the_playbooks_exists(folder: Path) -> None:
    settings = yaml.safe_load((folder / "ansible/group_vars/all.yml").read_text())
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)` in\s+`[^`]*group_vars/all\.yml`", text_of(folder)))
    assert {"deploy_user_keys", "updates_reboot_time"} == named
    assert named <= set(settings)
    roles = " ".join(path.read_text() for path in (folder / "ansible").rglob("*.yml"))
    assert "docker_upgrade" in roles
    assert "first_user" in roles
    inventory = yaml.safe_load((folder / "ansible/inventory/hosts.yml").read_text())
    groups = set(inventory["all"]["children"])
    assert set(re.findall(r"--limit ([a-z_0-9]+)", text_of(folder))) <= groups


def test_every_variable_exists(folder: Path) -> None:
    known = "\n".join(
        path.read_text() for place in ("environments", "ops", "machine") for path in (folder / place).rglob("*")
        if path.is_file()
    )  # fmt: skip
    # Names that depend on the address of the backups.
    known += (TEMPLATE / "includes/secrets.jinja").read_text()
    named = set(re.findall(r"(?<![\w{/-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?![\w-])", "\n".join(code_of(text_of(folder)))))
    for name in named - LOCAL - OTHERS:
        assert re.search(rf"\b{name}\b", known), name


def test_every_service_of_compose_exists(folder: Path) -> None:
    services: set[str] = set()
    for path in folder.glob("compose.*.yaml"):
        services |= set(yaml.safe_load(path.read_text()).get("services", {}))
    calls = 0
    for line in code_of(text_of(folder)):
        found = re.match(r"compose (?:logs|restart|stop|start|rm|up|exec)((?: \S+)*)", line)
        if not found:
            continue
        calls += 1
        words = found[1].split(" | ")[0].split("psql")[0].split()
        names = [word for word in words if not word.startswith("-") and word not in {"15m", "1h"}]
        assert names, line
        for name in names:
            assert name.replace("$COLOR", "blue") in services, line
    assert calls


def test_every_key_of_the_manifest_exists(folder: Path) -> None:
    [block] = re.findall(r"^```toml\n(.*?)^```$", (folder / "DEPLOYMENT.md").read_text(), re.MULTILINE | re.DOTALL)
    [(name, environment)] = tomllib.loads(block)["infra"]["server"]["env"].items()
    assert name == "production"
    for key in environment:
        assert f"| `{key}` |" in MANIFEST.split("## [infra.server.env.NAME]")[1].split("\n## ")[0], key
    for key in re.findall(r"`(\w+) = \"\w+\"` under `\[infra\.server\]`", text_of(folder)):
        assert f"| `{key}` |" in MANIFEST.split("## [infra.server]")[1].split("\n## ")[0], key


def test_every_alert_has_its_sections(folder: Path) -> None:
    rules = [
        rule
        for path in (folder / "monitoring" / "rules").glob("*.yml")
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
    ]
    rows = dict(re.findall(r"^\| \[(\w+)\]\((\S+)\) \|", (folder / "RUNBOOK.md").read_text(), re.MULTILINE))
    assert rows == {rule["alert"]: rule["annotations"]["runbook"] for rule in rules}


def test_every_link_leads_to_a_file_and_a_heading(folder: Path) -> None:
    for name in BOOKS:
        for book, place in re.findall(r"\]\(([\w/]+\.md)?(?:#([^)]+))?\)", (folder / name).read_text()):
            target = folder / (book or name)
            assert target.is_file(), (name, book)
            assert not place or place in {anchor(title) for title in headings(target)}, (name, book, place)


def test_the_other_books_link_to_no_missing_heading(folder: Path) -> None:
    for path in folder.rglob("README.md"):
        for place in re.findall(r"(?:README|DEPLOYMENT|RUNBOOK|RECOVERY)\.md#([\w-]+)", path.read_text()):
            assert any(place == anchor(title) for one in folder.rglob("*.md") for title in headings(one)), (path, place)


@pytest.mark.parametrize(
    ("title", "needs"),
    [
        ("7. Back up, and try a restore", lambda one: one.stores),
        ("A backup fails", lambda one: one.stores),
        ("Restore a backup", lambda one: one.stores),
        ("A new major version of PostgreSQL", lambda one: one.stores),
        ("The database does not answer", lambda one: one.stores),
        ("A migration failed", lambda one: "release" in {service.kind for service in one.services}),
        ("Alerts", lambda one: one.monitoring),
        ("8. See the monitoring", lambda one: one.monitoring),
        ("Tenants", lambda one: one.tenant_domain),
        ("SOPS", lambda one: one.secrets_source == "sops"),
        ("Object storage", lambda one: "s3" in {store.engine for store in one.stores}),
        ("Mail", lambda one: "smtp" in {store.engine for store in one.stores}),
        ("The machine is lost", lambda _: True),
        ("On your own machine", lambda _: True),
    ],
)
def test_a_section_is_there_if_its_subject_is(folder: Path, answers: ServerAnswers, title: str, needs: object) -> None:
    assert callable(needs)
    there = title in [one for name in BOOKS for one in headings(folder / name)]
    assert there == bool(needs(answers))


def test_a_shape_names_only_its_own_parts(folder: Path, answers: ServerAnswers) -> None:
    text = text_of(folder)
    assert ("Redis" in text) == ("redis" in {store.engine for store in answers.stores})
    assert ("sops" in text) == (answers.secrets_source == "sops")
    assert ("monitoring" in text) == answers.monitoring
    assert ("setup-bastion" in text) == bool(answers.environments[0].jump_host)
    assert ("--secret id=INDEX_TOKEN" in text) == bool(answers.build_secrets)


def test_a_secret_that_a_person_gives_is_in_the_deployment(folder: Path, answers: ServerAnswers) -> None:
    text = (folder / "DEPLOYMENT.md").read_text()
    for secret in answers.secrets:
        assert (secret.name in text) != secret.generated


def test_the_commands_are_ones_of_the_shell(folder: Path) -> None:
    for name in BOOKS:
        found = re.findall(r"^ *```sh(?:ell)?\n(.*?)^ *```$", (folder / name).read_text(), re.MULTILINE | re.DOTALL)
        assert found
        for block in found:
            assert subprocess.run(["sh", "-n", "-c", block], check=False).returncode == 0, block


def test_a_book_has_readable_lines(folder: Path) -> None:
    for name in BOOKS:
        text = (folder / name).read_text()
        assert "{{" not in text
        assert "{%" not in text or "%{if y}" in text
        assert "\n\n\n" not in text, name
        assert text == text.rstrip() + "\n", name
        assert len(text.splitlines()) <= 300
        for line in text.splitlines():
            assert line == line.rstrip(), line
            assert len(line) <= 130 or line.startswith(("|", "#", "`", "docker build", "machine()")), line


def test_a_missing_host_is_stated(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (tree("unnamed", tmp_path_factory.getbasetemp()) / "README.md").read_text()
    assert "[not set](DEPLOYMENT.md#1-name-the-machine)" in text
    assert "deploy@HOST" in text


@pytest.mark.parametrize(
    ("dockerfile", "named"), [("infra/docker/Dockerfile", True), ("Dockerfile", False), ("", False)]
)
def test_the_deployment_says_what_creates_the_dockerfile(tmp_path: Path, dockerfile: str, named: bool) -> None:
    made = render(copier_of(TEMPLATE), tmp_path, TYPICAL.model_copy(update={"dockerfile": dockerfile}))
    text = (made / "DEPLOYMENT.md").read_text()
    assert ("`dazzle infra docker` creates `infra/docker/Dockerfile`" in text) is named
