"""Sign-in: OpenID Connect, sessions, tokens of API clients, and the limits around them."""
