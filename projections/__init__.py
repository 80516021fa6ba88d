"""What people read, folded from the events. Every table here can be dropped and rebuilt."""
