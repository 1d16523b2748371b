"""Builds the guest: `python -m runtime.guest.build`. Pinned, hashed sources in; guest.wasm and guest.json out.

The same inputs give the same bytes. Needs the build extra (ziglang) and a package index for the QuickJS-NG source.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from runtime.engine import booted_image
from runtime.image import splice

HERE = Path(__file__).parent
SOURCE = "quickjs-ng==0.17.0.2"
SOURCE_SHA256 = "43d2e48272208721a7aaea8e3f02d4b9318f12ef20cc4f5421b59d9a470706ef"
COMPILER = "ziglang==0.17.0"
OURS = ("guest.c", "arena.c", "html.c", "wasi.c")
ENGINE = ("quickjs.c", "dtoa.c", "libregexp.c", "libunicode.c")
STACK = 192 * 1024
"""Bytes; the stack lies at the bottom of the memory, so that an overflow traps instead of writing elsewhere."""
FLAGS = ("-target", "wasm32-wasi", "-mexec-model=reactor", "-O2", "-DNDEBUG", "-D_GNU_SOURCE", "-w")
ONE_BY_ONE = ("-D__SANITIZE_ADDRESS__",)
"""Has the engine take each block from `arena.c`. By itself it keeps a page for each of 31 sizes, as for a process that
lives long, and a small app would change 16 pages more. It looks at the name for nothing else."""
LINK = (f"-Wl,-z,stack-size={STACK}", "-Wl,--strip-all")


def main() -> None:
    """Build, boot, splice, and write what is shipped."""
    with tempfile.TemporaryDirectory() as folder:
        engine = fetch(Path(folder))
        raw = compiled(engine, Path(folder))
    booted = splice(raw, booted_image(raw), range(0, STACK, 4096))
    (HERE / "guest.wasm").write_bytes(booted)
    about = {
        "sha256": hashlib.sha256(booted).hexdigest(),
        "stack": STACK,
        "engine": {"package": SOURCE, "sha256": SOURCE_SHA256, "licence": "MIT"},
        "compiler": COMPILER,
        "sources": {name: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for name in (*OURS, "prelude.js")},
    }
    (HERE / "guest.json").write_text(json.dumps(about, indent=2) + "\n")
    print(f"guest.wasm: {len(booted)} bytes, sha256 {about['sha256']}")


def fetch(folder: Path) -> Path:
    """The engine's sources, unpacked; their archive must have the pinned hash."""
    command = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), SOURCE]
    subprocess.run([sys.executable, *command], check=True)
    (archive,) = folder.glob("quickjs_ng-*.tar.gz")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(
            f"{archive.name} has sha256 {found}, expected {SOURCE_SHA256}: the source is not what was pinned."
        )
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (unpacked,) = folder.glob("quickjs_ng-*/upstream-quickjs")
    (HERE / "LICENCE.quickjs-ng.txt").write_bytes(next(unpacked.parent.rglob("LICENSE*")).read_bytes())
    return unpacked


def compiled(engine: Path, folder: Path) -> bytes:
    """guest.c and the engine as one core module."""
    prelude = (HERE / "prelude.js").read_bytes()
    (folder / "prelude.inc").write_text(",".join(str(byte) for byte in prelude) + ",0\n")
    for name in OURS:
        (folder / name).write_bytes((HERE / name).read_bytes())
    out = folder / "guest.raw.wasm"
    sources = ["guest.c", *(str(engine / name) for name in ENGINE)]
    command = ["-m", "ziglang", "cc", *FLAGS, *ONE_BY_ONE, f"-I{engine}", "-I.", *sources, "-o", str(out), *LINK]
    subprocess.run([sys.executable, *command], check=True, cwd=folder)
    return out.read_bytes()


if __name__ == "__main__":
    main()
