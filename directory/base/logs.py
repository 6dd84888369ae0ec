"""Logs with fields, on stderr, never with what a patient said or is called."""

import logging
import sys

import structlog


def configure_logs(log_format: str = "console", level: int = logging.INFO) -> None:
    """Send structured logs to stderr as text lines or as JSON, so that stdout stays for answers."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up at each line: whoever redirects stderr later gets the logs too.
        logger_factory=lambda *_: structlog.PrintLogger(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that carries the name of the module it serves."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(module=name)
    return logger
