"""Reviewing: the one way to a Verdict, the same for the bot, for the command line and before a commit."""

import re
from pathlib import PurePath
from typing import Any

from pydantic import Field, ValidationError

from bot.notary import unknown
from bot.settings import BadSetting
from bot.wiring import Review, Stage
from guardrails.review import Bounds, Rules, document, review, unless_checked
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


def reviewer(rules: Rules, shelf: Catalog, checked: str = "", *, public: bool = False) -> Review:
    """What judges a Manifest by these rules, with this shelf in view.

    With `checked`, the digest of the policies that CI checked, nothing goes live by any others. With `public`, the
    organisation lets apps be open to the public.
    """
    refs, bounds = shelf.standing, Bounds(public=public)

    def reviewed(manifest: Manifest, wanted: Audience, here: Audience, stage: Stage) -> Verdict:
        more, strange = excess(manifest, shelf), unknown(manifest, shelf)
        judged = review(rules, document(manifest, wanted, here, stage, refs, (), bounds, more, strange))
        return unless_checked(judged, checked) if stage == "live" else judged

    return reviewed


def checked(named: str) -> str:
    """The digest that the installation says CI checked; BadSetting when it is none."""
    if named and not re.fullmatch(r"sha256:[0-9a-f]{64}", named):
        raise BadSetting(f"SLIPWAY_POLICY_DIGEST is {named!r}: set it to what `platformctl policy test` prints.")
    return named


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
