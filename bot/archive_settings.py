"""Where archives of ended apps go, from the environment: a folder, or a bucket with the key to it."""

import re
from collections.abc import Mapping
from pathlib import Path

from runtime.destination import S3, Places, no_buckets
from runtime.s3 import REGION, Access, opener

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_PLACE = re.compile(rf"{S3}{_BUCKET.pattern}(/[A-Za-z0-9][A-Za-z0-9._-]*)*/?")


def places(home: Path, environ: Mapping[str, str]) -> Places:
    """Every place that archives may go to; ValueError says which variable to mend. Only control holds the key."""
    said = environ.get("SLIPWAY_ARCHIVE", "")
    bucket = said.startswith(S3)
    if bucket and not _PLACE.fullmatch(said):
        raise ValueError(f"SLIPWAY_ARCHIVE is {said!r}: write s3://bucket/path/, or the path of a folder.")
    if said and not bucket and not Path(said).is_absolute():
        raise ValueError(f"SLIPWAY_ARCHIVE is {said!r}: write a folder's path from the root, or s3://bucket/path/.")
    access = _access(environ)
    if bucket and access is None:
        raise ValueError("SLIPWAY_ARCHIVE is a bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as well.")
    return Places(
        root=Path(said) if said and not bucket else home / "archives",
        usual=said if bucket else "",
        buckets=_buckets(environ.get("SLIPWAY_ARCHIVE_BUCKETS", "")),
        bucket=opener(access) if access else no_buckets,
    )


def _access(environ: Mapping[str, str]) -> Access | None:
    key, secret = environ.get("AWS_ACCESS_KEY_ID", ""), environ.get("AWS_SECRET_ACCESS_KEY", "")
    if not (key and secret):
        return None
    endpoint = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL", "")
    if endpoint and not endpoint.startswith(("https://", "http://")):
        raise ValueError("AWS_ENDPOINT_URL_S3 is no address: write https://host, or leave it out for Amazon's.")
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or REGION
    return Access(key, secret, environ.get("AWS_SESSION_TOKEN", ""), endpoint, region)


def _buckets(text: str) -> frozenset[str]:
    found = frozenset(filter(None, (one.strip() for one in text.split(","))))
    for one in sorted(found):
        if not _BUCKET.fullmatch(one):
            raise ValueError(f"SLIPWAY_ARCHIVE_BUCKETS has {one!r}: write names of buckets, separated by commas.")
    return found
