"""Speeds, measured as ratios against a floor in the same run: these figures travel between machines better."""
