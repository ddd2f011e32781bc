"""Placeholder-free: filled below."""
