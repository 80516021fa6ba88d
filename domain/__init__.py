"""What can happen to a learner, and what is decided about it. Pure: no I/O, no clock."""
