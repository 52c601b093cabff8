"""What each template is asked: one typed model a template, its fields the questions of its `copier.yml`."""

from dazzle_infra.answers._base import Answers, EntryPoint, Part, Variable
from dazzle_infra.answers.docker import DockerAnswers
from dazzle_infra.answers.terraform import Environment, Profile, Schedule, Size, TerraformAnswers

__all__ = [
    "Answers",
    "DockerAnswers",
    "EntryPoint",
    "Environment",
    "Part",
    "Profile",
    "Schedule",
    "Size",
    "TerraformAnswers",
    "Variable",
]
