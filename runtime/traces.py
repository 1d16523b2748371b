"""Traces across processes: a visit joins the one trace that began with the words in the chat."""

from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
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


class span:  # noqa: N801  # used as a function
    """A context: a span in the trace of a traceparent; without one, in the trace that this task is in.

    Where no spans are kept it only joins the trace, so that log lines still name it: a span of nobody's costs as much
    as a small Call.
    """

    __slots__ = ("_facts", "_name", "_open", "_token", "_under")

    def __init__(self, name: str, under: str = "", facts: Mapping[str, str] | None = None) -> None:
        self._name = name
        self._under = _joined(under) if under else None
        self._facts = facts
        self._open: Any = None
        self._token: Any = None

    def __enter__(self) -> None:
        if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
            self._open = _tracer.start_as_current_span(self._name, context=self._under, attributes=self._facts)
            self._open.__enter__()
        elif self._under is not None:
            self._token = context.attach(self._under)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._open.__exit__(kind, error, where)
        elif self._token is not None:
            context.detach(self._token)
