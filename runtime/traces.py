"""Traces across processes: a visit joins the one trace that began with the words in the chat."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("slipway.gateway")


def trace_id(kept: str) -> str:
    """The 32 hex digits that name the trace, of a W3C traceparent or of a bare id."""
    parts = kept.split("-")
    return parts[1] if len(parts) == 4 else kept


@contextmanager
def span(name: str, under: str = "", facts: Mapping[str, str] | None = None) -> Iterator[None]:
    """A span in the trace of a traceparent; without one, in the trace that this task is in."""
    with _tracer.start_as_current_span(name, context=_context(under) if under else None, attributes=facts):
        yield


@lru_cache(maxsize=1024)
def _context(traceparent: str) -> Context:
    """Read once: every visit of an app joins the same trace."""
    return _propagator.extract({"traceparent": traceparent})
