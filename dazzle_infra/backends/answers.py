"""The base of the answers of all templates."""

from __future__ import annotations

from dazzle_infra.values.records import Part

__all__ = ["Answers"]


class Answers(Part):
    """Answers of one template.

    The fields of a subclass are exactly the questions of that template's `copier.yml`: the same names,
    types and defaults. Text, numbers and booleans are questions of that type; everything structured is a
    question of type `yaml`.
    """
