"""Each mistake in `[infra]` gets one message that says what, where and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from dazzle_infra.errors import ManifestError
from tests.support.manifests import manifest_in
from tests.support.toml import assert_refused, refused, table_of, toml_values, written_value
from tests.support.trees import build_tree

DOCKER = "[infra.docker]\n"
TERRAFORM = "[infra.terraform]\n"
PROD = "[infra.terraform.env.prod]\n"


UNKNOWN = [
    (
        DOCKER + 'imagename = "x"',
        'unknown key "imagename" in [infra.docker]; did you mean "image_name"?',
        2,
        "[infra.docker] imagename",
    ),
    ("[infra]\nbackend = []", 'did you mean "backends"?', 2, "[infra] backend"),
    ("[infra]\nDAZZLE-version = ''", 'did you mean "dazzle_version"?', 2, "[infra] DAZZLE-version"),
    ("[infra]\n\n# text\nimage_name = 'x'", "did you mean [infra.docker] image_name?", 4, "[infra] image_name"),
    (TERRAFORM + "output = 'x'", "did you mean [infra.docker] output?", 2, "[infra.terraform] output"),
    ("[infra.dockr]", 'did you mean "docker"?', 1, "[infra] dockr"),
    ("[infra]\ndocker = { a = 1 }", "unknown key", 2, "[infra.docker] a"),
    ("infra.docker.zzz = 1", "unknown key", 1, "[infra.docker] zzz"),
    (PROD + "databse_size = 'x'", 'did you mean "database_size"?', 2, "[infra.terraform.env.prod] databse_size"),
    ("[infra.entry_points.web]\nports = 1", 'did you mean "port"?', 2, "[infra.entry_points.web] ports"),
    ("[infra.overrides]\nqueu.needed = true", 'did you mean "queue"?', 2, "[infra.overrides] queu"),
    ("[infra.overrides.queue]\nneeded = true\nbecause = 'x'", "unknown key", 3, "[infra.overrides.queue] because"),
    ("[infra]\n'a b\\n' = 1", "unknown key", 2, '[infra] "a b\\\\n"'),
]
TYPES = [
    ("infra = 1", "must be a table; found the number 1", 1, "[infra]"),
    ("[[infra]]", "must be a table; found a list", 1, "[infra]"),
    ("project.name = 3", "must be a string; found the number 3", 1, "[project] name"),
    ("[project]\nversion = 1.0", "must be a string; found the number 1.0", 2, "[project] version"),
    ("[infra]\ndocker = true", "must be a table; found true", 2, "[infra.docker]"),
    ("[infra]\nbackends = 'docker'", 'must be a list; found the string "docker"', 2, "[infra] backends"),
    ("[infra]\nbackends = [\n1\n]", "the number 1 must be a string", 2, "[infra] backends"),
    ("[infra]\nruntime = 5", "must be a string; found the number 5", 2, "[infra] runtime"),
    ("[infra]\nname = 1979-05-27", "must be a string; found a date or time", 2, "[infra] name"),
    ("[infra]\nname = ['x']", "must be a string; found a list", 2, "[infra] name"),
    (DOCKER + "image_name = 1", "must be a string; found the number 1", 2, "[infra.docker] image_name"),
    (DOCKER + "copy = 'app'", 'must be a list; found the string "app"', 2, "[infra.docker] copy"),
    (DOCKER + "answers = [1]", "must be a table; found a list", 2, "[infra.docker.answers]"),
    (PROD + "zone_count = '2'", "must be a whole number; found the string", 2, "[infra.terraform.env.prod] zone_count"),
    (
        PROD + "zone_count = 2.0",
        "must be a whole number; found the number 2.0",
        2,
        "[infra.terraform.env.prod] zone_count",
    ),
    (PROD + "web_firewall = 'yes'", "must be true or false; found the", 2, "[infra.terraform.env.prod] web_firewall"),
    (
        PROD + "web_firewall = 1",
        "must be true or false; found the number 1",
        2,
        "[infra.terraform.env.prod] web_firewall",
    ),
    ("[infra.terraform.env]\nprod = 1", "must be a table; found the number 1", 2, "[infra.terraform.env.prod]"),
    ("[infra]\nworker_command = 3", "must be a string or a list of strings", 2, "[infra] worker_command"),
    ("[infra]\nworker_command = ['x', 3]", "found the number 3", 2, "[infra] worker_command"),
    ("[infra]\nentry_points = []", "must be a table; found a list", 2, "[infra.entry_points]"),
    ("[infra.entry_points.web]\nport = '80'", "must be a whole number", 2, "[infra.entry_points.web] port"),
    ("[infra.overrides]\ncache = 1", "must be a table; found the number 1", 2, "[infra.overrides.cache]"),
]
CHOICES = [
    (
        "[infra]\nbackends = ['dokcer']",
        '"dokcer" is not supported; did you mean "docker"?',
        2,
        "[infra] backends",
    ),
    ("[infra]\nruntime = 'djnago'", 'did you mean "django"?', 2, "[infra] runtime"),
    (DOCKER + "variant = 'swarm'", 'only "compose" is supported', 2, "[infra.docker] variant"),
    (TERRAFORM + "cloud_provider = 'gcp'", 'only "aws" is supported', 2, "[infra.terraform] cloud_provider"),
    (PROD + "app_size = 'tiny'", '"small", "medium", "large"', 2, "[infra.terraform.env.prod] app_size"),
]


@pytest.mark.parametrize(
    ("text", "message", "line", "key"),
    [*UNKNOWN, *TYPES, *CHOICES],
)
def test_a_mistake_is_refused_with_its_line_and_its_key(
    tmp_path: Path, text: str, message: str, line: int, key: str
) -> None:
    assert_refused(tmp_path, text, message, line, key)


def test_an_unknown_key_that_is_like_none_gets_the_list_of_keys(tmp_path: Path) -> None:
    assert refused(tmp_path, "[infra.docker]\nzzz = 1").hint == (
        "the keys of [infra.docker] are variant, image_name, output, python_version, copy, base_image, "
        "system_packages, build_secrets, template, ref, answers"
    )


def test_of_several_mistakes_the_first_by_line_is_told_and_the_others_are_counted(tmp_path: Path) -> None:
    error = refused(tmp_path, "[infra.terraform]\nregions = 'x'\n[infra.docker]\noutput = 1\n[infra]\nname = 2\n")
    assert error.message.startswith('unknown key "regions" in [infra.terraform]')
    assert error.message.endswith("(and 2 more mistakes)")
    assert refused(tmp_path, "[infra]\nx = 1\ny = 2\n").message.endswith(
        'unknown key "x" in [infra] (and 1 more mistake)'
    )


def test_a_wrong_entry_of_a_list_is_named_once(tmp_path: Path) -> None:
    wrong = refused(tmp_path, "[infra]\nbackends = ['docker', 1]")
    assert wrong.message == "[infra] backends: the number 1 must be a string"
    unknown = refused(tmp_path, "[infra]\nbackends = ['docker', 'dokcer']")
    assert unknown.message == '[infra] backends: "dokcer" is not supported; did you mean "docker"?'
    zone = refused(tmp_path, PROD + "excluded_zone_ids = ['eu-central-1a']")
    assert zone.message.endswith(
        'excluded_zone_ids: "eu-central-1a" is not the ID of an availability zone, such as use1-az3'
    )


def test_what_is_missing_twice_is_counted_twice_and_is_no_clash(tmp_path: Path) -> None:
    points = "[infra.entry_points.a]\ncommand = 'a'\n[infra.entry_points.b]\ncommand = 'b'\n"
    assert refused(tmp_path, points).message == "[infra.entry_points.a] port is missing (and 1 more mistake)"


def test_a_very_long_value_does_not_fill_the_screen(tmp_path: Path) -> None:
    for key in ("region", "cloud_provider", "container_image", "root_module", "template", "ref"):
        assert len(refused(tmp_path, f"[infra.terraform]\n{key} = '{'x ' * 100_000}'").message) < 600


def test_nothing_that_a_terminal_obeys_reaches_a_message(tmp_path: Path) -> None:
    for text in (
        '"\\u001b[2J" = 1',
        'backends = ["\\u001b[2J"]',
        'runtime = "\\u009b\\u202e"',
        'docker.ref = "\\u0007"',
    ):
        error = refused(tmp_path, f"[infra]\n{text}")
        assert f"{error.message}{error.hint}{error.where}".isprintable()


@given(value=toml_values())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_an_unknown_key_is_one_error_whatever_its_value(tmp_path: Path, value: object) -> None:
    error = refused(tmp_path, f"[infra]\nbackends = ['docker']\nunheard = {written_value(value)}\n")
    assert error.message == 'unknown key "unheard" in [infra]'
    assert str(error.where) == "dazzle.toml:3"


@given(table=table_of(toml_values()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_any_value_under_any_key_is_read_or_refused(tmp_path: Path, table: dict[str, object]) -> None:
    text = "".join(f"{key} = {written_value(value)}\n" for key, value in table.items())
    error = None
    try:
        manifest_in(build_tree(tmp_path, {"dazzle.toml": f"[infra]\n{text}".encode()}))
    except ManifestError as refusal:
        error = refusal
    if error is not None:
        assert "[infra" in error.message
        assert error.where is not None
        assert error.where.line in range(2, 2 + len(table))
