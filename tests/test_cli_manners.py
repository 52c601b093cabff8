"""How the command line behaves where things around it are odd."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_cli, run_here, small_project
from tests.support.hostile import ENDLESS, hostile_template
from tests.support.trees import build_tree, read_tree

COMMAND = [sys.executable, "-m", "dazzle_infra.cli"]


def test_whoever_reads_only_the_first_line_causes_no_error(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    process = subprocess.Popen(
        [*COMMAND, "explain", "-v"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 0


def test_a_terminal_that_cannot_show_a_character_gets_its_number(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    ran = run_cli("docker", cwd=project, environment={"PYTHONIOENCODING": "ascii"})
    assert ran.status == 0, ran.err
    assert "\\xb7" in ran.out


@pytest.mark.parametrize("command", ["check", "update"])
def test_one_stream_may_be_a_terminal_and_the_other_one_a_file(tmp_path: Path, command: str) -> None:
    project = small_project(tmp_path)
    assert run_cli("docker", cwd=project).status == 0
    terminal, end = pty.openpty()
    with (tmp_path / "out").open("w") as out:
        done = subprocess.run(
            [*COMMAND, command, "docker"], cwd=project, stdout=out, stderr=end, stdin=subprocess.DEVNULL
        )
    os.close(end)
    os.close(terminal)
    assert done.returncode == 0


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_a_document_can_be_parsed_whatever_is_in_a_name_and_steers_no_terminal(tmp_path: Path, encoding: str) -> None:
    name = "a\x7fb\x85c\x1bd·e→f"
    environment = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"}
    ran = run_cli("plan", "-C", name, "--json", cwd=tmp_path, environment=environment)
    assert name in ran.json["message"]
    assert all(character.isprintable() or character == "\n" for character in ran.out)


@pytest.mark.parametrize("script", ["dazzle_infra.cli", "dazzle_infra.mount.standalone"])
def test_no_command_at_all_prints_the_help_and_no_error(tmp_path: Path, script: str) -> None:
    ran = run_cli(cwd=tmp_path, command=(sys.executable, "-c", f"from {script} import main; main()"))
    assert ran.status == 2
    assert "error" not in ran.err
    assert "Usage" in ran.out + ran.err


def test_facts_and_remarks_in_one_file_keep_their_order(tmp_path: Path) -> None:
    code = "from dazzle_infra.cli.output import Output; o = Output(); o.line('1'); o.note('2'); o.line('3')"
    written = tmp_path / "log"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with written.open("wb") as log:
        subprocess.run([sys.executable, "-c", code], stdout=log, stderr=log, env=buffered, check=True)
    assert written.read_text().split() == ["1", "2", "3"]


INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""A shell that runs something in the background has it ignore the interrupts of the terminal."""

MAIN = "from dazzle_infra.cli import main; main()"


def test_ctrl_c_ends_a_run_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    before = read_tree(project)
    code = (
        "import dazzle_infra.operations.scaffold, sys\n"
        "sys.modules['dazzle_infra.operations.scaffold'].render_all = lambda *_: signal.raise_signal(signal.SIGINT)\n"
    )
    ran = run_cli("all", cwd=project, command=(sys.executable, "-c", INTERRUPTIBLE + code + MAIN))
    assert (ran.status, ran.out, ran.err) == (130, "", "interrupted\n")
    assert read_tree(project) == before


def test_ctrl_c_while_both_templates_render_ends_them_at_once(tmp_path: Path) -> None:
    template = hostile_template(tmp_path / "template", {"template/a.txt.jinja": ENDLESS})
    named = "".join(f"\n[infra.{name}]\ntemplate = '{template}'\n" for name in ("docker", "terraform"))
    project = small_project(tmp_path / "p", MANIFEST + named)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE + MAIN, "all"],
        cwd=project,
        env=os.environ | {"TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 60
    while len(list(temporary.glob("dazzle-infra-render-*/*/home/copier*"))) < 2 and time.monotonic() < end:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=5)  # the limit of a render is 10 s
    assert (process.returncode, said) == (130, b"interrupted\n")
    assert list(temporary.iterdir()) == []
    assert not (project / "infra").exists()


def test_sigterm_removes_what_is_temporary(tmp_path: Path) -> None:
    project = small_project(tmp_path / "p")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    code = (
        "import dazzle_infra.operations.scaffold, signal, sys\n"
        "sys.modules['dazzle_infra.operations.scaffold'].render_all = lambda *_: signal.raise_signal(signal.SIGTERM)\n"
        "from dazzle_infra.cli import main; main()"
    )
    ran = run_cli("all", cwd=project, command=(sys.executable, "-c", code), environment={"TMPDIR": str(temporary)})
    assert ran.status == 128 + signal.SIGTERM
    assert list(temporary.iterdir()) == []


def test_a_folder_that_another_template_made_is_refused_and_gets_no_secrets(tmp_path: Path) -> None:
    answers = "_commit: v1.0.0\n_src_path: gh:somebody/else\n"
    project = build_tree(small_project(tmp_path), {"infra/docker/.copier-answers.yml": answers})
    before = read_tree(project)
    ran = run_here("docker", cwd=project)
    assert (ran.status, ran.out) == (5, "")
    assert "infra/docker was generated from another template: gh:somebody/else" in ran.err
    assert read_tree(project) == before


def test_a_secret_behind_a_byte_order_mark_is_not_made_again(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert run_cli("docker", "-q", cwd=project).status == 0
    secrets = project / "infra/docker/.env"
    names = [line for line in secrets.read_text().splitlines() if "=" in line]
    secrets.write_text("\n".join(names) + "\n", encoding="utf-8-sig")
    before = secrets.read_bytes()
    assert run_cli("docker", cwd=project).status == 5
    assert secrets.read_bytes() == before


def test_nothing_to_do_is_no_error_on_a_fresh_clone(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert run_here("all", "-q", cwd=project).status == 0
    shutil.rmtree(project / ".dazzle-infra")
    ran = run_here("update", cwd=project)
    assert (ran.status, ran.err) == (0, "")
    assert not (project / ".dazzle-infra").exists()


@pytest.mark.slow
@pytest.mark.parametrize("value", ["2024-01-01", "!!set {a: null}", "{1: x}"])
def test_an_answer_that_no_template_writes_counts_as_an_edit(tmp_path: Path, value: str) -> None:
    project = small_project(tmp_path)
    assert run_here("docker", "-q", cwd=project).status == 0
    path = project / "infra/docker/.copier-answers.yml"
    kept = path.read_text()
    path.write_text(kept.replace("image_name: desk", f"image_name: {value}"))
    ran = run_here("check", cwd=project)
    assert ran.status == 5, ran.err
    assert "edited by hand" in ran.err
    assert run_here("update", "--repair", cwd=project).status == 0
    assert path.read_text() == kept


def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert run_here("docker", "-n", cwd=project).err == ""
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "docker", "-n"],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # the terminal's other end is closed when the command ends
        while part := os.read(main, 1000):
            shown += part
    os.close(main)
    assert process.wait() == 0
    assert b"rendering docker" in shown
