"""What reads sentences in this installation, as the environment says it: rules, an endpoint, or a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from generator import scores

Understanding = Literal["rules", "remote", "local"]


@dataclass(frozen=True)
class ModelSettings:
    """What understands sentences: rules alone, an OpenAI-compatible endpoint, or a file on this machine."""

    understanding: Understanding = "rules"
    api_key: str = field(default="", repr=False)
    base_url: str = ""
    name: str = "gpt-4o-mini"
    local: Path | None = None
    """A GGUF file."""

    @property
    def remote(self) -> bool:
        """Whether words may leave for an endpoint."""
        return self.understanding == "remote"

    @property
    def names(self) -> tuple[str, ...]:
        """What operators call the model that is asked; nothing where rules alone read."""
        return () if self.understanding == "rules" else (self.local.stem if self.local else self.name,)

    @property
    def backend(self) -> str:
        """The name under which it is measured: `generator.scores`."""
        return scores.backend(self.understanding, self.local.stem if self.local else self.name)


RULES = ModelSettings()
"""No model: the rules alone."""


def read(environ: Mapping[str, str]) -> ModelSettings:
    """What the environment says of it; ValueError when it does not say which."""
    key, base_url = environ.get("OPENAI_API_KEY", ""), environ.get("OPENAI_BASE_URL", "")
    file = environ.get("SLIPWAY_LOCAL_MODEL", "")
    there = {"rules": True, "remote": bool(key or base_url), "local": bool(file)}
    said = environ.get("SLIPWAY_UNDERSTANDING", "")
    if said and said not in there:
        raise ValueError(f"SLIPWAY_UNDERSTANDING is {said!r}: set it to rules, remote or local.")
    if not said and there["remote"] and there["local"]:
        raise ValueError("SLIPWAY_UNDERSTANDING is not set, and there are two models: set it to remote or local.")
    chosen = said or ("local" if there["local"] else "remote" if there["remote"] else "rules")
    if not there[chosen]:
        missing = {"remote": "OPENAI_API_KEY or OPENAI_BASE_URL", "local": "SLIPWAY_LOCAL_MODEL"}[chosen]
        raise ValueError(f"SLIPWAY_UNDERSTANDING is {chosen!r}, and {missing} is not set: set it, or say rules.")
    return ModelSettings(
        understanding=cast(Understanding, chosen),
        api_key=key,
        base_url=base_url,
        name=environ.get("OPENAI_MODEL", "gpt-4o-mini"),
        local=Path(file).absolute() if file and chosen == "local" else None,
    )
