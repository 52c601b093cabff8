"""docs/template-vocabulary.md states what the models state."""

from __future__ import annotations

from scripts.template_vocabulary import DOCUMENT, document


def test_the_document_is_what_the_models_state() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run `make vocabulary`"
