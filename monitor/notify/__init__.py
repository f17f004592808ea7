"""Senders: the ways to those who are told of alerts."""
