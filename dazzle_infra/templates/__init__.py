"""Templates: embedded in the package with their histories, from a git URL, or from a local path."""

from dazzle_infra.templates.embedded import SCHEME, TEMPLATE_NAMES, embedded_repository, embedded_url
from dazzle_infra.templates.fetch import Access
from dazzle_infra.templates.git import git_version, isolated_environment, require_git, run_git
from dazzle_infra.templates.questions import answers_for, known_answers, questions_of
from dazzle_infra.templates.source import EMBEDDED, Template, commit_of, resolve_template, source_of, versions_of

__all__ = [
    "EMBEDDED",
    "SCHEME",
    "TEMPLATE_NAMES",
    "Access",
    "Template",
    "answers_for",
    "commit_of",
    "embedded_repository",
    "embedded_url",
    "git_version",
    "isolated_environment",
    "known_answers",
    "questions_of",
    "require_git",
    "resolve_template",
    "run_git",
    "source_of",
    "versions_of",
]
