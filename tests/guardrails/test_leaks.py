"""A bundle's files are searched once more: what looks like a secret, or cannot be searched, is a denial."""

import pytest

from guardrails.leaks import RULE, UNSEARCHED, Leak, leaks, unless_leaking
from guardrails.verdict import Verdict
from templates.manifest import Digest
from tests.templates.shelf import ANSWERS, bundle

TOKEN = "ghp_" + "x7Kq2mVb9Rt4Wz8Lp3Nd6Hs1Jf5Gc0Ya4TeU"
ALLOWED = Verdict(decision="allow", findings=(), policy=Digest("sha256:0"))


@pytest.mark.parametrize(
    "line",
    [
        f'const key = "{TOKEN}";',
        f"// {TOKEN}, used by the nightly job.",
        f'const key = "{TOKEN}"; // gitleaks:allow',
        f"const key = `{TOKEN}`; /* betterleaks:allow */",
        f'\0const key = "{TOKEN}";',
    ],
)
def test_a_secret_in_a_file_is_found_whatever_stands_beside_it(line: str) -> None:  # R7
    assert leaks({"app.js": f"let a = 1;\n{line}\n".encode()}) == [Leak("app.js", 2, "github-pat")]


def test_a_file_that_is_no_text_is_searched_too() -> None:
    assert leaks({"static/a.bin": b"\xff\xfe\0" + f'key="{TOKEN}"'.encode()}) == [Leak("static/a.bin", 1, "github-pat")]


@pytest.mark.parametrize("template", ANSWERS)
def test_no_app_of_the_shelf_holds_one(template: str) -> None:
    assert leaks(bundle(template).files) == []


def test_a_leak_denies_with_its_file_and_line_and_without_its_value() -> None:  # S15
    judged = unless_leaking(ALLOWED, leaks({"app.js": f'const key = "{TOKEN}";'.encode()}))
    [finding] = judged.findings
    assert (judged.decision, finding.rule, finding.field, finding.owner) == ("deny", RULE, "files.app.js", "security")
    assert finding.why == "app.js, line 1, holds what looks like a secret (github-pat)."
    assert TOKEN not in judged.model_dump_json()


def test_a_file_that_could_not_be_searched_denies() -> None:
    [finding] = unless_leaking(ALLOWED, [Leak("app.js", 0, UNSEARCHED)]).findings
    assert (finding.decision, finding.why) == ("deny", "app.js could not be searched for secrets.")


def test_nothing_found_changes_nothing() -> None:
    assert unless_leaking(ALLOWED, []) is ALLOWED
