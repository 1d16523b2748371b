"""Metadata: what a rule's file says about it before its package: its owner, its stage, whether exceptions may hold."""

from pathlib import PurePath

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from guardrails.verdict import Stage
from templates.document import Document
from templates.errors import FaultyTemplate
from templates.manifest import Frozen


class Custom(Frozen):
    """Slipway's own part. A word that is not known is an error, so that no stage is lost by a slip of the pen."""

    owner: str = ""
    stage: Stage = "block"
    exceptions: bool = True
    """Whether an app may be excepted from the rule for a while."""


class About(BaseModel):
    """The METADATA block of a file, as `opa inspect` would read it; OPA's other words are left alone."""

    model_config = ConfigDict(frozen=True)

    title: str = ""
    description: str = ""
    custom: Custom = Field(default_factory=Custom)


def about(source: str, path: PurePath) -> About:
    """What stands between `# METADATA` and the package. Raises ValueError, in one line, for what cannot be read."""
    lines = source.partition("\npackage ")[0].splitlines()
    if "# METADATA" not in lines:
        return About()
    start = lines.index("# METADATA") + 1
    # As many lines above as in the file, so that what is wrong has its right number.
    block = "\n" * start + "\n".join(line[2:] for line in lines[start:] if line[:1] == "#")
    try:
        return About.model_validate(Document(block, path).value)
    except FaultyTemplate as error:
        raise ValueError(str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from None
