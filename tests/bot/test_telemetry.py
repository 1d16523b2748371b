"""One trace from the words in Slack to the live URL, its id on everything; and nothing depends on who collects it."""

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import decompress as gunzip
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from sqlmodel import Session, select

from bot import telemetry
from guardrails.audit import AuditRow
from runtime.traces import Spans
from tests.bot.house import House
from tests.workspace.harbour import free_port

pytestmark = pytest.mark.scenario

EVERYONE = "a feedback survey about the new office for everyone in the company"
ROOT = Path(__file__).parents[2]


def walked(house: House) -> str:
    """Ask, preview, propose, approve, live, visit, remind, keep, end; the trace of it all."""
    thread = house.ask(EVERYONE + ", my password is correct-Horse7battery")
    house.ana.sign_in(house.preview(thread))
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.cy)
    house.press(thread, "slipway.approve", house.ben)
    house.dora.sign_in(house.live(thread))
    for days in (24, 1, 1):
        house.later(days)
    house.press(thread, "slipway.retire")
    return telemetry.trace_id(house.request().trace)


def test_one_trace_leads_from_the_words_to_the_live_url_and_stands_on_every_message_and_audit_event(
    house: House,
) -> None:
    trace = walked(house)
    spans = [one for one in house.spans.get_finished_spans() if one.name != "received"]
    ours = [one for one in spans if context_of(one)[0] == trace]
    names = [one.name for one in ours]
    assert names.count("heard") == 1
    for name in (
        "request.received",
        "request.bundled",
        "request.reviewed",
        "decision.slipway.publish",
        "decision.slipway.approve",
        "request.approved",
        "visit",
        "call",
    ):
        assert name in names
    known = {context_of(one)[1] for one in ours}
    roots = [one.name for one in ours if one.parent is None or f"{one.parent.span_id:016x}" not in known]
    assert roots == ["heard"], "every span hangs below the one that heard the words"
    posts = house.outbox()
    assert {one.key.split(":")[0] for one in posts} >= {
        "root",
        "card",
        "secret",
        "approval",
        "refused",
        "live",
        "reminder",
        "ended",
    }
    assert [one.key for one in posts if trace not in one.blocks] == []
    with Session(house.engine) as session:
        told = session.exec(select(AuditRow).where(AuditRow.subject == house.request().app)).all()
    assert told and {one.trace for one in told} == {trace}


def context_of(span: ReadableSpan) -> tuple[str, str]:
    context = span.get_span_context()
    assert context is not None
    return f"{context.trace_id:032x}", f"{context.span_id:016x}"


def test_of_many_visits_in_a_second_some_are_kept_as_spans_and_all_join_the_trace(house: House) -> None:
    house.spans.clear()
    now, under = [1], "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    spans = Spans(lambda: now[0], most=2)
    joined = []
    for second in (1, 1, 1, 1, 2):
        now[0] = second
        with spans.visit(under, {"app": "app_1"}), spans.call():
            joined.append(telemetry.current_trace_id())
    assert set(joined) == {"4bf92f3577b34da6a3ce929d0e0e4736"}
    kept = [one.name for one in house.spans.get_finished_spans()]
    assert (kept.count("visit"), kept.count("call"), len(joined)) == (3, 3, 5)


def test_the_trace_stands_on_every_response_of_the_app(house: House) -> None:  # O6
    thread = house.ask("a lunch survey for ops, three questions")
    trace, url = telemetry.trace_id(house.request().trace), house.preview(thread)
    house.ana.sign_in(url)
    web = house.ana.web
    answers = [web.get(url), web.get(url + "nothing"), web.post(url), web.put(url), house.dora.sign_in(url)]
    answers.append(house.cy.web.get(url))
    assert {one.status_code for one in answers} >= {200, 404, 403, 405, 302}
    assert {one.headers["x-trace-id"] for one in answers} == {trace}
    assert {one["trace"] for one in house.worker.visits()[house.visited :]} == {trace}


def test_a_visit_that_fails_inside_still_carries_both_ids_and_so_does_its_log_line(
    house: House,
) -> None:  # O6
    shown = io.StringIO()
    handler = logging.StreamHandler(shown)
    handler.setFormatter(telemetry.Traced())
    thread = house.ask("a lunch survey for ops, three questions")
    url, trace = house.preview(thread), telemetry.trace_id(house.request().trace)
    house.ana.sign_in(url)
    held = house.worker.loader._held
    house.worker.loader._held = None
    logging.getLogger("slipway").addHandler(handler)
    try:
        failed = house.ana.web.get(url)
    finally:
        logging.getLogger("slipway").removeHandler(handler)
        house.worker.loader._held = held
    assert (failed.status_code, failed.headers["x-trace-id"]) == (503, trace)
    assert f"ERROR slipway.gateway trace={trace} visit {failed.headers['x-request-id']} failed" in shown.getvalue()


def test_a_log_line_outside_any_trace_says_so() -> None:
    record = logging.LogRecord("slipway", logging.WARNING, "x.py", 1, "the disk is %s", ("full",), None)
    assert telemetry.Traced().format(record).endswith("WARNING slipway trace=- the disk is full")


@contextmanager
def sink() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """An OTLP endpoint on loopback, and what it was sent."""
    got: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((self.path, gunzip(body) if self.headers["content-encoding"] == "gzip" else body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", got
        server.shutdown()
    thread.join(5)


SPANS = """
import os, sys, time
from bot import settings, telemetry
telemetry.start("slipway-test", os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"])
began = time.perf_counter()
for _ in range(3000):
    with telemetry.span("heard", facts={"via": "command"}) as trace:
        pass
print(telemetry.trace_id(trace), time.perf_counter() - began)
"""


def exporting(endpoint: str) -> tuple[str, float]:
    """The trace of a process that exports there, and the seconds that its work took; it must end well."""
    ran = subprocess.run(
        [sys.executable, "-c", SPANS],
        cwd=ROOT,
        env={"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
        capture_output=True,
        timeout=20,
        check=True,
    )
    trace, took = ran.stdout.split()
    return trace.decode(), float(took)


def test_spans_go_to_the_endpoint_that_is_set() -> None:
    with sink() as (url, got):
        trace, _ = exporting(url)
    assert {path for path, _ in got} == {"/v1/traces"}
    sent = b"".join(body for _, body in got)
    assert bytes.fromhex(trace) in sent
    assert b"slipway-test" in sent and b"heard" in sent


def test_a_dead_endpoint_affects_nothing() -> None:
    trace, took = exporting(f"http://127.0.0.1:{free_port()}")
    assert len(trace) == 32
    assert took < 2


def test_the_endpoint_is_read_from_the_environment() -> None:
    from bot import settings

    made = settings.gateway({"SLIPWAY_CLIENT_ID": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"})
    assert made.otlp_endpoint == "http://collector:4318"
    assert json.dumps(settings.gateway({"SLIPWAY_CLIENT_ID": "1"}).otlp_endpoint) == '""'
