"""The one door to redact-secret, a scanner of vendor key shapes and code. It is a beta: import it nowhere else."""

import redact_secret

from guardrails.found import Found

_SHORTER = {
    "aws-access-key-id": "aws-key",
    "contextual-secret": "secret",
    "connection-string-password": "password",
}


def _name(kind: str) -> str:
    plain = kind.replace("_", "-")
    return _SHORTER.get(plain, plain)


def detect(text: str) -> list[Found]:
    """What the scanner sees in `text`. Raises on text it cannot read (lone surrogates), so normalise first."""
    try:
        seen = redact_secret.scan(text)
    except BaseException as failure:
        # A panic in the native code is no Exception, and would pass the caller by.
        if isinstance(failure, Exception | KeyboardInterrupt | SystemExit):
            raise
        raise RuntimeError("the secret scanner panicked") from failure
    return [Found(_name(one.type), one.start, one.end) for one in seen]


def kinds() -> frozenset[str]:
    """Every type that `detect` can name."""
    declared = redact_secret.artifact_manifest()["detectors"]
    return frozenset(_name(kind) for detector in declared for kind in detector["types"])
