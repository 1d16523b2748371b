"""Places for archives: a folder and a bucket keep one contract; what is wrong with one is told plainly, in time."""

import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest

from runtime.destination import Destination, Folder, Missing, Places, Unusable, no_buckets, probe
from runtime.s3 import Access, Bucket, opener
from tests import s3

BUCKET = "platform-archive"
KEY, SECRET = "AKIATESTTESTTESTTEST", "kept-out-of-every-message"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server that speaks S3, on loopback."""
    with s3.serving() as address:
        yield address


@pytest.fixture
def access(server: str) -> Access:
    return Access(KEY, SECRET, endpoint=server)


@pytest.fixture
def bucket(access: Access) -> Bucket:
    raw(access).create_bucket(Bucket=BUCKET)
    found = Bucket(access, BUCKET, "micro-apps")
    for page in raw(access).get_paginator("list_object_versions").paginate(Bucket=BUCKET):
        for one in page.get("Versions", []) + page.get("DeleteMarkers", []):
            raw(access).delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])
    return found


def raw(access: Access) -> object:
    """The vendor's client, to look at the server as somebody else would."""
    return boto3.client(
        "s3",
        endpoint_url=access.endpoint,
        region_name="us-east-1",
        aws_access_key_id=access.key,
        aws_secret_access_key=access.secret,
    )


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Destination:
    """Each kind: whatever holds for one must hold for the other."""
    found: Destination = (
        Folder(tmp_path / "archives" / "2026", "2026")
        if request.param == "folder"
        else request.getfixturevalue("bucket")
    )
    return found


def test_what_is_put_can_be_got_replaced_and_removed(place: Destination) -> None:  # D9
    with pytest.raises(Missing):
        place.get("app_1.zip")
    place.put("app_1.zip", b"one" * 100_000)
    place.put("app_2.zip", b"")
    assert place.get("app_1.zip") == b"one" * 100_000
    place.put("app_1.zip", b"two")
    assert (place.get("app_1.zip"), place.get("app_2.zip")) == (b"two", b"")
    place.remove("app_1.zip")
    place.remove("app_1.zip")
    with pytest.raises(Missing):
        place.get("app_1.zip")
    assert place.get("app_2.zip") == b""


def test_a_probe_leaves_nothing(place: Destination) -> None:  # G11
    probe(place, "app_1")
    with pytest.raises(Missing):
        place.get("slipway-probe-app_1")


def test_a_place_is_found_again_by_what_it_is_called(bucket: Bucket, access: Access, tmp_path: Path) -> None:
    places = Places(tmp_path, usual="s3://platform-archive/micro-apps/", bucket=opener(access))
    for said in ("", "s3://platform-archive/other/", "surveys/2026"):
        first = places.at(said)
        first.put("a.zip", said.encode())
        assert places.at(first.place).get("a.zip") == said.encode()
    assert places.at("").place == "s3://platform-archive/micro-apps/"
    assert Places(tmp_path).at("").place == "."


# Attacks: where a template would have entries go


@pytest.mark.parametrize("said", ["../elsewhere", "a/../../elsewhere", "/etc", "link/inside"])
def test_no_template_leads_out_of_the_folder(tmp_path: Path, said: str) -> None:  # G11
    root = tmp_path / "archives"
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unusable, match=r"^Its archives would lie outside of the installation's own folder"):
        Places(root).at(said)


def test_no_template_names_a_bucket_that_operators_did_not(tmp_path: Path, access: Access) -> None:  # G11
    places = Places(tmp_path, buckets=frozenset({"known"}), bucket=opener(access))
    with pytest.raises(Unusable, match=r"the bucket stolen, which this installation does not use"):
        places.at("s3://stolen/micro-apps/")
    assert places.at("s3://known/x").place == "s3://known/x/"


def test_without_a_key_no_bucket_is_used(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        Places(tmp_path, buckets=frozenset({BUCKET}), bucket=no_buckets).at(f"s3://{BUCKET}/")


def test_a_link_in_the_place_of_an_archive_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = Folder(tmp_path / "a", "a")
    folder.put("one.zip", b"1")
    (tmp_path / "a" / "two.zip").symlink_to(tmp_path / "secret")
    with pytest.raises(Unusable, match="cannot be read"):
        folder.get("two.zip")
    folder.put("two.zip", b"2")
    assert (tmp_path / "secret").read_bytes() == b"secret", "the name was given anew"


# What goes wrong


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:  # G11
    (tmp_path / "archives").write_text("a file")
    with pytest.raises(Unusable, match=r"^The folder for archives cannot be written: File exists\.$"):
        probe(Places(tmp_path / "archives").at(""), "app_1")


def test_a_place_that_hangs_is_not_waited_for(tmp_path: Path) -> None:  # G11
    waiting = threading.Event()

    class Hanging(Folder):
        def put(self, name: str, content: bytes) -> None:
            waiting.wait()

    with pytest.raises(Unusable, match="did not answer in time"):
        probe(Hanging(tmp_path, "."), "app_1", seconds=0.05)
    waiting.set()


def test_old_versions_of_an_object_go_as_well(bucket: Bucket, access: Access) -> None:
    client = raw(access)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    bucket.put("a.zip", b"with ana")
    bucket.put("a.zip", b"without")
    versions = client.list_object_versions(Bucket=BUCKET, Prefix="micro-apps/a.zip")
    assert [one["Size"] for one in versions["Versions"]] == [len(b"without")]
    client.delete_object(Bucket=BUCKET, Key="micro-apps/a.zip")
    bucket.put("a.zip", b"again")
    bucket.remove("a.zip")
    versions = client.list_object_versions(Bucket=BUCKET, Prefix="micro-apps/a.zip")
    assert versions.get("Versions", []) + versions.get("DeleteMarkers", []) == []
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})


def test_a_server_that_is_away_is_told_without_an_address(access: Access) -> None:  # D9
    gone = Bucket(Access(KEY, SECRET, endpoint="http://127.0.0.1:9"), BUCKET, "")
    for work in (lambda: gone.put("a", b"1"), lambda: gone.get("a"), lambda: gone.remove("a")):
        with pytest.raises(Unusable, match=r"^The bucket [a-z-]+ cannot be \w+: the server does not answer\.$"):
            work()


def test_a_bucket_that_is_not_there_is_named(access: Access) -> None:  # G11
    with pytest.raises(Unusable, match=r"^The bucket nowhere-at-all cannot be \w+: there is no such bucket\.$"):
        probe(Bucket(access, "nowhere-at-all", ""), "app_1")


@pytest.fixture
def rude(server: str) -> Iterator[Callable[[Sequence[bytes]], Access]]:
    """A server that answers whatever it is told to, one answer a request, the last for all others."""
    running: list[ThreadingHTTPServer] = []

    def start(answers: Sequence[bytes]) -> Access:
        left = list(answers)

        class Answers(BaseHTTPRequestHandler):
            def _any(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.wfile.write(left.pop(0) if len(left) > 1 else left[0])
                self.close_connection = True

            do_PUT = do_GET = do_DELETE = do_HEAD = do_POST = _any  # noqa: N815  # names that the base class asks for

            def log_message(self, *_: object) -> None:
                pass

        one = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        one.daemon_threads = True
        threading.Thread(target=one.serve_forever, daemon=True).start()
        running.append(one)
        return Access(KEY, SECRET, endpoint=f"http://127.0.0.1:{one.server_port}")

    yield start
    for one in running:
        one.shutdown()
        one.server_close()


def answer(status: str, body: bytes = b"", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\ncontent-length: {size}\r\nconnection: close\r\n\r\n".encode() + body


ERROR = b"<Error><Code>%s</Code><Message>secret things of the server</Message></Error>"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([answer("403 Forbidden", ERROR % b"AccessDenied")], "our key may not do that"),
        ([answer("403 Forbidden", ERROR % b"SignatureDoesNotMatch")], "our key is not known there"),
        ([answer("500 Internal Server Error", ERROR % b"InternalError")], "the server answers 500"),
        ([answer("503 Slow Down", b"no xml at all")], "the server answers 503"),
        ([answer("200 OK"), answer("200 OK", b"half", 5000)], "the server does not answer"),
        ([b"garbage\r\n\r\n"], "the server does not answer"),
    ],
)
def test_what_a_server_says_is_told_in_our_words(
    rude: Callable[[Sequence[bytes]], Access], said: Sequence[bytes], told: str, caplog: pytest.LogCaptureFixture
) -> None:  # D9
    with pytest.raises(Unusable) as caught:
        Bucket(rude(said), BUCKET, "").put("a.zip", b"x" * 5000)
    assert told in str(caught.value)
    for text in (
        str(caught.value),
        repr(caught.value),
        caplog.text,
        repr(rude(said)),
        repr(Bucket(rude(said), BUCKET, "")),
    ):
        assert KEY not in text
        assert SECRET not in text
        assert "secret things" not in text


def test_an_upload_that_was_cut_or_swapped_is_found(rude: Callable[[Sequence[bytes]], Access]) -> None:  # D9
    for given in (b"x" * 4999, b"y" * 5000, b""):
        with pytest.raises(Unusable, match="does not give back what was written to it"):
            Bucket(rude([answer("200 OK"), answer("200 OK", given)]), BUCKET, "").put("a.zip", b"x" * 5000)


def test_boto_is_not_imported_before_there_is_a_bucket() -> None:
    import subprocess
    import sys

    code = "import sys, bot.settings, runtime.s3; print(any(one.startswith('boto') for one in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
