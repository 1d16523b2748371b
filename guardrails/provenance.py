"""Provenance: how an app came about, link by link, as an in-toto Statement v1 with SLSA provenance v1.

request digest -> redacted prompt digest -> model -> parameters (digest of the answers) -> bundle. Digests and versions
only: what a person wrote is in no statement. https://slsa.dev/spec/v1.0/provenance
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue, ValidationError

from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest, Frozen

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
SBOM = "application/vnd.cyclonedx+json"
BUILD = "urn:slipway:journey:v1"
"""The build type: words in a chat, a model or the router, a template filled in. docs/proof.md says it in words."""
ROUTER = "router"
"""The model of a request of which nothing left the machine."""


class Source(Frozen):
    """What an app came from, by digest. `prompt` is empty when nothing was sent to a model."""

    id: str
    """The Request's."""
    at: int
    words: Digest
    prompt: str
    model: str
    prompts: str
    """The version of the prompt files; empty with the router."""
    answers: Digest
    template: str
    template_digest: Digest
    policy: Digest


class Proof(Frozen):
    """A statement read back: which bundle it is about, where that came from, and which SBOM lists it."""

    bundle: Digest
    sbom: Digest
    source: Source


def answers_digest(answers: Mapping[str, JsonValue]) -> Digest:
    """Names what a template was filled in with."""
    return digest_of(canonical_json(dict(answers)))


def words_digest(text: str) -> Digest:
    """Names what was asked, after scrubbing. Half characters, which no encoding takes, count as question marks."""
    return digest_of(text.encode(errors="replace"))


def statement(name: str, bundle: Digest, source: Source, sbom: Digest, builder: Mapping[str, str]) -> bytes:
    """The statement's bytes; `builder` names the versions of what built it."""
    definition = {
        "buildType": BUILD,
        "externalParameters": {
            "request": source.id,
            "words": _digest(source.words),
            "template": source.template,
            "answers": _digest(source.answers),
        },
        "internalParameters": {
            "prompt": _digest(source.prompt) if source.prompt else None,
            "model": source.model,
            "prompts": source.prompts,
        },
        "resolvedDependencies": [
            {"name": source.template, "digest": _digest(source.template_digest)},
            {"name": "policies", "digest": _digest(source.policy)},
        ],
    }
    details = {
        "builder": {"id": "urn:slipway", "version": dict(builder)},
        "metadata": {"invocationId": source.id, "startedOn": _moment(source.at)},
        "byproducts": [{"name": "sbom.cdx.json", "digest": _digest(sbom), "mediaType": SBOM}],
    }
    return canonical_json(
        {
            "_type": STATEMENT,
            "subject": [{"name": name, "digest": _digest(bundle)}],
            "predicateType": PREDICATE,
            "predicate": {"buildDefinition": definition, "runDetails": details},
        }
    )


def read(document: Mapping[str, Any]) -> Proof:
    """A statement of ours; ValueError for any other, whoever signed it."""
    try:
        definition, details = (document["predicate"][one] for one in ("buildDefinition", "runDetails"))
        if (document["_type"], document["predicateType"], definition["buildType"]) != (STATEMENT, PREDICATE, BUILD):
            raise ValueError("it states something else")
        (subject,), (sbom,) = document["subject"], details["byproducts"]
        template, policies = definition["resolvedDependencies"]
        outside, inside = definition["externalParameters"], definition["internalParameters"]
        source = Source(
            id=outside["request"],
            at=int(datetime.fromisoformat(details["metadata"]["startedOn"]).timestamp()),
            words=_named(outside["words"]),
            prompt=_named(inside["prompt"]) if inside["prompt"] else "",
            model=inside["model"],
            prompts=inside["prompts"],
            answers=_named(outside["answers"]),
            template=outside["template"],
            template_digest=_named(template["digest"]),
            policy=_named(policies["digest"]),
        )
        return Proof(bundle=_named(subject["digest"]), sbom=_named(sbom["digest"]), source=source)
    except (KeyError, TypeError, ValidationError) as error:
        raise ValueError("it states something else") from error


def _digest(digest: str) -> dict[str, str]:
    return {"sha256": digest.removeprefix("sha256:")}


def _named(digest: Mapping[str, str]) -> Digest:
    return Digest(f"sha256:{digest['sha256']}")


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
