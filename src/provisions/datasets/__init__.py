"""Data sets of others, read from the user’s own copy: to compare with, or to turn into a package of our tables."""
