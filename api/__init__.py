"""HTTP, pages and command line; and the one place where everything is built from its parts."""
