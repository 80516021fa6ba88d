"""Where a row is looked for: a tree over days and a tree over positions, told in one number.

A question names a day and a position; a row covers a stretch of each. A range index cannot serve
it here (decision 0005), and a plain one would have to pass over a learner's whole history. So each
row is filed under one number, and a question looks under about forty of them:

0    holds without end, and is known so until now
< 0  known so until now, over days that begin and end: the highest node of the tree of days in it
> 0  known so for a while: the highest node of the tree of positions in it

Every stretch that has a point in it is filed at a node between that point and the root of its
tree (Kriegel, Pötke, Seidl: Managing Intervals Efficiently in Object-Relational Databases, 2000).
A question looks at no more rows than are open on its day or at its position, however long the
history. The cell only finds: the query compares the bounds again.
"""

from collections.abc import Sequence
from datetime import date

from projections.rows import Span

OPEN = 2**63 - 1  # `known_until` of what is known so until now


def cell(effective: Sequence[Span], known_from: int, known_until: int) -> int:
    """The number that a row is filed under; `known_until` is OPEN or beyond `known_from`."""
    if known_until != OPEN:
        return node(known_from, known_until - 1)
    last = [until for _, until in effective]
    if None in last:
        return 0
    # Nothing is left of it on any day: filed where a question looks only for the earliest day.
    first = min((start.toordinal() if start else 1 for start, _ in effective), default=1)
    ends = max((until.toordinal() - 1 for until in last if until), default=1)
    return -node(first, max(first, ends))


def cells(on: date, known: int, head: int) -> list[int]:
    """The numbers to look under for what holds on a day, as known at a position.

    `head` was the newest position when the question began. Rows are closed meanwhile, beyond it:
    as long as it does not double under the question, or come to a million, they are found.
    """
    days = path(on.toordinal(), DAY_BITS)
    return [0, *(-n for n in days), *path(known, max(head.bit_length() + 1, SPARE_BITS))]


DAY_BITS = date.max.toordinal().bit_length()
SPARE_BITS = 20  # of positions that may be given out while a question is answered


def node(first: int, last: int) -> int:
    """The number from `first` to `last` (1 or more) that the most powers of two divide."""
    level = ((first - 1) ^ last).bit_length() - 1
    return last >> level << level


def path(point: int, bits: int) -> list[int]:
    """The nodes whose stretches may have the point in them, in a tree of so many levels."""
    return [(point >> (level + 1) << (level + 1)) | 1 << level for level in range(bits)]
