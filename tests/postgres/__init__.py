"""What is only about PostgreSQL; and which other tests run on it as well, when a server is named."""

EITHER = (
    "tests/bot/test_endings.py",
    "tests/bot/test_journeys.py::test_a_sentence_becomes_a_preview_and_one_click_makes_it_live",
    "tests/bot/test_presses.py",
    "tests/bot/test_outbox.py",
    "tests/guardrails/test_approvals.py",
    "tests/guardrails/test_audit.py",
    "tests/runtime/test_apps.py",
    "tests/runtime/test_deployments.py",
    "tests/runtime/test_lease.py",
    "tests/runtime/test_routes.py",
    "tests/runtime/test_schedules.py",
    "tests/runtime/test_usage.py",
)
"""Files and single tests whose control database is on whichever engine the run names: `tests.engines`."""
