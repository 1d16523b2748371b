"""The Receipt: exactly what was sent to a model, and a digest of what came back."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from templates.manifest import Digest, Frozen


class Exchange(Frozen):
    """One call: the messages as they were sent, and the digest of the raw answer, or of why there was none."""

    messages: tuple[tuple[str, str], ...]
    """Role and content of each, in order."""
    answer: Digest
    tokens: int = 0
    """What the provider counted, prompt and answer together; 0 when it said nothing."""


class Receipt(Frozen):
    """Every call that one request caused, in order. Keep it beside the Request; `digest` goes into attestations."""

    model: str
    prompts: Digest
    """Names the version of the prompt files that the messages were made from."""
    exchanges: tuple[Exchange, ...]

    @property
    def tokens(self) -> int:
        """All that the provider counted."""
        return sum(one.tokens for one in self.exchanges)

    @property
    def digest(self) -> Digest:
        """Names this receipt: equal receipts have equal digests on every machine."""
        return digest_of_words(json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False))


def exchange(messages: Sequence[Mapping[str, str]], answer: str, tokens: int = 0) -> Exchange:
    """Record one call."""
    told = tuple((one["role"], one["content"]) for one in messages)
    return Exchange(messages=told, answer=digest_of_words(answer), tokens=tokens)


def digest_of_words(*words: str) -> Digest:
    """Digest of texts in their order. Half characters, which no encoding takes, count as question marks."""
    return Digest("sha256:" + hashlib.sha256(_join(words).encode(errors="replace")).hexdigest())


def _join(words: Iterable[str]) -> str:
    return "\x00".join(words)
