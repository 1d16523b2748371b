"""Which files of the slow lanes are run each night alone: what they hold changes seldom, and they take the longest.

What guards secrets, signatures and the way out is tried with each change.
"""

NIGHTLY = frozenset(
    {
        "tests/bot/test_advising.py",
        "tests/bot/test_any_words.py",
        "tests/bot/test_archive_crashes.py",
        "tests/bot/test_audience_changes.py",
        "tests/bot/test_billing.py",
        "tests/bot/test_blocked.py",
        "tests/bot/test_breaching.py",
        "tests/bot/test_broken_source.py",
        "tests/bot/test_channel_config.py",
        "tests/bot/test_corpus.py",
        "tests/bot/test_damaged.py",
        "tests/bot/test_dashboard.py",
        "tests/bot/test_demand.py",
        "tests/bot/test_digests.py",
        "tests/bot/test_drafts.py",
        "tests/bot/test_evidence.py",
        "tests/bot/test_excepting.py",
        "tests/bot/test_follow_model.py",
        "tests/bot/test_following.py",
        "tests/bot/test_following_crashes.py",
        "tests/bot/test_gallery.py",
        "tests/bot/test_gates.py",
        "tests/bot/test_market.py",
        "tests/bot/test_market_crashes.py",
        "tests/bot/test_people_let_in.py",
        "tests/bot/test_person.py",
        "tests/bot/test_picturing.py",
        "tests/bot/test_platformctl.py",
        "tests/bot/test_policies.py",
        "tests/bot/test_previews.py",
        "tests/bot/test_reckoning.py",
        "tests/bot/test_rehearsal_for_people.py",
        "tests/bot/test_replaying.py",
        "tests/bot/test_rolling_crashes.py",
        "tests/bot/test_scheduling.py",
        "tests/bot/test_sent.py",
        "tests/bot/test_streaming.py",
        "tests/bot/test_telemetry.py",
        "tests/bot/test_template_command.py",
        "tests/bot/test_template_rehearsing.py",
        "tests/bot/test_times.py",
        "tests/bot/test_versions.py",
        "tests/bot/test_visits.py",
        "tests/bot/test_without_model.py",
        "tests/browser/test_dashboard.py",
        "tests/browser/test_drafts.py",
        "tests/browser/test_link_page.py",
        "tests/browser/test_long_words.py",
        "tests/browser/test_market_pages.py",
        "tests/browser/test_rehearsal_page.py",
        "tests/browser/test_siblings.py",
        "tests/browser/test_tombstone_page.py",
        "tests/generator/test_any_text.py",
        "tests/generator/test_local_model.py",
        "tests/generator/test_openai_model.py",
        "tests/generator/test_scores.py",
        "tests/runtime/test_memory.py",
        "tests/runtime/test_stalled.py",
        "tests/templates/test_synthetic.py",
    }
)
"""Of these, what carries the mark of a slow lane; their quick tests are run each time."""
LONG = frozenset(
    {
        "tests/bot/test_dashboard.py",
        "tests/bot/test_following_crashes.py",
        "tests/bot/test_forgetting.py",
        "tests/bot/test_leftovers.py",
        "tests/bot/test_market_crashes.py",
        "tests/bot/test_renewing.py",
        "tests/bot/test_rolling_crashes.py",
        "tests/runtime/test_destination.py",
    }
)
"""Files that go with the scenarios: a fortieth of the quick tests took a third of their time."""
SLOW = ("scenario", "browser")
