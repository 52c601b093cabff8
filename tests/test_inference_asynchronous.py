"""Asynchronous work: what asks for a queue and a worker, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from dazzle_infra.requirements import Need, ProjectFacts, infer
from tests.support.appspecs import appspec

NO_FACTS = ProjectFacts()
Sections = dict[str, Any]


def _evidence(need: Need, **sections: Any) -> list[tuple[str, str]]:
    """Return the evidence for a need that is there."""
    requirement = infer(appspec(**sections), NO_FACTS)[need]
    assert requirement.needed, requirement.evidence
    return [(str(evidence), evidence.because) for evidence in requirement.evidence]


def _integration(**keys: Any) -> Sections:
    return {"integrations": [{"name": "pager_duty", **keys}]}


def _step(kind: str, **keys: Any) -> Sections:
    return {"processes": [{"name": "onboard", "steps": [{"name": "go", "kind": kind, **keys}]}]}


ASYNCHRONOUS: list[tuple[Sections, tuple[str, str]]] = [
    (_integration(), ("integration pager_duty", "calls another system")),
    (
        _integration(mappings=[{"name": "forward", "triggers": [{"trigger_type": "on_create"}]}]),
        ("integration pager_duty", "mapping forward on create"),
    ),
    (
        _integration(
            mappings=[
                {"name": "b"},
                {
                    "name": "a",
                    "triggers": [
                        {"trigger_type": "on_update"},
                        {"trigger_type": "on_transition", "from_state": "open", "to_state": "closed"},
                    ],
                },
            ]
        ),
        ("integration pager_duty", "mapping a on transition from open to closed and on update, mapping b"),
    ),
    (
        _integration(
            syncs=[{"name": "pull", "mode": "scheduled", "schedule": "0 2 * * *"}],
            actions=[{"name": "ring", "when_surface": "alert_detail"}],
        ),
        ("integration pager_duty", "action ring on surface alert_detail, sync pull scheduled 0 2 * * *"),
    ),
    (_step("service"), ("process onboard", "step go (service)")),
    (_step("send"), ("process onboard", "step go (send)")),
    (_step("wait"), ("process onboard", "step go (wait)")),
    (_step("llm_intent"), ("process onboard", "step go (llm_intent)")),
    (_step("unheard_of"), ("process onboard", "step go (unheard_of)")),
    (
        _step("condition", parallel_steps=[{"name": "deep", "kind": "foreach", "foreach_steps": []}]),
        ("process onboard", "step deep (foreach)"),
    ),
    (
        _step("human_task", foreach_steps=[{"name": "deeper", "kind": "query"}]),
        ("process onboard", "step deeper (query)"),
    ),
    ({"schedules": [{"name": "nightly"}]}, ("schedule nightly", "runs on a schedule")),
    (
        {"llm_intents": [{"name": "triage", "triggers": [{"on_entity": "Ticket", "on_event": "created"}]}]},
        ("llm_intent triage", "calls a language model on Ticket created"),
    ),
    ({"slas": [{"name": "answer"}]}, ("sla answer", "its deadlines are checked on a schedule")),
    (
        {"channels": [{"name": "mails", "kind": "email", "send_operations": [{"name": "welcome"}]}]},
        ("channel mails", "sends welcome"),
    ),
    (
        {"channels": [{"name": "mails", "kind": "email", "receive_operations": [{"name": "reply"}]}]},
        ("channel mails", "receives reply"),
    ),
    ({"channels": [{"name": "jobs", "kind": "queue"}]}, ("channel jobs", "its kind is queue")),
    ({"channels": [{"name": "log", "kind": "stream"}]}, ("channel log", "its kind is stream")),
    ({"notifications": [{"name": "done", "channels": ["in_app"]}]}, ("notification done", "sends messages")),
    ({"webhooks": [{"name": "Notify"}]}, ("webhook Notify", "delivers to another system, with retries")),
    ({"event_model": {"topics": [{"name": "tasks"}]}}, ("topic tasks", "carries events")),
    ({"event_model": {"events": [{"name": "Done"}]}}, ("event Done", "is published when something happens")),
    ({"jobs": [{"name": "sweep"}]}, ("job sweep", "runs in the background")),
    ({"streams": [{"name": "facts"}]}, ("stream facts", "publishes a log of records")),
    ({"subscriptions": [{"topic": "tasks", "group_id": "mailer"}]}, ("subscription tasks mailer", "consumes a topic")),
    ({"projections": [{"name": "totals"}]}, ("projection totals", "follows a topic")),
    (
        {"atomic_flows": [{"name": "transfer"}]},
        ("atomic_flow transfer", "runs as one unit and writes an audit trail"),
    ),
    (
        {"domain_services": [{"name": "settle", "kind": "workflow"}]},
        ("domain_service settle", "its kind is workflow"),
    ),
    (
        {"experiences": [{"name": "join", "steps": [{"name": "pay", "kind": "integration"}]}]},
        ("experience join", "integration step pay"),
    ),
]


@pytest.mark.parametrize(("sections", "expected"), ASYNCHRONOUS)
def test_asynchronous_work_asks_for_a_queue_and_a_worker(sections: Sections, expected: tuple[str, str]) -> None:
    assert _evidence("queue", **sections) == [expected]
    assert _evidence("worker", **sections) == [expected]


SYNCHRONOUS: list[tuple[Sections, str]] = [
    ({}, "model"),
    (_step("human_task"), "process onboard"),
    (_step("condition"), "process onboard"),
    (_step("side_effect"), "process onboard"),
    ({"llm_intents": [{"name": "ask", "triggers": []}]}, "llm_intent ask"),
    ({"experiences": [{"name": "join", "steps": [{"name": "look", "kind": "surface"}]}]}, "experience join"),
    ({"channels": [{"name": "mails", "kind": "email"}]}, "model"),
    ({"event_model": {"topics": [], "events": []}}, "model"),
    ({"domain_services": [{"name": "sum", "kind": "domain_logic"}]}, "model"),
    ({"domain_services": [{"name": "call", "kind": "integration"}]}, "model"),
    ({"foreign_models": [{"name": "Monitor"}], "apis": [{"name": "datadog"}]}, "model"),
]


@pytest.mark.parametrize(("sections", "named"), SYNCHRONOUS)
def test_what_is_done_in_the_request_asks_for_neither(sections: Sections, named: str) -> None:
    inferred = infer(appspec(**sections), NO_FACTS)
    assert not inferred.needs("queue")
    assert not inferred.needs("worker")
    assert named in [str(evidence) for evidence in inferred["queue"].evidence]
