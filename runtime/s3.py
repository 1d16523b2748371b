"""S3: the one door to boto3. A bucket as a place for archives, behind whatever speaks the protocol.

boto3 takes half a second to import, so it is imported by whoever opens the first bucket.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from runtime.destination import MOST_ARCHIVE, S3, Destination, Missing, Unusable
from templates.bundle import digest_of

CONNECT_SECONDS, READ_SECONDS = 3, 8
"""How long one step of one question to the server may take."""
REGION = "us-east-1"
GONE = frozenset({"404", "NoSuchKey", "NotFound"})
_WHY = {
    "403": "our key may not do that",
    "AccessDenied": "our key may not do that",
    "InvalidAccessKeyId": "our key is not known there",
    "SignatureDoesNotMatch": "our key is not known there",
    "ExpiredToken": "our key has ended",
    "NoSuchBucket": "there is no such bucket",
}


@dataclass(frozen=True)
class Access:
    """How to reach buckets. Nothing shows the credentials."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    endpoint: str = ""
    """The server's URL; empty for Amazon's."""
    region: str = REGION


def opener(access: Access) -> Callable[[str, str], Destination]:
    """Opens buckets by their name and prefix."""
    return lambda name, prefix: Bucket(access, name, prefix)


@cache
def _client(access: Access) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 1},  # what failed is tried again by a row with a due time
        s3={"addressing_style": "path" if access.endpoint else "auto"},
        # Our own checksum goes along; servers besides Amazon's do not know the newer kinds.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client(
        "s3",
        endpoint_url=access.endpoint or None,
        region_name=access.region,
        aws_access_key_id=access.key,
        aws_secret_access_key=access.secret,
        aws_session_token=access.token or None,
        config=config,
    )


class Bucket:
    """One bucket, below a prefix."""

    def __init__(self, access: Access, name: str, prefix: str) -> None:
        self._access, self._name = access, name
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    @property
    def place(self) -> str:
        """As templates write it."""
        return f"{S3}{self._name}/{self._prefix}"

    def put(self, name: str, content: bytes) -> None:
        """One request with a checksum, then all of it read back: an object is there whole, or it is not there.

        Where the bucket keeps versions, older ones go: what was forgotten in the newest is forgotten.
        """
        with self._told("written") as client:
            told = base64.b64encode(hashlib.sha256(content).digest()).decode()
            made = client.put_object(**self._object(name), Body=content, ChecksumSHA256=told)
        if digest_of(self.get(name)) != digest_of(content):
            raise Unusable(f"The bucket {self._name} does not give back what was written to it.")
        if newest := made.get("VersionId"):
            self._remove(name, but=newest)

    def get(self, name: str) -> bytes:
        """The object's bytes."""
        with self._told("read") as client:
            found = client.get_object(**self._object(name))
            if found["ContentLength"] > MOST_ARCHIVE:
                raise Unusable(f"The bucket {self._name} holds something else under the archive's name.")
            content: bytes = found["Body"].read()
            return content

    def remove(self, name: str) -> None:
        """Every version of the object: a bucket that keeps old ones would keep the entries."""
        self._remove(name)
        with self._told("read") as client:
            if list(self._versions(client, name)):
                raise Unusable(f"The bucket {self._name} still holds what was removed from it.")

    def _remove(self, name: str, but: str = "") -> None:
        with self._told("cleared") as client:
            for version in list(self._versions(client, name)):
                if version != but:
                    client.delete_object(**self._object(name), VersionId=version)

    def _versions(self, client: Any, name: str) -> Iterator[str]:
        key = self._prefix + name
        for page in client.get_paginator("list_object_versions").paginate(Bucket=self._name, Prefix=key):
            kept = page.get("Versions", []) + page.get("DeleteMarkers", [])
            yield from (one["VersionId"] for one in kept if one["Key"] == key)

    def _object(self, name: str) -> dict[str, str]:
        return {"Bucket": self._name, "Key": self._prefix + name}

    @contextmanager
    def _told(self, what: str) -> Iterator[Any]:
        """The client; what goes wrong with it is told without a word of the server's own."""
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
        from urllib3.exceptions import HTTPError

        try:
            yield _client(self._access)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in GONE:
                raise Missing("The archive is not where it was put.") from None
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            why = _WHY.get(code) or _WHY.get(str(status)) or f"the server answers {int(status)}"
            raise Unusable(f"The bucket {self._name} cannot be {what}: {why}.") from None
        except (BotoCoreError, HTTPClientError, HTTPError, OSError):
            raise Unusable(f"The bucket {self._name} cannot be {what}: the server does not answer.") from None
