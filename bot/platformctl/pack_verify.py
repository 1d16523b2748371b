"""`platformctl verify PACK.zip`: an evidence pack computed again, from the file alone: no network, no installation."""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from bot.platformctl import pack as parts
from bot.platformctl import pack_links, pack_record
from bot.platformctl.installation import Undone
from bot.platformctl.pack import Pack, Ring, Seen, broken, gap, ok
from bot.platformctl.sealing import Opened, Unreadable
from guardrails import envelope
from guardrails.envelope import NotSigned, short
from guardrails.keys import Trusted
from guardrails.signing import public_key
from templates.bundle import digest_of
from templates.manifest import Digest

FEWEST = 12
"""Digits of a key's id that a person must give."""


def run(path: Path, keys: Sequence[str], posted: Sequence[tuple[int, str]]) -> tuple[str, bool]:
    """Look at every link; what to print, and whether all hold and none is missing. Raises Undone.

    `keys` are those that count, by the beginnings of their ids; without any, the pack's own. `posted` are anchors.
    """
    if any(len(_digits(one)) < FEWEST for one in keys):
        raise Undone(f"name a key by at least {FEWEST} digits of its id, as `platformctl key list` prints it")
    try:
        with zipfile.ZipFile(path) as archive:
            opened = Opened(archive)
            pack = Pack.model_validate_json(opened.read(parts.DATA) or b"")
            seen = list(_seen(opened, pack, keys, posted))
    except (zipfile.BadZipFile, Unreadable) as error:
        raise Undone(f"{path} is no evidence pack: {error}") from error
    except ValidationError as error:
        raise Undone(f"{path} is no evidence pack: its {parts.DATA} cannot be read") from error
    wrong = [one for one in seen if one.outcome == "BROKEN"]
    missing = [one for one in seen if one.outcome == "GAP"]
    state = "BROKEN" if wrong else "INCOMPLETE" if missing else "every link holds"
    return "\n".join([*map(str, seen), *_trust(keys, posted), f"{path}: {state}"]), not (wrong or missing)


def _seen(opened: Opened, pack: Pack, keys: Sequence[str], posted: Sequence[tuple[int, str]]) -> Iterator[Seen]:
    ring, trusted = _ring(opened, keys)
    yield ring
    digests: list[Digest] = []
    record = pack_record.read(opened.record(digests.append), pack, posted)
    yield from _sealed(opened, pack, trusted, digests)
    yield from pack_links.links(pack, opened.read, record, trusted)
    yield from pack_record.compared(record, pack)
    yield from record.seen
    yield from (gap("pack", one) for one in pack.gaps)


def _ring(opened: Opened, keys: Sequence[str]) -> tuple[Seen, Trusted]:
    """The keys that count: those whose name is the digest of the other half, that are not revoked and are asked for."""
    try:
        ring = Ring.model_validate_json(opened.read(parts.KEYS) or b"")
        found = {one.id: public_key(one.public, one.id) for one in ring.keys if one.revoked_at is None}
    except ValueError:
        return broken("keys", "one of them is not what its name says, or they cannot be read"), {}
    if keys:
        found = {name: one for name, one in found.items() if any(_digits(name).startswith(_digits(k)) for k in keys)}
    named = ", ".join(map(short, found))
    return (ok("keys", named) if found else gap("keys", "none that counts is in the pack")), found


def _digits(key: str) -> str:
    return key.removeprefix("sha256:")


def _sealed(opened: Opened, pack: Pack, trusted: Trusted, record: Sequence[Digest]) -> Iterator[Seen]:
    seal = opened.read(parts.SEAL)
    if seal is None:
        yield gap("seal", "nobody sealed it, so nothing says that its page and its names are as they were")
        return
    try:
        said, key = envelope.opened(seal, trusted)
        named = _statement(said, pack.app)
    except NotSigned as error:
        yield broken("seal", str(error))
        return
    except (ValueError, KeyError, TypeError):
        yield broken("seal", "what was sealed is something else")
        return
    here = _digests(opened, record)
    changed = sorted(name for name in named.keys() | here.keys() if named.get(name) != here.get(name))
    yield from (broken("seal", f"{name[:200]} is not what was sealed") for name in changed)
    if not changed:
        yield ok("seal", f"by the key {short(key)}, {len(named)} files")


def _statement(said: bytes, app: str) -> Mapping[str, str]:
    document = json.loads(said)
    kinds = (document["_type"], document["predicateType"], document["predicate"]["app"])
    if kinds != (parts.STATEMENT, parts.EVIDENCE, app):
        raise ValueError("it states something else")
    return {one["name"]: f"sha256:{one['digest']['sha256']}" for one in document["subject"]}


def _digests(opened: Opened, record: Sequence[Digest]) -> Mapping[str, str]:
    contents = {name: opened.read(name) for name in opened.names if name not in (parts.SEAL, parts.RECORD)}
    found = {name: digest_of(content) if content is not None else "damaged" for name, content in contents.items()}
    return {**found, parts.RECORD: record[0] if record else "damaged"}


def _trust(keys: Sequence[str], posted: Sequence[tuple[int, str]]) -> Iterator[str]:
    """What nobody can know from the file alone."""
    if not keys:
        yield "These are the pack's own keys: compare them with `platformctl key list` there, or name them with --key."
    if not posted:
        yield "That nobody wrote all of the record anew, an anchor of your own shows: --anchor SEQ:DIGEST, as posted."
