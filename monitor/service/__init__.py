"""What programs that stay have in common: their terms and signals, their logs, metrics and health."""
