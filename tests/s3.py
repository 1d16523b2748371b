"""A server that speaks S3, on loopback, with nothing in it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from moto.moto_server.threaded_moto_server import ThreadedMotoServer


@contextmanager
def serving() -> Iterator[str]:
    """Its address. What one server of a process keeps, every other would have as well: each begins empty."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    try:
        httpx2.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()
        yield f"http://{host}:{port}"
    finally:
        running.stop()
