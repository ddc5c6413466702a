"""Calls that fail on a repair's path, and what must come of the repair."""
