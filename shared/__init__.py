"""The core of the interview backend and its adapters."""

__version__ = "0.1.0"
