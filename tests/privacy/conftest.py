"""The hall of tests/hall: everything real but the people."""

from tests.hall.conftest import hall, item, sandbox, terminal_in, visitor

__all__ = ["hall", "item", "sandbox", "terminal_in", "visitor"]
