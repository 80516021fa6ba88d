"""What happens by the clock: projections kept up to date, and jobs run by one leader."""
