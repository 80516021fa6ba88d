"""Who may see what: facts in, a decision with its reason out. Pure; `docs/access/` tells all."""
