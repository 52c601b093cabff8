"""Every hostile template of the tests: what it tries, and the words with which it is refused."""

from __future__ import annotations

from tests.support.hostile import COPIER, SUBMODULE, Content, link

__all__ = ["HARMLESS", "REFUSED", "rendered", "settings"]


def settings(text: str) -> dict[str, Content]:
    return {"copier.yml": COPIER + text}


def rendered(text: str) -> dict[str, Content]:
    return {"template/a.txt.jinja": text}


def named(name: str) -> dict[str, Content]:
    return {f"template/{name}": "x\n"}


BOMB = "b0: &b0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
MERGES = "m0: &m0 {a: 1}\n" + "".join(f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 30))
ESCAPE = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
RUNS = "{{ cycler.__init__.__globals__.os.system('touch {marker}') }}"

REFUSED: list[tuple[str, dict[str, Content], str]] = [
    # What would run code
    ("tasks", settings("_tasks: ['touch {marker}']\n"), "_tasks runs commands"),
    ("tasks that depend on an answer", settings("_tasks: [{command: 'touch {marker}', when: true}]\n"), "_tasks"),
    ("migrations", settings("_migrations: [{version: v1.0.0, before: ['touch {marker}']}]\n"), "_migrations"),
    ("extensions", settings("_jinja_extensions: [os.path]\n"), "_jinja_extensions runs Python code"),
    ("extensions by envops", settings("_envops: {extensions: [jinja2.ext.do]}\n"), "_envops sets 'extensions'"),
    ("a finalizer by envops", settings("_envops: {finalize: os.system}\n"), "_envops sets 'finalize'"),
    ("a Python object", settings("x: !!python/object/apply:os.system ['touch {marker}']\n"), "python/object/apply"),
    ("an include of settings", settings("---\n!include more.yml\n") | {"more.yml": "_tasks: [ls]\n"}, "!include"),
    ("tasks in a second document", settings("---\n_tasks: ['touch {marker}']\n"), "_tasks"),
    ("Python's classes", rendered(ESCAPE), "unsafe"),
    ("Python's globals", rendered(RUNS), "unsafe"),
    ("format strings", rendered("{{ '{0.__class__.__mro__}'.format('') }}"), "unsafe"),
    ("classes in a name", named("{{ ''.__class__.__mro__ }}.txt.jinja"), "unsafe"),
    ("classes in a default", settings('y: {type: str, default: "' + ESCAPE + '"}\n'), "unsafe"),
    # What would read outside
    ("an include of a file", rendered("{% include '/etc/passwd' %}"), "/etc/passwd"),
    ("an include above", rendered("{% include '../../../../../../etc/passwd' %}"), "etc/passwd"),
    ("an import from above", rendered("{% import '../../canary.yml' as x %}"), "canary.yml"),
    ("external data", settings("_external_data: {x: '../../canary.yml'}\n"), "_external_data reads files"),
    ("an include of YAML above", settings("x: !include ../../canary.yml\n"), "!include"),
    ("an absolute link", {"template/a.txt": link("/etc/passwd")}, "symbolic link 'template/a.txt'"),
    ("a link out of the template", {"template/a.txt": link("../../canary.yml")}, "does not point to a file"),
    ("a link to a folder", {"template/a": link("../..")}, "does not point to a file"),
    ("links in a circle", {"template/a": link("b"), "template/b": link("a")}, "does not point to a file"),
    ("a link for copier.yml", {"copier.yml": link("template/x"), "template/x": COPIER}, "no copier.yml"),
    ("links that are kept", settings("_preserve_symlinks: true\n"), "_preserve_symlinks"),
    ("a list of a folder", rendered("{{ '{folder}/*' | fileglob }}"), "listing"),
    ("a submodule", {"template/sub": SUBMODULE, ".gitmodules": "[submodule x]\n"}, "is a submodule"),
    # What would write outside
    ("a subdirectory above", {"copier.yml": "_subdirectory: ../..\n"}, "forbidden"),
    ("a name above", named(r"{{ '..\x2f..\x2f..\x2fmarker' }}"), "forbidden"),
    ("an absolute name", named(r"{{ '\x2ftmp\x2fmarker-of-a-test' }}"), "forbidden"),
    ("a hook in the repository's files", {"template/.git/hooks/pre-commit": "x"}, "inside a .git directory"),
    ("another answers file", settings("_answers_file: ../../marker\n"), "_answers_file"),
    ("a hook of git's", named("{{ '.git' }}/hooks/pre-commit"), "'.git'"),
    ("git's configuration in capitals", named("{{ '.GIT' }}/config"), "'.GIT'"),
    ("git's folder as Windows has it", named("{{ 'git~1' }}/config"), "git~1"),
    ("git's folder as HFS+ has it", named("{{ '.g\\u200cit' }}/config"), "invisible character"),
    ("our own folder", named("{{ '.dazzle-infra' }}/journal"), ".dazzle-infra"),
    ("a device", named("aux.txt"), "device"),
    ("a name of two lines", named("{{ 'a\\nb' }}.txt"), "invisible character"),
    ("a name that clears the screen", named("{{ '\\x1b[2J' }}.txt"), "invisible character"),
    ("a path of Windows", named("{{ 'C:\\\\x' }}.txt"), "Windows"),
    # What would have no end
    ("very many files", {f"template/f{n}": "x" for n in range(5_001)}, "5,003 files"),
    ("a huge file", {"template/huge": 50_000_001}, "50,000,000 are the limit"),
    ("a huge copier.yml", settings("# " + "x" * 1_000_000), "copier.yml has"),
    ("a bomb of aliases", settings(BOMB), "aliases"),
    ("a bomb of merges", settings(MERGES), "aliases"),
    ("brackets without end", settings("x: " + "[" * 5_000), "copier.yml"),
    ("a bomb of aliases for the fields", {"answer-fields.yml": BOMB}, "not a tree of fields"),
    ("a link for the fields", {"answer-fields.yml": link("template/x"), "template/x": "a: str\n"}, "not a tree"),
    ("a large text", rendered("{{ 'x' * 60_000_000 }}"), "too large"),
    ("more memory than there is", rendered("{{ 'x' * 40_000_000_000 }}"), "memory"),
    ("files from a loop", named("{% yield n from range({files}) %}{{ n }}{% endyield %}.txt"), "5,000 files"),
    # What is odd
    ("secret questions", settings("_secret_questions: [app_name]\n"), "_secret_questions"),
    ("no copier.yml", {"copier.yml": link("gone")}, "does not point to a file"),
    ("a list for copier.yml", {"copier.yml": "- x\n"}, "not a mapping"),
]

HARMLESS: list[tuple[str, dict[str, Content], str]] = [
    ("a variable of the environment", rendered("{{ '$SECRET_OF_MINE' | expandvars }}"), "$SECRET_OF_MINE"),
    ("a filter of git's", {".gitattributes": "* filter=evil\n", "template/a.txt": "plain\n"}, "plain\n"),
    ("a hook in the repository", {"hooks/post-checkout": "touch {marker}", "template/a.txt": "plain\n"}, "plain\n"),
    ("LFS of its own", {".lfsconfig": "[lfs]\nurl = x\n", "template/a.txt": "plain\n"}, "plain\n"),
    ("a link to its own file", {"template/a.txt": link("../b"), "b": "plain\n"}, "plain\n"),
]
