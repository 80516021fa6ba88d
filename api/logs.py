"""Logs as JSON lines on standard error; from libraries too, and without the values of an error."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

QUIET = ("apscheduler", "alembic", "uvicorn", "psycopg.pool", "eventsourcing", "asyncio",
         "httpx2", "httpcore2")  # fmt: skip


def configure_logs(level: int = logging.INFO) -> None:
    """Route structlog and the standard library's logging through one form. Safe to repeat."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_errors,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a cached one keeps the configuration it met first
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def name_errors(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
    """Keep where an error happened and its kind; its text may hold a person's data."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            code = trace.tb_frame.f_code
            event["at"] = f"{code.co_filename}:{trace.tb_lineno} {code.co_name}"
    return event
