"""The short reasons that stand in rendered files."""

from __future__ import annotations

import pytest

from dazzle_infra.project.runtimes import runtime_record
from dazzle_infra.requirements import Need, OAuthProvider, Override, ProjectFacts, because, infer
from tests.support.appspecs import appspec, entity


@pytest.mark.parametrize(
    ("variable", "reason"),
    [
        ("DATABASE_URL", "the application's data"),
        ("REDIS_URL", "cached answers and shared state, asynchronous work"),
        ("QUEUE_URL", "asynchronous work"),
        ("STORAGE_BUCKET", "stored files"),
        ("PAGERDUTY_API_KEY", "integration pager_duty"),
        ("SHARED_URL", "param a"),
        ("G_ID", "[[auth.oauth_providers]] google in dazzle.toml"),
        ("JWT_SECRET", "the dazzle runtime"),
    ],
)
def test_a_variable_is_explained_by_the_first_construct_that_reads_it(variable: str, reason: str) -> None:
    spec = appspec(
        entities=[entity("Invoice", scan="file")],
        integrations=[{"name": "pager_duty", "auth": {"auth_type": "api_key", "credentials": ["PAGERDUTY_API_KEY"]}}],
        params=[{"key": key, "default": 'env("SHARED_URL")'} for key in "ba"],
    )
    inferred = infer(
        spec,
        ProjectFacts(
            oauth_providers=(OAuthProvider("google", "G_ID", "G_SECRET"),),
            runtime_variables=runtime_record("dazzle").variables,
        ),
    )
    (setting,) = (setting for setting in inferred.environment if setting.name == variable)
    assert because(setting) == reason


@pytest.mark.parametrize(
    ("need", "reason"),
    [("queue", "asynchronous work"), ("worker", "asynchronous work"), ("cache", "cached answers and shared state")],
)
def test_a_need_is_explained_the_same_whether_found_or_forced(need: Need, reason: str) -> None:
    found = infer(appspec(integrations=[{"name": "x"}]), ProjectFacts())
    overrides: dict[Need, Override] = {n: Override(True, "we say so") for n in ("queue", "worker", "cache")}
    forced = infer(appspec(), ProjectFacts(overrides=overrides))
    assert because(found[need]) == because(forced[need]) == reason


def test_a_need_that_is_not_there_is_explained_by_what_speaks_against_it() -> None:
    forbidden = ProjectFacts(overrides={"cache": Override(False, "one instance is enough")})
    inferred = infer(appspec(integrations=[{"name": "x"}]), forbidden)
    assert because(inferred["cache"]) == "forbidden: one instance is enough"
    assert because(inferred["search"]) == "no search"


def test_a_construct_that_almost_asks_for_a_need_does_not_change_the_reason() -> None:
    almost = appspec(llm_intents=[{"name": "ask"}], experiences=[{"name": "join"}])
    assert because(infer(almost, ProjectFacts())["queue"]) == because(infer(appspec(), ProjectFacts())["queue"])
