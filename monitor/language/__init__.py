"""What languages know, pure: normalised text, words, digits and dates."""
