"""The demonstration: invented bureaus, agencies and people, and a contract year made by the actions themselves.

story.play(...) makes it; docs/demo.md tells who is who. Nothing here writes a row behind an action's back.
"""
