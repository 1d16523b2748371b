"""Traces across processes: a visit joins the one trace that began with the words in the chat."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from opentelemetry import context, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("slipway.gateway")


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
    """A context that joins the trace of a traceparent, so that log lines name it; without one it is none.

    For where no spans are kept: a span of nobody's costs as much as a small Call.
    """

    __slots__ = ("_token", "_under")

    def __init__(self, _name: str, under: str = "", _facts: Mapping[str, str] | None = None) -> None:
        self._under = _joined(under) if under else None
        self._token: Any = None

    def __enter__(self) -> None:
        if self._under is not None:
            self._token = context.attach(self._under)

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            context.detach(self._token)


def span(name: str, under: str = "", facts: Mapping[str, str] | None = None) -> AbstractContextManager[object]:
    """A context: a span in the trace of a traceparent; without one, in the trace that this task is in."""
    return _tracer.start_as_current_span(name, context=_joined(under) if under else None, attributes=facts)
