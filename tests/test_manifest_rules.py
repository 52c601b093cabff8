"""Names, places, commands and tables that cannot be are refused, and the rule is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.toml import assert_refused, refused, written_value

DOCKER = "[infra.docker]\n"
TERRAFORM = "[infra.terraform]\n"
PROD = "[infra.terraform.env.prod]\n"
IMAGE = "[infra.terraform] container_image"
POINTS = '[infra.entry_points.web]\nport = 8000\n[infra.entry_points.jobs]\ncommand = "jobs"\n'

NAMES = [
    ("[project]\nname = 'Internal Tools'", "must not begin with the word internal", 2, "[project] name"),
    ("[infra]\nname = 'SG'", "must not begin with the word internal or sg", 2, "[infra] name"),
    ("[project]\n\nname = '日本'", "no letter or digit", 3, "[project] name"),
    (
        "[project]\nname = '2048 game'",
        'must begin with a letter; it becomes "2048-game"',
        2,
        "[project] name",
    ),
    ('[infra]\nname = "two\\nlines"', "must be one line", 2, "[infra] name"),
    ("[infra]\nname = ''", "must be one line", 2, "[infra] name"),
    (TERRAFORM + "environments = ['dev', 'Prod']", '"Prod" must be lower-case', 2, "[infra.terraform] environments"),
    (
        TERRAFORM + "environments = ['twelve-chars', 'thirteen-char']",
        '"thirteen-char" must',
        2,
        "[infra.terraform] environments",
    ),
    (TERRAFORM + "environments = ['very-long-name']", "at most 12 characters", 2, "[infra.terraform] environments"),
    (TERRAFORM + "container_image = 'me:pass@registry.example.com/app:1'", "a user name and a password", 2, IMAGE),
    ("[infra.env.dev]\ndomain_name = 'me:pass@app.example'", "contains an @", 2, "[infra.env.dev] domain_name"),
    ("[infra.env.dev]\ndomain_name = 'bücher.example'", "xn--bcher-kva.example", 2, "[infra.env.dev] domain_name"),
    ("[infra.env.dev]\ndomain_name = 'straße.example'", "begins with xn--", 2, "[infra.env.dev] domain_name"),
    (TERRAFORM + "environments = ['a--b']", "single hyphens", 2, "[infra.terraform] environments"),
    (TERRAFORM + "environments = ['1st']", "begin with a letter", 2, "[infra.terraform] environments"),
    (TERRAFORM + "environments = ['../x']", "lower-case letters", 2, "[infra.terraform] environments"),
    (TERRAFORM + "environments = ['a', 'b', 'a']", "occurs twice", 2, "[infra.terraform] environments"),
    (TERRAFORM + "environments = []", "must contain at least one entry", 2, "[infra.terraform] environments"),
    ("[infra]\nbackends = []", "must contain at least one entry", 2, "[infra] backends"),
    ("[infra.terraform.env.prdo]\nzone_count = 2", "did you mean prod?", 1, "[infra.terraform.env.prdo]"),
    (
        TERRAFORM + "environments = ['a']\n[infra.terraform.env.zz]",
        "the environments are a",
        3,
        "[infra.terraform.env.zz]",
    ),
    (DOCKER + "image_name = 'App'", "must be the name of an image", 2, "[infra.docker] image_name"),
    (DOCKER + "image_name = 'a//b'", "must be the name of an image", 2, "[infra.docker] image_name"),
    (DOCKER + "image_name = 'team/app:1.0'", 'write "team/app"', 2, "[infra.docker] image_name"),
    (DOCKER + "python_version = 3.12", 'write it in quotation marks: "3.12"', 2, "[infra.docker] python_version"),
    (DOCKER + "python_version = '3.12.1'", "with two numbers", 2, "[infra.docker] python_version"),
    ("[infra]\ndazzle_version = '0.99'", "must be 0.112 or newer", 2, "[infra] dazzle_version"),
    ("[infra]\ndazzle_version = '>=0.120'", "must be an exact version", 2, "[infra] dazzle_version"),
    ("[infra]\ndazzle_version = '1.x-'", "must be an exact version", 2, "[infra] dazzle_version"),
    (TERRAFORM + "region = 'nowhere'", "is not a known region", 2, "[infra.terraform] region"),
    (
        TERRAFORM + "container_image = 'docker.io/a/b:latest'",
        "tagged latest",
        2,
        "[infra.terraform] container_image",
    ),
    (
        PROD + "container_image = 'docker.io/a/b:latest'",
        "tagged latest",
        2,
        "[infra.terraform.env.prod] container_image",
    ),
    (PROD + "app_min_count = 5\napp_max_count = 2", "is more than", 1, "[infra.terraform.env.prod]"),
    (DOCKER + "[infra.docker.answers]\n_src_path = 'x'", "name of a question", 3, "[infra.docker.answers] _src_path"),
    (DOCKER + "answers.at = 1979-05-27", "found a date or time", 2, "[infra.docker.answers] at"),
    (DOCKER + "answers.at = [[nan]]", "found the number nan", 2, "[infra.docker.answers] at"),
    (DOCKER + f"answers.at = {'[' * 30}{']' * 30}", "nested too deep", 2, "[infra.docker.answers] at"),
]
COMMANDS = [
    ("[infra]\nworker_command = ''", "must not be empty", 2, "[infra] worker_command"),
    ("[infra]\nworker_command = []", "must not be empty", 2, "[infra] worker_command"),
    ("[infra]\nworker_command = ['']", "must not be empty", 2, "[infra] worker_command"),
    ("[infra]\nscheduler_command = 'a \"b'", "no closing quotation", 2, "[infra] scheduler_command"),
    ("[infra]\nworker_command = 'a && b'", 'write ["sh", "-c", "…"]', 2, "[infra] worker_command"),
    ("[infra]\nworker_command = 'a --port $PORT'", "contains shell syntax: `$`", 2, "[infra] worker_command"),
    ("[infra]\nworker_command = 'a; b'", "contains shell syntax: `a;`", 2, "[infra] worker_command"),
    ("[infra]\nworker_command = 'a > log'", "contains shell syntax: `>`", 2, "[infra] worker_command"),
    ('[infra]\nworker_command = "a\\u0000"', "NUL", 2, "[infra] worker_command"),
    ('[infra]\nworker_command = ["a", "\\u0000"]', "NUL", 2, "[infra] worker_command"),
]
FOLDERS = [
    *(
        (f"{table}{key} = '{value}'", message, 2, f"{table.strip()} {key}")
        for table, key in ((DOCKER, "output"), (TERRAFORM, "root_module"))
        for value, message in (
            ("../x", "must be inside the project"),
            ("a/../../x", "must be inside the project"),
            ("/x", "must be relative"),
            ("C:/x", "must be relative"),
            ("~/x", "must be relative"),
            ("a\\b", "must be written with `/`"),
            ("", "must be a folder below the project"),
            (".", "must be a folder below the project"),
            ("a/..", "must be a folder below the project"),
            (".git/x", "must not be in .git"),
            ("a/.GIT", "must not be in .git"),
            (".dazzle-infra/x", "must not be in .dazzle-infra"),
            ("a b", "must contain only letters"),
            ("$(id)", "must contain only letters"),
            ("-x", "must contain only letters"),
        )
    ),
    (DOCKER + "output = 'infra'", "must not overlap", 2, "[infra.docker] output"),
    (DOCKER + "output = 'Infra/Terraform/x'", "must not overlap", 2, "[infra.docker] output"),
    (TERRAFORM + "root_module = 'infra/docker'", "must not overlap", 2, "[infra.terraform] root_module"),
    *(
        (f"{DOCKER}copy = ['app', '{value}']", message, 2, "[infra.docker] copy")
        for value, message in (
            ("..", "must be inside"),
            (".", "not the whole project"),
            ("/etc", "must be relative"),
            (".git", "must not be in .git"),
            ("conf/.env", "contain secrets"),
            (".env.local", "contain secrets"),
            ("*.py", "must contain only"),
            ("$HOME", "must contain only"),
            ("!x", "must contain only"),
            ("app", "occurs twice"),
        )
    ),
    (DOCKER + "output = 'dsl'", "the model and the output in separate directories", 2, "[infra.docker] output"),
    (
        DOCKER + "output = './dsl/docker'",
        "the model and the output in separate directories",
        2,
        "[infra.docker] output",
    ),
    (
        TERRAFORM + "root_module = 'DSL'",
        "the model and the output in separate directories",
        2,
        "[infra.terraform] root_module",
    ),
    (
        DOCKER + "output = 'x'\n[modules]\npaths = ['dsl', 'x/model']",
        "the model and the output in separate directories",
        2,
        "[infra.docker] output",
    ),
    ("[modules]\n\npaths = ['infra/docker']", "the model and the output in separate directories", 3, "[modules] paths"),
    (DOCKER + "copy = ['app', 'infra/docker']", '"infra/docker" contains the output', 2, "[infra.docker] copy"),
    (DOCKER + "copy = ['app',\n'./Deploy']\noutput = 'deploy/x'", "contains the output", 2, "[infra.docker] copy"),
    (
        DOCKER + "copy = ['infra']\noutput = 'x'\n[infra.terraform]\nroot_module = 'infra/y'",
        '"infra" contains the output directory "infra/y"',
        2,
        "[infra.docker] copy",
    ),
    ("[infra]\nappspec = ''", "must be the path of a file", 2, "[infra] appspec"),
    ("[infra]\ndazzle = '-x'", "must be the path of a file", 2, "[infra] dazzle"),
    ("[infra]\ndazzle = '~root/x'", "must be the path of a file", 2, "[infra] dazzle"),
]
SOURCES = [
    (f"{DOCKER}template = {written_value(value)}", message, 2, "[infra.docker] template")
    for value, message in (
        ("", "must be a git URL or a path"),
        ("a\nb", "must be a git URL or a path"),
        ("x" * 1001, "must be a git URL or a path"),
        ("--upload-pack=touch x", "must not begin with `-`"),
        ("git+--upload-pack=x", "must not begin with `-`"),
        ("ext::sh -c touch% x", "transport helper"),
        ("git+ext::sh -c x", "must be a git URL"),
        ("fd::17", "transport helper"),
        ("http://git.example.com/x", "is not a supported URL for a template"),
        ("git://git.example.com/x", "is not a supported URL"),
        ("ftp://git.example.com/x", "is not a supported URL"),
        ("gh:team/x", "is not a supported URL"),
        ("host:path", "is not a supported URL"),
        ("https://user:pass@git.example.com/x", "must not contain credentials"),
        ("https://token@git.example.com/x", "must not contain credentials"),
        ("https://user:pa/ss@git.example.com/x", "must not contain credentials"),
        ("ssh://git:pass@git.example.com/x", "must not contain credentials"),
        ("ssh://-oProxyCommand=x/y", "is not a supported URL"),
        ("ssh://git@-oProxyCommand=x/y", "is not a supported URL"),
        ("git@-host:x", "is not a supported URL"),
        ("git@host:-x", "is not a supported URL"),
        ("-git@host:x", "must not begin with `-`"),
        ("https://git.example.com/a b", "is not a supported URL"),
        ("https:///x", "is not a supported URL"),
        ("dazzle-infra://../x", "is not a supported URL"),
        ("~root/x", "another user's home directory"),
    )
] + [
    (f"{DOCKER}ref = {written_value(value)}", "must be a tag", 2, "[infra.docker] ref")
    for value in ("", "-x", "a b", "a..b", "x.lock", "x.", "a:b", "v1~1", "v1^", "@{u}", "a\nb", "x" * 101)
]
POINT_MISTAKES = [
    (POINTS, "port is missing", 3, "[infra.entry_points.jobs] port"),
    (POINTS + "port = 8000", "is already used by the entry point web", 5, "[infra.entry_points.jobs] port"),
    (POINTS + "port = 8001\npath = '/'", "is already used by the entry point web", 6, "[infra.entry_points.jobs] path"),
    (
        POINTS + "port = 8001\n[infra.entry_points.more]\ncommand = 'x'\nport = 8002\npath = '/jobs/'",
        "is already used by the entry point jobs",
        9,
        "[infra.entry_points.more] path",
    ),
    (POINTS + "port = 0", "must be greater than or equal to 1", 5, "[infra.entry_points.jobs] port"),
    (POINTS + "port = 8001\nhealth_path = 'x'", "must be a path of a URL", 6, "[infra.entry_points.jobs] health_path"),
    ("[infra.entry_points.jobs]\nport = 8001", "command is missing", 1, "[infra.entry_points.jobs] command"),
    ("[infra.entry_points.web]\npath = '/x'", 'must be "/" for web', 2, "[infra.entry_points.web] path"),
    (
        "[infra.entry_points.worker]\nport = 1\ncommand = 'x'",
        "has a reserved name",
        1,
        "[infra.entry_points.worker]",
    ),
    (
        "[infra.entry_points.develop]\nport = 1\ncommand = 'x'",
        "has a reserved name",
        1,
        "[infra.entry_points.develop]",
    ),
    ("[infra.entry_points.'A b']\nport = 1\ncommand = 'x'\npath='/x'", "lower-case", 1, '[infra.entry_points."A b"]'),
]
OVERRIDES = [
    ("[infra.overrides]\nqueue = false", 'write { needed = false, reason = "…" }', 2, "[infra.overrides] queue"),
    ("[infra.overrides]\nqueue = { needed = false }", "reason is missing", 2, "[infra.overrides.queue] reason"),
    ("[infra.overrides.queue]\nreason = 'x'", "needed is missing", 1, "[infra.overrides.queue] needed"),
    ("[infra.overrides.queue]\nneeded = 'no'\nreason = 'x'", "true or false", 2, "[infra.overrides.queue] needed"),
    ("[infra.overrides.queue]\nneeded = true\nreason = ' '", "states the reason", 3, "[infra.overrides.queue] reason"),
]


@pytest.mark.parametrize(
    ("text", "message", "line", "key"), [*NAMES, *COMMANDS, *FOLDERS, *SOURCES, *POINT_MISTAKES, *OVERRIDES]
)
def test_what_breaks_a_rule_is_refused_with_its_line_and_its_key(
    tmp_path: Path, text: str, message: str, line: int, key: str
) -> None:
    assert_refused(tmp_path, text, message, line, key)


@pytest.mark.parametrize(
    "text",
    [
        TERRAFORM + "container_image = 'me:SECRET@registry.example.com/app:1'",
        TERRAFORM + "container_image = 'https://me:SECRET@registry.example.com/app:1'",
        "[infra.env.dev]\ndomain_name = 'me:SECRET@app.example'",
        DOCKER + "template = 'https://me:SEC/RET@git.example.com/x'",
        DOCKER + "image_name = 'me:SECRET@registry.example.com/app'",
    ],
)
def test_a_password_in_a_refused_value_is_not_shown(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, text)
    assert "SEC" not in f"{error.message} {error.hint}"
