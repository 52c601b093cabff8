"""What Compose makes of the rendered stack of one server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.compose import compose_command
from tests.support.server_template import SHAPES, TEMPLATE, rendered

Model = dict[str, Any]


@pytest.fixture(scope="module", params=SHAPES)
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(shape: str, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Return the model of Compose for the first environment, all profiles included."""
    return read(shape, tmp_path_factory, SHAPES[shape].environments[0].name)


def read(shape: str, tmp_path_factory: pytest.TempPathFactory, environment: str) -> Model:
    directory = tmp_path_factory.mktemp("machine")
    stack = shutil.copytree(rendered(shape, tmp_path_factory.getbasetemp()), directory / "stack")
    for folder in ("run", "secrets", "state/live"):
        (directory / folder).mkdir(parents=True)
    (directory / "run/app.env").write_text("A=1\n")
    (directory / "state/images.env").write_text("APP_IMAGE=r.io/a:1\nBLUE_IMAGE=r.io/a:1\nGREEN_IMAGE=r.io/a:2\n")
    command = [
        *compose_command(), "--project-name", "desk", "--project-directory", ".",
        "--env-file", f"environments/{environment}.env", "--env-file", "../state/images.env",
        "--profile", "*", "config", "--format", "json",
    ]  # fmt: skip
    variables = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    done = subprocess.run(command, cwd=stack, env=variables, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "variable is not set" not in done.stderr
    found: Model = json.loads(done.stdout)
    return found


def test_only_the_proxy_publishes_ports_to_others(model: Model) -> None:
    published = {
        (name, int(port["published"]), port["protocol"])
        for name, one in model["services"].items()
        for port in one.get("ports", ())
        if port.get("host_ip") != "127.0.0.1"
    }
    assert published == {("caddy", 80, "tcp"), ("caddy", 443, "tcp"), ("caddy", 443, "udp")}


def test_every_container_is_restricted(model: Model) -> None:
    for name, one in model["services"].items():
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert int(one["mem_limit"]) >= 32 * 2**20, name
        assert one["pids_limit"] > 0, name
        assert one["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        assert "privileged" not in one, name
        assert not any("docker.sock" in str(volume) for volume in one.get("volumes", ())), name
        assert one["restart"] == ("no" if "tasks" in one.get("profiles", ()) else "unless-stopped"), name


def test_the_containers_of_the_application_cannot_write_to_their_image(model: Model, shape: str) -> None:
    answers = SHAPES[shape]
    for service in answers.services:
        names = [service.name] if service.port == 0 else [f"{service.name}-{color}" for color in ("blue", "green")]
        for name in names:
            one = model["services"][name]
            assert one["read_only"] is True
            assert one["user"] == "10001:10001"
            assert [word.replace("$$", "$") for word in one["command"]] == service.command
            assert one["entrypoint"] == []


def test_stores_are_on_a_network_without_a_way_out(model: Model) -> None:
    networks = model["networks"]
    for name in {"postgres", "redis", "storage"} & set(model["services"]):
        reached = set(model["services"][name]["networks"])
        assert reached
        assert all(networks[one].get("internal") for one in reached), name


def test_the_proxy_does_not_reach_the_stores(model: Model) -> None:
    assert "data" not in model["services"]["caddy"]["networks"]


def test_images_have_exact_versions(model: Model) -> None:
    for name, one in model["services"].items():
        image, _, tag = one["image"].rpartition(":")
        assert image, name
        assert any(character.isdigit() for character in tag), name


def test_no_secret_is_a_value_of_the_model(model: Model) -> None:
    text = json.dumps(model)
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "STORAGE_SECRET_KEY"):
        assert f'"{name}":' not in text


def test_the_environment_local_publishes_on_this_machine_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    model = read("typical", tmp_path_factory, "local")
    ports = [port for one in model["services"].values() for port in one.get("ports", ())]
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}
    assert model["services"]["caddy"]["environment"]["TLS"] == "internal"


@pytest.mark.parametrize("name", ["production", "local"])
def test_limits_of_each_environment_are_those_of_its_answers(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    model = read("everything", tmp_path_factory, name)
    limits = {one.name: one.megabytes * 2**20 for one in SHAPES["everything"].environments[0].memory}
    for service, limit in limits.items():
        found = "web-blue" if service == "web" else "live-updates-blue" if service == "live-updates" else service
        if found != "task":
            assert int(model["services"][found]["mem_limit"]) == limit, service


def test_the_answers_leave_no_trace_of_another_syntax(tmp_path_factory: pytest.TempPathFactory) -> None:
    root: Path = rendered("everything", tmp_path_factory.getbasetemp())
    sources = [path for path in TEMPLATE.rglob("*") if path.is_file() and path.suffix != ".jinja"]
    copied = {re.sub(r"\{%.*?%\}", "", path.name) for path in sources}
    for path in root.rglob("*"):
        if path.is_file() and path.name != ".copier-answers.yml":
            text = path.read_text()
            # Files that are copied as they are contain templates of Ansible, Docker and Prometheus.
            traces = ("\n\n\n",) if path.name in copied else ("{{", "{%", "\n\n\n")
            for trace in traces:
                assert trace not in text, path
