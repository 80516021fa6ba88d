"""The district of the tests of who saw what: a learner, and a browser for each person."""

from tests.integration.who_saw.conftest import district

__all__ = ["district"]
