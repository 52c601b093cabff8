"""What holds for inference over any model: total, deterministic, monotone, and never without a reason."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dazzle_infra.appspec import read_document
from dazzle_infra.errors import UsageError
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME
from dazzle_infra.requirements import (
    Evidence,
    Inferred,
    Need,
    Override,
    ProjectFacts,
    Requirement,
    Setting,
    because,
    infer,
)
from dazzle_infra.requirements.needs import NEED_NAMES
from tests.support.appspecs import NOISE, any_model, documents

NO_FACTS = ProjectFacts(runtime_variables=DEFAULT_RUNTIME.variables)
NEEDS = NEED_NAMES


def _infer(spec: dict[str, Any], facts: ProjectFacts = NO_FACTS) -> Inferred:
    return infer(read_document(spec, name="test"), facts)


def _shuffled(value: Any, chance: random.Random) -> Any:
    """Return the same value with all its lists and keys in another order."""
    if isinstance(value, dict):
        items = [(key, _shuffled(item, chance)) for key, item in value.items()]
        return dict(chance.sample(items, len(items)))
    if isinstance(value, list):
        items = [_shuffled(item, chance) for item in value]
        return chance.sample(items, len(items))
    return value


def _sorted_steps(spec: dict[str, Any]) -> dict[str, Any]:
    # Steps, fields of a search and fallback stores are sequences: their order means something.
    return {key: value for key, value in spec.items() if key not in {"experiences", "processes", "searches"}}


@any_model
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_the_models_lists_changes_nothing(spec: dict[str, Any], chance: random.Random) -> None:
    spec = _sorted_steps(spec)
    assert _infer(_shuffled(spec, chance)) == _infer(spec)


@any_model
@given(documents())
def test_every_need_is_answered_with_a_reason_that_names_something(spec: dict[str, Any]) -> None:
    inferred = _infer(spec)
    assert [requirement.name for requirement in inferred] == sorted(NEEDS)
    for requirement in inferred:
        assert requirement.evidence
        for evidence in requirement.evidence:
            assert evidence.construct
            assert evidence.because
            assert evidence.name or evidence.construct in {"llm_config", "model", "tenancy"}
        if requirement.needed:
            assert all(evidence.construct != "model" for evidence in requirement.evidence)


@any_model
@given(documents())
def test_evidence_is_sorted_without_repetition_the_platforms_last(spec: dict[str, Any]) -> None:
    platform = {e["name"] for e in spec["domain"]["entities"] if e["domain"] == "platform"}
    platform -= {e["name"] for e in spec["domain"]["entities"] if e["domain"] != "platform"}

    def rank(evidence: Evidence) -> tuple[int, str, str, str]:
        is_platform = evidence.construct == "entity" and evidence.name in platform
        first = 0 if evidence.construct == "model" else 1 + is_platform
        return first, evidence.construct, evidence.name, evidence.because

    for requirement in _infer(spec):
        if requirement.name not in {"database", "storage", "tenancy"} or not _has_namesakes(spec):
            ranks = [rank(evidence) for evidence in requirement.evidence]
            assert ranks == sorted(ranks)
        assert len(set(requirement.evidence)) == len(requirement.evidence)


def _has_namesakes(spec: dict[str, Any]) -> bool:
    names = [e["name"] for e in spec["domain"]["entities"]]
    return len(names) != len(set(names))


@any_model
@given(documents(), documents())
def test_more_constructs_never_take_a_need_or_a_variable_away(spec: dict[str, Any], more: dict[str, Any]) -> None:
    both = dict(spec)
    for section, items in more.items():
        if isinstance(items, list) and section not in NOISE:
            both[section] = [*(both.get(section) or []), *items]
        elif items is not None and section not in NOISE and not both.get(section):
            both[section] = items
    both["domain"] = {"entities": spec["domain"]["entities"] + more["domain"]["entities"]}
    before, after = _infer(spec), _infer(both)
    for need in NEEDS:
        assert after.needs(need) >= before.needs(need)
        if before.needs(need):
            assert set(after[need].evidence) >= set(before[need].evidence)
    assert {s.name for s in after.environment} >= {s.name for s in before.environment}
    assert {s.name for s in after.environment if s.secret} >= {s.name for s in before.environment if s.secret}


@any_model
@given(documents())
def test_variables_are_sorted_valid_and_said_why(spec: dict[str, Any]) -> None:
    environment = _infer(spec).environment
    names = [setting.name for setting in environment]
    assert names == sorted(set(names))
    for setting in environment:
        assert setting.name.isidentifier()
        assert setting.name.isascii()
        assert setting.evidence
        assert not (setting.secret and setting.default)
        assert not (setting.cloud_only and setting.local_only)


@any_model
@given(documents(), st.dictionaries(st.sampled_from(NEEDS), st.booleans()))
def test_overrides_decide_or_are_refused_with_a_reason(spec: dict[str, Any], chosen: dict[Need, bool]) -> None:
    overrides = {need: Override(needed, f"because of {need}") for need, needed in chosen.items()}
    try:
        inferred = _infer(spec, replace(NO_FACTS, overrides=overrides))
    except UsageError as error:
        forced = [need for need, needed in chosen.items() if needed]
        assert any(f"{need} is forced (because of {need})" in error.message for need in forced)  # noqa: PT017
        return
    for need, needed in chosen.items():
        assert inferred.needs(need) == needed
        first = inferred[need].evidence[0]
        assert (first.construct, first.name) == ("manifest", f"[infra.overrides] {need}")
    assert inferred.needs("queue") or not inferred.needs("worker")


def _moved(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the model with every construct some lines further down, in another file."""
    if isinstance(spec, dict):
        if set(spec) == {"file", "line"}:
            return {"file": "dsl/moved.dsl", "line": spec["line"] + 10}
        return {key: _moved(value) for key, value in spec.items()}
    return [_moved(value) for value in spec] if isinstance(spec, list) else spec


def _rendered(inferred: Inferred) -> list[str]:
    subjects: list[Requirement | Setting] = [*inferred, *inferred.environment]
    return [because(subject) for subject in subjects]


@any_model
@given(documents())
def test_what_is_rendered_names_no_place_and_does_not_change_when_lines_move(spec: dict[str, Any]) -> None:
    rendered = _rendered(_infer(spec))
    assert _rendered(_infer(_moved(spec))) == rendered
    assert not [text for text in rendered if ".dsl" in text or not text or "\n" in text]


@any_model
@given(documents(), documents())
def test_what_is_rendered_for_a_need_stays_while_the_need_does(spec: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = _infer(spec), _infer(other)
    for need in NEEDS:
        if first.needs(need) == second.needs(need):
            assert because(first[need]) == because(second[need])
