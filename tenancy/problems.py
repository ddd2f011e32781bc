"""Failures that a user can do something about. Their text is Chinese and names what is wrong and what mends it."""


class Refused(Exception):
    """An act that the rules do not allow now; `problems` lists everything that is missing at once."""

    def __init__(self, message, problems=()):
        super().__init__(message)
        self.message = message
        self.problems = list(problems)

    def __str__(self):
        return "；".join([self.message, *map(str, self.problems)])


class Conflict(Refused):
    """Somebody else changed the object first; reload and decide again."""

    def __init__(self, message="这一项刚被别人处理过。刷新后再看一次"):
        super().__init__(message)
