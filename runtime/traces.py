"""Traces across processes: a visit joins the one trace that began with the words in the chat."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

from opentelemetry import context, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("slipway.gateway")

MOST_A_SECOND = 20
"""Visits of a worker that are kept as spans; to make and to send one costs as much as half a Call. Every visit has its
record in the usage spool, with its trace."""


def trace_id(kept: str) -> str:
    """The 32 hex digits that name the trace, of a W3C traceparent or of a bare id."""
    parts = kept.split("-")
    return parts[1] if len(parts) == 4 else kept


@lru_cache(maxsize=1024)
def _joined(traceparent: str) -> context.Context:
    """Read once: every visit of an app joins the same trace."""
    return _propagator.extract({"traceparent": traceparent})


def kept() -> bool:
    """Whether this process keeps spans; it says so before it serves anything."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


class joined:  # noqa: N801  # used as a function
    """A context that joins the trace of a traceparent, so that log lines name it; without one it is none."""

    __slots__ = ("_token", "_under")

    def __init__(self, under: str) -> None:
        self._under = _joined(under) if under else None
        self._token: Any = None

    def __enter__(self) -> None:
        if self._under is not None:
            self._token = context.attach(self._under)

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            context.detach(self._token)


def span(name: str, under: str, facts: Mapping[str, str]) -> AbstractContextManager[object]:
    """A context: a span in the trace of this traceparent, if spans are kept."""
    if not kept():
        return joined(under)
    return _tracer.start_as_current_span(name, context=_joined(under) if under else None, attributes=facts)


class Spans:
    """One worker's spans. Every visit joins its app's trace; some of each second are kept as spans of it."""

    def __init__(self, wall: Callable[[], int], most: int = MOST_A_SECOND) -> None:
        """`wall` is UNIX seconds; without a tracer provider none is kept."""
        self._wall = wall
        self._most = most if kept() else 0
        self._second = self._count = 0

    def visit(self, under: str, facts: Mapping[str, str]) -> AbstractContextManager[object]:
        """A context: a visit, in the trace of this traceparent."""
        if not self._most:
            return joined(under)
        second = self._wall()
        if second != self._second:
            self._second, self._count = second, 0
        self._count += 1
        if self._count > self._most:
            return joined(under)
        return span("visit", under, facts)

    def call(self) -> AbstractContextManager[object]:
        """A context: a Call, within a visit that is kept."""
        if self._most and trace.get_current_span().is_recording():
            return _tracer.start_as_current_span("call")
        return nullcontext()
