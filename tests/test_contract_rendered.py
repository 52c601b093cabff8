"""What the contract asks of what a template renders: no tool but Python looks at it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dazzle_infra.backends import backend
from dazzle_infra.contract.rendered import check_answers_file, check_files, differences
from dazzle_infra.contract.tools import ask_tools
from dazzle_infra.templates import Template, commit_of, embedded_url, resolve_template
from dazzle_infra.templates.answers_file import ANSWERS_FILE, digest_of
from dazzle_infra.values.trees import File, Tree
from tests.support.trees import build_tree

DOCKERFILE = {"Dockerfile": File(b"FROM scratch\n")}


def newest() -> Template:
    return resolve_template("docker", embedded_url("docker"), None, None)


def tree(**files: str) -> Tree:
    return {path: File(text.encode()) for path, text in files.items()}


@pytest.mark.parametrize(
    ("path", "text", "message", "where"),
    [
        ("a.yaml", "services: {web: [}\n", "invalid YAML", "a.yaml:1"),
        ("sub/b.yml", "one: 1\n two: 2\n", "invalid YAML", "sub/b.yml:2"),
        ("c.json", '{\n  "a": 1,\n}\n', "invalid JSON", "c.json:3"),
        ("compose.yaml", "include: [services/web.yaml]\n", "it includes services/web.yaml, which is not rendered", ""),
        ("compose.yaml", "include: [{path: [./gone.yaml]}]\n", "it includes ./gone.yaml, which is not rendered", ""),
        ("compose.yaml", "services: {web: {ports: []}}\n", "the service web has no image and no build", ""),
        (".env", "A=1\n", "this name is reserved for a user-owned file", ""),
        ("sub/compose.override.yaml", "services: {}\n", "this name is reserved for a user-owned file", ""),
        ("envs/dev/house.local.tf", "", "this name is reserved for a user-owned file", ""),
        ("id_rsa", "x\n-----BEGIN OPENSSH PRIVATE KEY-----\n", "this looks like a private key", "id_rsa:2"),
        ("main.tf", 'key = "AKIAIOSFODNN7EXAMPLE"\n', "this looks like an AWS access key", "main.tf:1"),
        ("ci.yml", f"token: ghp_{'a1' * 18}\n", "this looks like a GitHub token", "ci.yml:1"),
        ("app.env", "\nURL=postgres://app:hunter22@db/app\n", "this looks like a password in a URL", "app.env:2"),
        ("app.env", "URL=x://app:hunter22@127.0.0.1.example.com\n", "this looks like a password in a URL", "app.env:1"),
        ("app.env", "DB_PASSWORD=correct1horse2battery\n", "this looks like a password", "app.env:1"),
        ("main.tf", 'password = "correct1horse2battery"\n', "this looks like a password", "main.tf:1"),
    ],
)
def test_a_file_that_breaks_it_is_named_with_what_to_do(path: str, text: str, message: str, where: str) -> None:
    found = check_files({**DOCKERFILE, path: File(text.encode())}, backend("docker").required_files)
    assert [one.message.startswith(message) and one.where == (where or path) for one in found] == [True]
    assert found[0].breaks
    assert found[0].hint


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "web: !override {image: x}\n---\nsecond: document\n"),
        ("compose.yaml", "include: [./services/../b.yaml]\n"),
        ("app.env", "URL=postgres://app:${POSTGRES_PASSWORD}@db/app\n"),
        ("test.yml", "URL: postgres://test:test@127.0.0.1:5432/test\n"),
        ("app.env", "POSTGRES_PASSWORD=${POSTGRES_PASSWORD:?make it}\n"),
        ("README.md", "Set `POSTGRES_PASSWORD=` in `.env`; clone ssh://git@example.com/x\n"),
        ("main.tf", "password = var.database_password\nsecret_key = aws_secretsmanager_secret.this.arn\n"),
        ("dev.env.example", "A=1\n"),
        ("compose.yaml", "include: true\n"),
        ("compose.yaml", "include: [5, {path: 5}]\n"),
        ("compose.yaml", "include: b.yaml\nx-since: 2001-13-45\n"),
        ("compose.yaml", "services: {web: {image: x}, api: {extends: {file: b.yaml, service: y}}}\n"),
        ("compose.local.yaml", "services: {web: {environment: {A: b}}}\n"),
    ],
)
def test_what_only_resembles_a_mistake_is_none(path: str, text: str) -> None:
    assert (
        check_files(
            {**DOCKERFILE, "b.yaml": File(b"{}\n"), path: File(text.encode())}, backend("docker").required_files
        )
        == []
    )


def test_a_service_of_an_included_file_needs_an_image_too() -> None:
    files = tree(**{"compose.yaml": "include: [sub/b.yaml]\n", "sub/b.yaml": "services: {web: {restart: always}}\n"})
    [found] = check_files({**DOCKERFILE, **files}, backend("docker").required_files)
    assert (found.where, found.message) == ("sub/b.yaml", "the service web has no image and no build")


def test_a_docker_template_renders_a_dockerfile() -> None:
    [found] = check_files({}, backend("docker").required_files)
    assert found.where == "Dockerfile"
    assert check_files({}, backend("terraform").required_files) == []


def answers_file(commit: str, digest: str) -> Tree:
    text = f"# template-commit: {commit}\n# answers-digest: sha256:{digest}\n_commit: v1\n_src_path: x\nredis: true\n"
    return {ANSWERS_FILE: File(text.encode())}


def test_the_answers_file_says_what_an_update_stands_on() -> None:
    commit, digest = commit_of(newest()), digest_of({"redis": True}) or ""
    assert check_answers_file(answers_file(commit, digest), newest()) == []
    for broken, message in (
        ({}, "updates are impossible"),
        ({ANSWERS_FILE: File(b"redis: [\n")}, "updates are impossible"),
        ({ANSWERS_FILE: File(b"redis: true\n")}, "updates are impossible"),
        ({ANSWERS_FILE: File(b"_commit: v1\n_src_path: x\n")}, "moved tags and edited answers would not be detected"),
        (answers_file("0" * 40, digest), "template-commit is not the commit of the template"),
        (answers_file(commit, "0" * 64), "the answers do not match the recorded digest"),
    ):
        [found] = check_answers_file(broken, newest())
        assert message in found.message
        assert found.where == ANSWERS_FILE


def test_renders_that_differ_are_named_by_their_files() -> None:
    one, other = tree(same="1", changed="1", gone="1"), tree(same="1", changed="2", added="1")
    assert [found.where for found in differences(one, other)] == ["added", "changed", "gone"]
    assert [found.where for found in differences({"a": File(b"", 0o644)}, {"a": File(b"", 0o755)})] == ["a"]


def tool(folder: Path, name: str, script: str) -> None:
    path = build_tree(folder, {name: f"#!/bin/sh\n{script}\n"}) / name
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_tool_that_is_not_there_is_reported_as_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name, names in {"docker": ["docker compose config", "hadolint"], "terraform": ["terraform fmt"]}.items():
        results = ask_tools(backend(name).file_checks(), {"bare": DOCKERFILE}, {})
        assert [one.check for one in results][: len(names)] == names
        assert {one.status for one in results} == {"skipped"}
        assert all("is not on PATH" in one.detail for one in results)


def test_what_a_tool_says_of_a_sample_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tmp_path, "hadolint", 'test "$1" = --version || { echo "Dockerfile:1 DL3006"; exit 1; }')
    tool(tmp_path, "docker-compose", 'test "$1" = version || { . ./.env; test "$TOKEN" = 0f0f0f0f0f0f0f0f; }')
    monkeypatch.setenv("PATH", str(tmp_path))
    compose, lint = ask_tools(backend("docker").file_checks(), {"bare": DOCKERFILE}, {"bare": ["TOKEN"]})
    assert (compose.status, compose.detail) == ("ok", "1 samples")
    assert lint.status == "failed"
    assert (lint.findings[0].where, lint.findings[0].hint) == ("bare", "Dockerfile:1 DL3006")


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        ("exit 0", "ok", ""),
        ('test "$1" != init || { echo "Error: no registry"; exit 1; }', "skipped", "Error: no registry"),
        ('test "$1" != init || { echo "Error: Unreadable module directory"; exit 1; }', "failed", "Unreadable module"),
        ('test "$1" != validate || { echo "Error: no such thing"; exit 1; }', "failed", "Error: no such thing"),
    ],
)
def test_terraform_validates_where_its_providers_are_to_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, status: str, said: str
) -> None:
    tool(tmp_path, "terraform", script)
    monkeypatch.setenv("PATH", str(tmp_path))
    *_, validated = ask_tools(backend("terraform").file_checks(), {"bare": {"envs/dev/main.tf": File(b"")}}, {})
    assert (validated.check, validated.status) == ("terraform validate", status)
    assert said in "".join([validated.detail, *(one.hint for one in validated.findings)])


def test_a_template_without_environments_is_not_called_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tmp_path, "terraform", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    *_, validated = ask_tools(backend("terraform").file_checks(), {"bare": {"main.tf": File(b"")}}, {})
    assert (validated.check, validated.status) == ("terraform validate", "skipped")
