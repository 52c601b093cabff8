"""Write docs/template-vocabulary.md from the models of the vocabulary: python -m scripts.template_vocabulary."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from dazzle_infra.workload.vocabulary import VOCABULARY_VERSION
from dazzle_infra.workload.vocabulary_models import Vocabulary

__all__ = ["DOCUMENT", "document", "main"]

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "template-vocabulary.md"
_WORDS: Final = {"string": "text", "integer": "number", "boolean": "yes or no"}
_QUESTIONS: Final = {"string": "str", "integer": "int", "boolean": "bool", "array": "yaml"}

_HEAD: Final = """<!-- `make vocabulary` generates this file from dazzle_infra/workload/vocabulary_models.py. -->

# The vocabulary of templates

Version {version}.

A template of `[infra.custom.NAME]` gets the values of this page by asking for them: a question of `copier.yml` with one
of these names and the type of the table is answered with the value. Names that the template does not ask for are not
passed. A question of one of these names with another type is an error that states the question and both types. All
other questions belong to the template; `[infra.custom.NAME.answers]` or the question's default answers them.
[writing-a-template.md](writing-a-template.md) makes a template with it.

A question of a list has the type `yaml` (`json` is accepted too) and holds the complete value; `path` is accepted for
`str`. The version changes when a name is removed or renamed, or when its type or meaning changes. New names, new fields
of a record and new values of a field do not change it: a template ignores what it does not know.

The values depend on the model, dazzle.toml and the project's files alone. No value is a secret.
"""


def document() -> str:
    """Return the text of the document."""
    schema = Vocabulary.model_json_schema()
    rows = list(_questions(schema["properties"]))
    parts = [_HEAD.format(version=VOCABULARY_VERSION), "## Questions\n", _table(("question", "type", "value"), rows)]
    for name in _in_order(schema):
        record = schema["$defs"][name]
        fields = ((f"`{key}`", _type(stated), _text(stated)) for key, stated in record["properties"].items())
        parts += [f"## {name}\n", f"{_text(record)}\n", _table(("field", "type", "value"), fields)]
    return "\n".join(parts)


def _questions(properties: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, stated in properties.items():
        holds = f"{_type(stated)[0].upper()}{_type(stated)[1:]}. " if stated["type"] == "array" else ""
        yield f"`{name}`", f"`{_QUESTIONS[stated['type']]}`", f"{holds}{_text(stated)}"


def _in_order(schema: Mapping[str, Any]) -> list[str]:
    """Return the names of the records as the questions and then the records refer to them."""
    found: list[str] = []
    nodes = [schema, *schema["$defs"].values()]
    for node in nodes:
        for stated in node["properties"].values():
            name = stated.get("items", {}).get("$ref", "").rpartition("/")[2]
            if name and name not in found:
                found.append(name)
    return found


def _type(stated: Mapping[str, Any]) -> str:
    if "anyOf" in stated:
        return _type(stated["anyOf"][0])
    if "enum" in stated:
        return ", ".join(f"`{value}`" for value in stated["enum"])
    if stated["type"] == "array":
        name = stated["items"].get("$ref", "").rpartition("/")[2]
        return f"list of [{name}](#{name.lower()})" if name else f"list of {_WORDS[stated['items']['type']]}"
    return _WORDS[stated["type"]]


def _text(stated: Mapping[str, Any]) -> str:
    return " ".join(stated["description"].split())


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | list[tuple[str, str, str]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("| --- ", "|---").replace("|--- |", "|---|")


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT} is written\n")


if __name__ == "__main__":
    main()
