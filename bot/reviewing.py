"""Reviewing: the one way to a Verdict, the same for the bot, for the command line and before a commit."""

from pathlib import PurePath
from typing import Any

from pydantic import Field, ValidationError

from bot.wiring import Review, Stage
from guardrails.review import Rules, document, review
from guardrails.verdict import Verdict
from templates.audience import Audience
from templates.catalog import Catalog
from templates.document import Document
from templates.errors import FaultyTemplate
from templates.excess import excess
from templates.manifest import Digest, Frozen, Manifest

ALONE = Audience(kind="me", label="you")


class Case(Frozen):
    """What is judged in a file: a Manifest alone, for its author; or with whom it is for, where it was asked, a stage.

    The index of a bundle is one too: its `files` are named by digest and looked at by no rule.
    """

    manifest: Manifest
    audience: Audience = ALONE
    asked_in: Audience = ALONE
    stage: Stage = "live"
    files: dict[str, Digest] = Field(default_factory=dict)


class Unreadable(Exception):
    """A file holds nothing that could be judged; the message says where and why, in one line."""


def reviewer(rules: Rules, shelf: Catalog) -> Review:
    """What judges a Manifest by these rules, with this shelf in view."""
    refs = tuple(shelf.get(name).ref for name in shelf.names)

    def reviewed(manifest: Manifest, wanted: Audience, here: Audience, stage: Stage) -> Verdict:
        return review(rules, document(manifest, wanted, here, stage, refs, excess=excess(manifest, shelf)))

    return reviewed


def case(text: str, path: PurePath) -> Case:
    """The Case that a YAML or JSON document describes. Raises Unreadable."""
    try:
        said: dict[str, Any] = Document(text, path).value
        return Case.model_validate(said if "manifest" in said else {"manifest": said})
    except FaultyTemplate as error:
        raise Unreadable(str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])).removeprefix("manifest.")
        raise Unreadable(f"{path}: {where}: {first['msg'].lower()}") from None
