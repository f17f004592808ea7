"""The program that runs for months: it decides when work is begun, and how it ends. What the work is, others decide."""
