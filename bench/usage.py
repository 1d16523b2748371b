"""How fast usage is folded and old rows are purged. Run: python -m bench.usage. Prints rates and milliseconds."""

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from bot import database
from runtime import usage
from runtime.appdata import SqliteAppData

CALLS, APPS, ROWS = 50_000, 20, 1000
NOW = 1_800_000_000


def main() -> None:
    """Print one line a case."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        engine = database.connect(f"sqlite:///{home / 'control.db'}")
        database.migrate(engine)
        (home / "usage").mkdir()
        record = {"at": NOW, "stage": "live", "request": "r" + "0" * 16, "trace": "a" * 32, "cpu_ms": 1.234}
        lines = (json.dumps({**record, "app": f"app_{n % APPS}"}) for n in range(CALLS))
        (home / "usage" / "w-000001.jsonl").write_text("\n".join(lines) + "\n")
        began = time.perf_counter()
        while usage.fold(lambda: database.transaction(engine), home / "usage"):
            pass
        print(f"Calls folded                  {CALLS / (time.perf_counter() - began):8.0f} a second")
        with Session(engine) as session:
            assert sum(one.used.calls for one in usage.lines(session, 0, 10**6)) == CALLS
        engine.dispose()
        data = SqliteAppData(home / "data")
        box = data.open("app_1", "live", 10)
        box.begin()
        for n in range(ROWS):
            box.insert("answers", {"meal": "soup" * 20}, at=NOW + n, by="v_1", most=ROWS)
        box.commit()
        box.close()
        began = time.perf_counter()
        assert data.purge("app_1", "live", NOW + ROWS // 2) == ROWS // 2
        print(f"{ROWS // 2} rows purged               {(time.perf_counter() - began) * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
