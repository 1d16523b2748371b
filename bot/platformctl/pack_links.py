"""The links of an evidence pack, each computed again from the pack's own files and held against its record."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.platformctl import pack as parts
from bot.platformctl.pack import Asked, Pack, Published, Seen, broken, gap, ok
from bot.platformctl.pack_record import Record
from bot.wording import words
from generator.receipt import Receipt
from guardrails import provenance
from guardrails.envelope import NotSigned, short
from guardrails.keys import Trusted
from guardrails.proof import proof
from guardrails.provenance import Proof
from guardrails.verdict import Verdict
from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest

Read = Callable[[str], bytes | None]
"""A file of the pack by its name."""
ADOPTED = "it was signed later than it was built, when signing began or a key was renewed"


def links(pack: Pack, read: Read, record: Record, trusted: Trusted) -> Iterator[Seen]:
    """Every link, of each time that the app went live."""
    received = record.told("request.received")
    yield ok("request", pack.request) if received else gap("request", "the record does not tell that it was received")
    if not pack.published:
        yield gap("publishing", "nothing of it was ever published")
    for number, one in enumerate(pack.published, start=1):
        of = "" if len(pack.published) == 1 else f" {number}"
        last = number == len(pack.published)
        for seen in _of(one, read, record, trusted, last=last):
            yield seen.model_copy(update={"link": f"{seen.link}{of}"})
    named = {one.digest for one in pack.published}
    for event in record.told(parts.PUBLISHED):
        if event.facts.get("proposal") not in named:
            yield gap("publishing", f"{event.facts.get('proposal')} went live and is not in the pack")


def _of(one: Published, read: Read, record: Record, trusted: Trusted, *, last: bool) -> Iterator[Seen]:
    yield _proposal(one, record)
    if last:
        yield from _verdict(one, read, record)
    yield _approvals(one, record)
    signature = read(f"{one.folder}/{parts.SIGNATURE}")
    if signature is None:
        yield gap("signature", "it is not in the pack")
        return
    try:
        found, key = proof(one.proposal.bundle, signature, trusted)
    except NotSigned as error:
        yield broken("signature", str(error))
        return
    yield _attested(one, digest_of(signature), short(key), record)
    yield _sbom(found, read(f"{one.folder}/{parts.SBOM}"))
    yield _receipt(found, read(f"{one.folder}/{parts.RECEIPT}"), record)
    yield from _said(found, read(f"{one.folder}/{parts.SAID}"))


def _proposal(one: Published, record: Record) -> Seen:
    digest = one.proposal.digest
    asked = record.told("publish.proposed", proposal=digest)
    if digest != one.digest:
        return broken("proposal", "its content is not what its digest names")
    if not any(event.actor == one.asker for event in asked):
        return broken("proposal", "the record does not tell that its asker asked for it")
    if not record.told(parts.PUBLISHED, proposal=digest):
        return broken("proposal", "the record does not tell that it went live")
    return ok("proposal", f"{digest} was asked for and went live")


def _verdict(one: Published, read: Read, record: Record) -> Iterator[Seen]:
    content, policies = read(parts.VERDICT), read(parts.POLICIES)
    if content is None:
        yield gap("verdict", "its findings are not in the pack")
        return
    try:
        verdict = Verdict.model_validate_json(content)
    except ValidationError:
        yield broken("verdict", "it cannot be read")
        return
    spared = tuple(f"{each.finding.rule} until {each.until}" for each in verdict.excepted)
    same = (verdict.policy, verdict.approvers, spared) == (one.proposal.policy, one.needs, one.proposal.exceptions)
    if not same:
        yield broken("verdict", "it is not the one that the proposal rests on")
    elif not record.told("publish.proposed", proposal=one.digest, decision=verdict.decision):
        yield broken("verdict", "the record tells of another decision")
    else:
        yield ok(
            "verdict",
            f"{verdict.decision.replace('_', ' ')}, {words.counted(len(verdict.findings), 'finding', 'findings')}",
        )
    if policies is None:
        yield gap("policies", "their text is not in the pack")
    elif _policy(policies) != one.proposal.policy:
        yield broken("policies", "their text is not what judged it")
    else:
        yield ok("policies", f"{one.proposal.policy}, the text is here")


def _policy(content: bytes) -> str:
    try:
        return digest_of(canonical_json(json.loads(content)))
    except (ValueError, RecursionError):
        return ""


def _approvals(one: Published, record: Record) -> Seen:
    """Each word that the pack has is in the record, and where somebody was needed, somebody else than the asker was."""
    live = max((event.seq for event in record.told(parts.PUBLISHED, proposal=one.digest)), default=0)
    verbs = {True: "approval.given", False: "approval.refused"}
    for word in one.approvals:
        told = record.told(verbs[word.yes], proposal=one.digest)
        if not any(event.actor == word.person and event.at == word.at and event.seq < live for event in told):
            return broken("approvals", f"the record does not tell of the word of {word.who}")
    if len(one.approvals) != sum(len(record.told(verb, proposal=one.digest)) for verb in verbs.values()):
        return broken("approvals", "the record tells of words that the pack does not have")
    if not one.needs:
        return ok("approvals", "the policies needed nobody's")
    given = [word.who for word in one.approvals if word.yes and word.person != one.asker]
    if not given:
        return broken("approvals", f"{', '.join(one.needs)} had to say yes, and nobody did")
    return ok("approvals", f"{', '.join(given)} said yes for {', '.join(one.needs)}")


def _attested(one: Published, attestation: Digest, key: str, record: Record) -> Seen:
    """Which signature it was stands in the record, where it was made when the app was built."""
    built = record.told("preview.opened", bundle=one.proposal.bundle)
    named = {event.facts.get("attestation") for event in (*built, *record.told("app.signed_anew"))}
    if attestation in named:
        return ok("signature", f"by the key {key}, as the record names it")
    if built and not any(event.facts.get("attestation") for event in built):
        return ok("signature", f"by the key {key}; {ADOPTED}")
    return broken("signature", f"by the key {key}, and the record names another")


def _sbom(found: Proof, content: bytes | None) -> Seen:
    if content is None:
        return gap("SBOM", "it is not in the pack")
    if digest_of(content) != found.sbom:
        return broken("SBOM", "it is not the one that was signed")
    try:
        components: Sequence[Mapping[str, Any]] = json.loads(content)["components"]
        template = [one for one in components if one["type"] == "framework"]
        named = [(f"{one['name']}@{one['version']}", one["hashes"][0]["content"]) for one in template]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return broken("SBOM", "it cannot be read")
    if named != [(found.source.template, found.source.template_digest.removeprefix("sha256:"))]:
        return broken("SBOM", "it lists another template than what was signed")
    return ok("SBOM", f"{len(components)} components, of {found.source.template} {found.source.template_digest}")


def _receipt(found: Proof, content: bytes | None, record: Record) -> Seen:
    sent = found.source.prompt
    if not sent:
        return ok("receipt", "nothing was sent to a model") if content is None else broken("receipt", "there is none")
    if content is None:
        return gap("receipt", "what was sent to the model is not in the pack")
    try:
        receipt = Receipt.model_validate_json(content)
    except ValidationError:
        return broken("receipt", "it cannot be read")
    if receipt.digest != sent:
        return broken("receipt", "it is not the one that was signed")
    if not any(event.facts.get("receipt") == sent for event in record.story):
        return broken("receipt", "the record names another")
    return ok("receipt", f"{short(sent)}, to {receipt.model}, prompts {short(receipt.prompts)}")


def _said(found: Proof, content: bytes | None) -> Iterator[Seen]:
    """The words and the answers, where they were packed; else their digests stand in what was signed."""
    if content is None:
        return
    try:
        said = Asked.model_validate_json(content)
        answers = provenance.answers_digest(json.loads(said.answers))
    except (ValueError, TypeError):
        yield broken("words", "they cannot be read")
        return
    words = provenance.words_digest(said.words) == found.source.words
    yield ok("words", "as they were signed") if words else broken("words", "they are not what was signed")
    same = answers == found.source.answers
    yield ok("answers", "as they were signed") if same else broken("answers", "they are not what was signed")
