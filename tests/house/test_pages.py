"""What the pages show is what happens: console blocks are run, links lead somewhere, make targets exist."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"`make ([a-z-]+)`|^    make ([a-z-]+)", re.MULTILINE)
VARIES = frozenset({"confidence", "alternatives"})
NAMED = re.compile(r"`((?:bot|generator|guardrails|runtime|templates|tests|bench|docs|migrations)/[\w/.-]+\.\w+)`")


def sessions() -> list[tuple[str, str]]:
    """Each command of a console block, with what it prints."""
    found = []
    for page in PAGES:
        for block in CONSOLE.findall(page.read_text()):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, printed = part.partition("\n")
                found.append((command, printed))
    return found


@pytest.mark.scenario
@pytest.mark.parametrize(("command", "printed"), sessions(), ids=lambda text: text[:40])
def test_a_console_block_prints_what_it_says(command: str, printed: str) -> None:
    environ = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": "/nonexistent"}
    ran = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=50)
    assert (ran.returncode, told(ran.stdout)) == (0, told(printed))


def told(printed: str) -> list[object]:
    """What was printed, line by line, without digests and how sure the router was: that varies with the processor."""
    lines: list[object] = []
    for line in printed.splitlines():
        read = json.loads(line) if line.startswith("{") else re.sub(r"sha256:([0-9a-f]+|…)", "sha256:…", line)
        lines.append({k: v for k, v in read.items() if k not in VARIES} if isinstance(read, dict) else read)
    return lines


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_leads_only_to_what_is_there(page: Path) -> None:
    text = page.read_text()
    links = [target for target in LINK.findall(text) if not (page.parent / target).exists()]
    files = [name for name in NAMED.findall(text) if not (ROOT / name).exists()]
    targets = {one or other for one, other in TARGET.findall(text)} - set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    )
    assert (links, files, targets) == ([], [], set())
