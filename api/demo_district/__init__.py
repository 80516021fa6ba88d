"""A made-up district of three schools and 240 learners, for `throughline demo`. Nobody is real."""

from api.demo_district.district import (
    FEATURED,
    Featured,
    Line,
    PastDay,
    happened,
    in_order,
    past_day,
    requests,
    whole,
)
from api.demo_district.staff import SCHOOLS, STAFF

__all__ = [
    "FEATURED",
    "SCHOOLS",
    "STAFF",
    "Featured",
    "Line",
    "PastDay",
    "happened",
    "in_order",
    "past_day",
    "requests",
    "whole",
]
