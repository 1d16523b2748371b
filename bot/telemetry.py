"""Traces: one from the words in the chat to the live URL, and on every log line. The door to the OpenTelemetry SDK."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

EXPORT_SECONDS, QUEUE = 2, 2048
"""How long one export may take, and how many spans wait for it: a dead endpoint holds up the end of a process once."""
_context = TraceContextTextMapPropagator()


def start(service: str, endpoint: str = "", exporter: SpanExporter | None = None) -> TracerProvider:
    """Make this process's tracer provider. Without an endpoint spans have ids and are not sent anywhere.

    A dead endpoint costs nothing but dropped spans: the queue is bounded and sending has its own thread.
    """
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if endpoint:
        provider.add_span_processor(sending(endpoint))
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)
    trace.set_tracer_provider(provider)
    return provider


def sending(endpoint: str) -> BatchSpanProcessor:
    """What sends spans to an OTLP endpoint, from a thread of its own."""
    otlp = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces", timeout=EXPORT_SECONDS)
    return BatchSpanProcessor(otlp, max_queue_size=QUEUE, max_export_batch_size=QUEUE)


class Traced(logging.Formatter):
    """A log line with the trace that it belongs to, or `-`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s trace=%(trace)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        record.trace = current_trace_id() or "-"
        return super().format(record)


def log_lines() -> None:
    """Write this process's log to standard error, each line with its trace."""
    handler = logging.StreamHandler()
    handler.setFormatter(Traced())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


@contextmanager
def span(name: str, parent: str = "", facts: Mapping[str, str | int | bool] | None = None) -> Iterator[str]:
    """A span under `parent` (a W3C traceparent, or "" for a new trace). Yields its own traceparent."""
    context = _context.extract({"traceparent": parent}) if parent else None
    tracer = trace.get_tracer("slipway")
    with tracer.start_as_current_span(name, context=context, kind=SpanKind.INTERNAL, attributes=facts) as current:
        carrier: dict[str, str] = {}
        _context.inject(carrier, trace.set_span_in_context(current))
        yield carrier.get("traceparent", "")


def trace_id(traceparent: str) -> str:
    """The 32 hex digits that name the trace; "" when there is none."""
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 else ""


def current_trace_id() -> str:
    """The trace that this thread is in, or ""."""
    context = trace.get_current_span().get_span_context()
    return format_trace_id(context.trace_id) if context.is_valid else ""
