"""Requirements files: what goes into the image's packages stage, and what is refused before a build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dazzle_infra.errors import ExitCode, PackagesError
from dazzle_infra.project.packages.analysis import packages_stage
from dazzle_infra.project.packages.requirement_lines import logical_lines
from dazzle_infra.project.packages.stage import PackagesStage
from tests.support.cli import run_here, small_project
from tests.support.trees import build_tree

CORE = {"libs/core/pyproject.toml": '[project]\nname = "core"\nversion = "1"\n'}
HASH = "--hash=sha256:" + "0" * 64
Files = Mapping[str, str | bytes]


def staged(folder: Path, files: Files | str) -> PackagesStage:
    written = {"requirements.txt": files} if isinstance(files, str) else files
    return packages_stage(build_tree(folder, written), "requirements", needs_dazzle=True)


def refused(folder: Path, files: Files | str) -> tuple[str, str, str]:
    with pytest.raises(PackagesError) as caught:
        staged(folder, files)
    error = caught.value
    assert error.exit_code == ExitCode.USAGE
    assert error.hint
    return str(error.where), error.message, error.hint


def test_included_files_are_copied_with_all_that_they_refer_to(tmp_path: Path) -> None:
    found = staged(
        tmp_path,
        {
            "requirements.txt": "-r requirements/base.txt\n--requirement=requirements/more.txt # more\n",
            "requirements/base.txt": "-c../constraints.txt\ndjango ; os_name == 'posix'\n./wheels/x-1-py3-none-any.whl",
            "requirements/more.txt": "--find-links archives\n-e ./libs/core\n",
            "requirements/archives/y-1.tar.gz": "",
            "constraints.txt": "django==5.2\n",
            "wheels/x-1-py3-none-any.whl": "",
            **CORE,
        },
    )
    assert found.files == (
        "constraints.txt",
        "requirements.txt",
        "requirements/base.txt",
        "requirements/more.txt",
        "wheels/x-1-py3-none-any.whl",
    )
    assert found.folders == ("libs/core", "requirements/archives")
    assert found.editable == ("libs/core",)
    assert not found.is_hashed


def test_lines_are_joined_and_comments_removed_as_pip_does() -> None:
    text = "a==1 \\\n  --hash=x # why\n# -r \\\nb\\\n# end\n\n  c  \nd\\"
    assert list(logical_lines(text)) == [(1, "a==1   --hash=x"), (4, "b"), (7, "c"), (8, "d")]


@pytest.mark.parametrize(
    "content",
    [
        f"django==5.2 {HASH} \\\n    {HASH}\n",
        f"--require-hashes\ndjango==5.2 {HASH}\nold==1 ; sys_platform == 'win32'\n",
        f"x @ https://x.example/x-1.tar.gz {HASH}\n",
    ],
)
def test_hashed_requirements_are_known(tmp_path: Path, content: str) -> None:
    assert staged(tmp_path, content).is_hashed


def test_one_file_may_be_included_twice(tmp_path: Path) -> None:
    files = {"requirements.txt": "-r a.txt\n-r b.txt\n", "a.txt": "-r c.txt\n", "b.txt": "-r c.txt\n", "c.txt": "six\n"}
    assert len(staged(tmp_path, files).files) == 4


def test_a_file_that_windows_wrote_is_read(tmp_path: Path) -> None:
    files: Files = {"requirements.txt": "-r b.txt\r\n".encode("utf-16"), "b.txt": "\ufeffsix\r\n"}
    assert staged(tmp_path, files).files == ("b.txt", "requirements.txt")


@pytest.mark.parametrize(
    ("content", "needed_by", "build", "run"),
    [
        ("psycopg2==2.9\n", "psycopg2", "libpq-dev", "libpq5"),
        ("Psycopg[c]\n", "psycopg-c", "gcc", "libpq5"),
        ("psycopg>=3\n", "psycopg", "", "libpq5"),
        ("mysqlclient\n", "mysqlclient", "pkg-config", "libmariadb3"),
        ("--no-binary lxml,pillow\nlxml\n", "lxml", "libxslt1-dev", "libxslt1.1"),
        ("--no-binary :all:\nPillow\n", "pillow", "zlib1g-dev", "libjpeg62-turbo"),
        ("fancy @ git+https://git.example/fancy.git@v1\n", "fancy", "git", ""),
        ("git+https://git.example/acme/fancy.git@v1\n", "fancy", "git", ""),
        ("-e git+https://git.example/x.git#egg=fancy\n", "fancy", "git", ""),
        ("hg+https://hg.example/fancy\n", "fancy", "mercurial", ""),
    ],
)
def test_debian_packages_are_proposed_by_name(
    tmp_path: Path, content: str, needed_by: str, build: str, run: str
) -> None:
    (proposal,) = staged(tmp_path, content).proposals
    assert proposal.needed_by == needed_by
    assert build in proposal.build or build == ""
    assert run in proposal.run or run == ""
    assert str(proposal.where) == f"requirements.txt:{content.count(chr(10))}"


@pytest.mark.parametrize(
    "content",
    [
        *("lxml\npillow\n", "psycopg[binary]\n", "psycopg2-binary\n", "# psycopg2\n"),
        *("psycopg2 ; sys_platform == 'win32'\n", "psycopg2; python_version < '3.8'\n", "--no-binary :none:\nlxml\n"),
        *("--no-binary :all:\n--no-binary :none:\nlxml\n", "x @ https://x.example/x-1.tar.gz\n"),
    ],
)
def test_nothing_is_proposed_where_wheels_are_installed_or_a_marker_excludes_linux(
    tmp_path: Path, content: str
) -> None:
    assert staged(tmp_path, content).proposals == ()


def test_variables_of_private_indexes_are_build_secrets(tmp_path: Path) -> None:
    content = (
        "--extra-index-url https://${INDEX_USER}:${INDEX_TOKEN}@pypi.example/simple\nx @ git+https://${T}@g.example/x\n"
    )
    found = staged(tmp_path, content)
    assert [(one.name, str(one.where)) for one in found.secrets] == [
        ("INDEX_TOKEN", "requirements.txt:1"),
        ("INDEX_USER", "requirements.txt:1"),
        ("T", "requirements.txt:2"),
    ]
    assert found.remarks == ()


def test_credentials_in_a_file_are_a_remark(tmp_path: Path) -> None:
    (remark,) = staged(tmp_path, "six\n--index-url https://me:hunter2@pypi.example/simple\n").remarks
    assert (str(remark.where), "contains credentials" in remark.message) == ("requirements.txt:2", True)
    assert "hunter2" not in remark.message


def test_a_missing_folder_of_archives_is_a_remark_since_pip_ignores_it(tmp_path: Path) -> None:
    (remark,) = staged(tmp_path, "--find-links gone\nsix\n").remarks
    assert "pip ignores it" in remark.message


@pytest.mark.parametrize(
    ("content", "has_remark"),
    [("dazzle\n", True), ("dazzle==1 # old\n", True), ("dazzle-dsl\n", False), ("dazzle\ndazzle_dsl[serve]\n", False)],
)
def test_dazzle_is_another_package_than_dazzle_dsl(tmp_path: Path, content: str, has_remark: bool) -> None:
    remarks = staged(tmp_path, content).remarks
    assert [str(one.where) for one in remarks] == (["requirements.txt:1"] if has_remark else [])


REFUSED: list[tuple[Files | str, str, str]] = [
    ("six\n-r /etc/base.txt\n", "requirements.txt:2", "is absolute"),
    ("-r ~/base.txt\n", "requirements.txt:1", "is absolute"),
    ("-c file:///c.txt\n", "requirements.txt:1", "is absolute"),
    ("-r ../base.txt\n", "requirements.txt:1", "leads outside"),
    ("-r a/../../base.txt\n", "requirements.txt:1", "leads outside"),
    ("-r gone.txt\n", "requirements.txt:1", "does not exist"),
    ("-r a\\b.txt\n", "requirements.txt:1", "does not exist"),
    ("-e ..\n", "requirements.txt:1", "leads outside"),
    ("-e .\n", "requirements.txt:1", "is the project itself"),
    (".[dev]\n", "requirements.txt:1", "is the project itself"),
    ("./libs/none\n", "requirements.txt:1", "does not exist"),
    ({"requirements.txt": "./libs/x\n", "libs/x/a.py": ""}, "requirements.txt:1", "is not a Python package"),
    ({"requirements.txt": "./a.txt\n", "a.txt": ""}, "requirements.txt:1", "is not an archive"),
    ("x-1-py3-none-any.whl\n", "requirements.txt:1", "does not exist"),
    ({"requirements.txt": "./b[1].whl\n", "b[1].whl": ""}, "requirements.txt:1", "Docker interprets"),
    ("x @ file:///opt/x.whl\n", "requirements.txt:1", "file of this machine"),
    ("file:///opt/x.whl\n", "requirements.txt:1", "file of this machine"),
    ("six\n\ngit+ssh://git@git.example/x.git\n", "requirements.txt:3", "needs an ssh key"),
    ("x @ git+ssh://git@git.example/x.git\n", "requirements.txt:1", "needs an ssh key"),
    ("-f /opt/wheels\n", "requirements.txt:1", "is absolute"),
    ("-i ./simple\n", "requirements.txt:1", "is not a web address"),
    ("--foo bar\n", "requirements.txt:1", "no such option: --foo"),
    ("six --foo\n", "requirements.txt:1", "no such option: --foo"),
    ("-r\n", "requirements.txt:1", "requires 1 argument"),
    ("-r 'a.txt\n", "requirements.txt:1", "quotation marks are not closed"),
    ("six=1\n", "requirements.txt:1", "is not a requirement"),
    ("six >= \n", "requirements.txt:1", "is not a requirement"),
    ("six ; nonsense\n", "requirements.txt:1", "is not a requirement"),
    ("https://x.example/x.whl ; nonsense\n", "requirements.txt:1", "is not an environment marker"),
    ("{% if x %}\n", "requirements.txt:1", "is not a requirement"),
    ("<<<<<<< HEAD\n", "requirements.txt:1", "is not a requirement"),
    (f"six==1 {HASH}\n\nten==2\n", "requirements.txt:3", "has none"),
    (f"six==1 {HASH}\nten>=2 {HASH}\n", "requirements.txt:2", "has no exact version"),
    ({"requirements.txt": f"six==1 {HASH}\n./libs/core\n", **CORE}, "requirements.txt:2", "is a folder"),
    ("six==1 --hash=md5:00\n", "requirements.txt:1", "is not a hash"),
    ("-r requirements.txt\n", "requirements.txt:1", "requirements.txt → requirements.txt"),
    ({"requirements.txt": "-r a.txt\n", "a.txt": "-c b/c.txt\n", "b/c.txt": "\n-r ../a.txt\n"},
     "b/c.txt:2", "a.txt → b/c.txt → a.txt"),
    ({"requirements.txt": b"six\n\xff\xfe\n"}, "requirements.txt:2", "is not UTF-8"),
    ({"requirements.txt": "-r .env\n", ".env": ""}, "requirements.txt:1", "must not be in an image"),
    ("-r a\0b\n", "requirements.txt:1", "is not a valid path"),
    (f"-r {'a' * 300}\n", "requirements.txt:1", "is not a valid path"),
    ({"requirements.txt": "-r a\n", "a/b": ""}, "requirements.txt:1", "a is not a file"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "where", "message"), REFUSED)
def test_what_no_image_can_install_is_refused_with_file_and_line(
    tmp_path: Path, files: Files | str, where: str, message: str
) -> None:
    found, text, _ = refused(tmp_path / "project", files)
    assert (found, message in text or text) == (where, True)


def test_links_are_refused(tmp_path: Path) -> None:
    build_tree(tmp_path, {"real.txt": "six\n", "shared/a.txt": "six\n"})
    (tmp_path / "linked.txt").symlink_to("real.txt")
    (tmp_path / "more").symlink_to("shared")
    assert "is a link" in refused(tmp_path, "-r linked.txt\n")[1]
    assert 'is behind the link "more"' in refused(tmp_path, "-r more/a.txt\n")[1]
    (tmp_path / "requirements.txt").unlink()
    (tmp_path / "requirements.txt").symlink_to("real.txt")
    with pytest.raises(PackagesError, match=r'the file "requirements.txt" is a link'):
        packages_stage(tmp_path, "requirements")


def test_a_refusal_is_one_message_and_nothing_is_written(tmp_path: Path) -> None:
    build_tree(small_project(tmp_path), {"requirements.txt": "dazzle-dsl\n-r gone.txt\n"})
    before = sorted(tmp_path.rglob("*"))
    ran = run_here("docker", "--json", cwd=tmp_path)
    assert (ran.status, ran.json["code"], ran.json["where"]) == (
        2,
        "packages",
        {"file": "requirements.txt", "line": 2, "key": None},
    )
    assert sorted(tmp_path.rglob("*")) == before
    assert run_here("terraform", cwd=tmp_path).status == 0


def test_a_remark_is_a_warning_of_the_command(tmp_path: Path) -> None:
    build_tree(small_project(tmp_path), {"requirements.txt": "dazzle\n"})
    ran = run_here("docker", cwd=tmp_path)
    assert ran.status == 0
    assert "requirements.txt:1 names dazzle" in ran.err + ran.out


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                "-r",
                "-e ",
                "x",
                " ",
                "\\\n",
                "\n",
                "#",
                "==1",
                ";",
                "@",
                "git+",
                "://",
                "'",
                "$",
                "{A}",
                "--hash=",
                "./",
                "..",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    (folder / "requirements.txt").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        packages_stage(folder, "requirements")
    except PackagesError:
        return
