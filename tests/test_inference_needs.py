"""Each rule of inference: which construct asks for which need, and in what words."""

from __future__ import annotations

from typing import Any

import pytest

from dazzle_infra.requirements import Need, OAuthProvider, ProjectFacts, StorageTable, infer
from tests.support.appspecs import appspec, entity

NEEDS: tuple[Need, ...] = (
    "cache",
    "database",
    "ledger",
    "llm",
    "mail",
    "queue",
    "scheduler",
    "search",
    "storage",
    "tenancy",
    "webhooks",
    "worker",
)
NO_FACTS = ProjectFacts()
Sections = dict[str, Any]


def _evidence(need: Need, facts: ProjectFacts = NO_FACTS, **sections: Any) -> list[tuple[str, str]]:
    """Return the evidence for a need that is there."""
    requirement = infer(appspec(**sections), facts)[need]
    assert requirement.needed, requirement.evidence
    return [(str(evidence), evidence.because) for evidence in requirement.evidence]


def _integration(**keys: Any) -> Sections:
    return {"integrations": [{"name": "pager_duty", **keys}]}


OTHERS: list[tuple[Need, Sections, list[tuple[str, str]]]] = [
    ("database", {"entities": [entity("Note")]}, [("entity Note", "stored in PostgreSQL")]),
    (
        "database",
        {"entities": [entity("AIJob", domain="platform"), entity("Zebra"), entity("Ant", domain="crm")]},
        [
            ("entity Ant", "stored in PostgreSQL"),
            ("entity Zebra", "stored in PostgreSQL"),
            ("entity AIJob", "stored in PostgreSQL"),
        ],
    ),
    ("scheduler", {"schedules": [{"name": "s", "cron": "0 9 * * *"}]}, [("schedule s", "runs at 0 9 * * *")]),
    (
        "scheduler",
        {"schedules": [{"name": "s", "cron": "0 9 * * *", "timezone": "Europe/Paris"}]},
        [("schedule s", "runs at 0 9 * * * Europe/Paris")],
    ),
    ("scheduler", {"schedules": [{"name": "s", "interval_seconds": 90}]}, [("schedule s", "runs every 90 seconds")]),
    ("scheduler", {"slas": [{"name": "answer"}]}, [("sla answer", "its deadlines are checked on a schedule")]),
    (
        "scheduler",
        _integration(syncs=[{"name": "pull", "mode": "scheduled", "schedule": "0 2 * * *"}]),
        [("integration pager_duty", "sync pull scheduled 0 2 * * *")],
    ),
    (
        "scheduler",
        {"processes": [{"name": "p", "trigger": {"kind": "x", "cron": "0 8 * * *"}}]},
        [("process p", "starts at 0 8 * * *")],
    ),
    (
        "scheduler",
        {"processes": [{"name": "p", "trigger": {"kind": "x", "interval_seconds": 5}}]},
        [("process p", "starts every 5 seconds")],
    ),
    ("scheduler", {"jobs": [{"name": "j", "schedule": {"cron": "0 * * * *"}}]}, [("job j", "runs at 0 * * * *")]),
    ("cache", _integration(), [("integration pager_duty", "its responses are cached")]),
    (
        "cache",
        {"foreign_models": [{"name": "Monitor"}]},
        [("foreign_model Monitor", "responses of the other system are cached")],
    ),
    ("cache", {"experiences": [{"name": "join"}]}, [("experience join", "keeps state between steps")]),
    (
        "cache",
        {"llm_config": {"rate_limits": {"haiku": 60}}},
        [("llm_config", "rate_limits of language models are counted across instances")],
    ),
    (
        "cache",
        {"llm_config": {"concurrency": {"haiku": 2}}},
        [("llm_config", "concurrency of language models is counted across instances")],
    ),
    (
        "webhooks",
        _integration(syncs=[{"name": "push", "mode": "event_driven"}]),
        [("integration pager_duty", "inbound: sync push event-driven")],
    ),
    (
        "webhooks",
        {"channels": [{"name": "mails", "receive_operations": [{"name": "reply"}]}]},
        [("channel mails", "inbound: receives reply")],
    ),
    (
        "webhooks",
        {"apis": [{"name": "stripe", "spec_url": "https://stripe.com/docs/Webhooks.json"}]},
        [("api stripe", "inbound: its specification mentions webhooks")],
    ),
    (
        "webhooks",
        {"apis": [{"name": "stripe", "spec_inline": "openapi: 3.1\nwebhooks:\n  paid: {}\n"}]},
        [("api stripe", "inbound: its specification mentions webhooks")],
    ),
    ("storage", {"entities": [entity("Invoice", scan="file")]}, [("entity Invoice", "field scan: file")]),
    ("storage", {"entities": [entity("User", photo="image")]}, [("entity User", "field photo: image")]),
    ("storage", {"entities": [entity("Clip", reel="media")]}, [("entity Clip", "field reel: media")]),
    ("storage", {"entities": [entity("Deal", paper="document")]}, [("entity Deal", "field paper: document")]),
    (
        "storage",
        {"entities": [{"name": "A", "fields": [{"name": "f", "type": {"kind": "str"}, "storage": ["x", "y"]}]}]},
        [("entity A", "field f: str, kept in x or y")],
    ),
    (
        "storage",
        {"entities": [entity("Feedback", domain="platform", shot="file"), entity("Zoo", map="file")]},
        [("entity Zoo", "field map: file"), ("entity Feedback", "field shot: file")],
    ),
    (
        "storage",
        {"llm_config": {"artifact_store": "s3"}},
        [("llm_config", "artifact_store of the language models is s3")],
    ),
    ("mail", {"channels": [{"name": "mails", "kind": "email"}]}, [("channel mails", "its kind is email")]),
    (
        "mail",
        {"notifications": [{"name": "done", "channels": ["in_app", "email"]}]},
        [("notification done", "is sent by email")],
    ),
    (
        "search",
        {"searches": [{"entity": "Contact", "fields": [{"path": "name"}, {"path": "notes.text"}]}]},
        [
            (
                "search Contact",
                "full text over name, notes.text: served by PostgreSQL's full-text search, no extra service",
            )
        ],
    ),
    (
        "llm",
        {"llm_models": [{"name": "haiku", "provider": "anthropic"}]},
        [("llm_model haiku", "a model of anthropic")],
    ),
    (
        "ledger",
        {"ledgers": [{"name": "cash"}], "transactions": [{"name": "pay"}]},
        [
            (
                "ledger cash",
                "requires TigerBeetle, which is not created: run a cluster and configure its address",
            ),
            (
                "transaction pay",
                "requires TigerBeetle, which is not created: run a cluster and configure its address",
            ),
        ],
    ),
    ("tenancy", {"tenancy": {"isolation": {"mode": "single"}}}, [("tenancy", "tenants are isolated by single")]),
    (
        "tenancy",
        {"entities": [{"name": "School", "tenant_host": {"domain": "schools.example"}}]},
        [("entity School", "is a tenant with a host name of its own below schools.example")],
    ),
]


@pytest.mark.parametrize(("need", "sections", "expected"), OTHERS)
def test_a_construct_asks_for_a_need(need: Need, sections: Sections, expected: list[tuple[str, str]]) -> None:
    assert _evidence(need, **sections) == expected


ABSENT: list[tuple[Need, Sections]] = [
    ("database", {"entities": []}),
    ("scheduler", _integration(syncs=[{"name": "push", "mode": "event_driven"}])),
    ("scheduler", {"processes": [{"name": "p", "trigger": {"kind": "manual", "cron": None}}]}),
    ("scheduler", {"jobs": [{"name": "j", "triggers": [{"entity": "A"}]}]}),
    ("cache", {"llm_config": {"rate_limits": {}, "concurrency": None}}),
    ("webhooks", {"webhooks": [{"name": "Notify"}]}),
    ("webhooks", {"apis": [{"name": "datadog", "spec_url": "https://datadog.com/openapi.json"}]}),
    ("webhooks", {"channels": [{"name": "mails", "send_operations": [{"name": "a"}]}]}),
    ("storage", {"entities": [entity("Note", title="str", file="text")]}),
    ("storage", {"llm_config": {"artifact_store": "local"}}),
    ("mail", {"channels": [{"name": "jobs", "kind": "queue"}], "notifications": [{"name": "n", "channels": ["sms"]}]}),
    ("search", {}),
    ("llm", {"llm_intents": [{"name": "ask"}]}),
    ("ledger", {}),
    ("tenancy", {}),
]


@pytest.mark.parametrize(("need", "sections"), ABSENT)
def test_what_does_not_ask_for_a_need_leaves_it_out_and_says_what_was_looked_for(
    need: Need, sections: Sections
) -> None:
    requirement = infer(appspec(**sections), NO_FACTS)[need]
    assert not requirement.needed
    assert requirement.evidence[0].construct == "model"
    assert requirement.evidence[0].because.startswith("no ")
    assert requirement.detail == {}


def test_an_outbound_webhook_is_named_as_no_ingress() -> None:
    webhooks = infer(appspec(webhooks=[{"name": "Notify"}]), NO_FACTS)["webhooks"]
    assert ("webhook Notify", "outbound: the application makes the call") in [
        (str(evidence), evidence.because) for evidence in webhooks.evidence
    ]


def test_evidence_carries_the_place_where_the_ir_does() -> None:
    spec = appspec(**_integration(source={"file": "dsl/app.dsl", "line": 1446, "column": 1}))
    assert [evidence.source for evidence in infer(spec, NO_FACTS)["queue"].evidence] == ["dsl/app.dsl:1446"]


def test_a_storage_table_of_the_manifest_asks_for_storage() -> None:
    facts = ProjectFacts(storage=(StorageTable("scans", source="dazzle.toml:9"),))
    (evidence,) = infer(appspec(), facts)["storage"].evidence
    assert (str(evidence), evidence.source) == ("manifest [storage.scans]", "dazzle.toml:9")


def test_storage_names_the_variables_that_hold_its_buckets_endpoints_and_regions() -> None:
    tables = (
        StorageTable("b", ("B_BUCKET",), ("AWS_REGION", "S3_ENDPOINT_URL", "OTHER")),
        StorageTable("a", ("A_BUCKET",), ("AWS_REGION",)),
    )
    assert infer(appspec(), ProjectFacts(storage=tables))["storage"].detail == {
        "buckets": ["A_BUCKET", "B_BUCKET"],
        "endpoints": ["S3_ENDPOINT_URL"],
        "regions": ["AWS_REGION"],
    }
    detail = infer(appspec(entities=[entity("A", f="file")]), NO_FACTS)["storage"].detail
    assert detail["buckets"] == ["STORAGE_BUCKET"]


def test_a_provider_that_signs_people_in_asks_for_nothing() -> None:
    facts = ProjectFacts(oauth_providers=(OAuthProvider("google", "G_ID", "G_SECRET"),))
    assert [requirement.name for requirement in infer(appspec(), facts) if requirement.needed] == ["database"]


@pytest.mark.parametrize(
    ("isolation", "tenancy", "mode"),
    [
        (None, {"isolation": {"mode": "shared_schema"}}, "shared_schema"),
        ("schema", None, "schema"),
        ("schema", {"isolation": {"mode": "database_per_tenant"}}, "database_per_tenant"),
        ("none", {}, "shared_schema"),
    ],
)
def test_tenancy_carries_its_mode_and_the_models_wins(isolation: str | None, tenancy: Any, mode: str) -> None:
    requirement = infer(appspec(tenancy=tenancy), ProjectFacts(tenant_isolation=isolation))["tenancy"]
    assert requirement.needed
    assert requirement.detail == {"mode": mode}


def test_no_isolation_in_the_manifest_is_no_tenancy() -> None:
    assert not infer(appspec(), ProjectFacts(tenant_isolation="none")).needs("tenancy")


def test_the_scheduler_carries_what_runs_when_each_under_a_name_of_its_own() -> None:
    spec = appspec(
        schedules=[{"name": "sweep", "cron": "0 9 * * *", "timezone": "Europe/Paris"}],
        jobs=[{"name": "sweep", "schedule": {"cron": "0 1 * * *"}}, {"name": "other"}],
        processes=[{"name": "poll", "trigger": {"interval_seconds": 60}}],
        **_integration(syncs=[{"name": "pull", "mode": "scheduled", "schedule": "0 2 * * *"}]),
    )
    schedules = infer(spec, NO_FACTS)["scheduler"].detail["schedules"]
    assert isinstance(schedules, list)
    keys = ("name", "construct", "cron", "interval_seconds", "timezone")
    assert [tuple(schedule[key] for key in keys) for schedule in schedules] == [
        ("job.sweep", "job", "0 1 * * *", None, "UTC"),
        ("pager_duty.pull", "integration", "0 2 * * *", None, "UTC"),
        ("poll", "process", None, 60, "UTC"),
        ("schedule.sweep", "schedule", "0 9 * * *", None, "Europe/Paris"),
    ]


def test_every_need_is_answered_once_in_order() -> None:
    assert tuple(requirement.name for requirement in infer(appspec(), NO_FACTS)) == NEEDS
