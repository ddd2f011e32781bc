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


def broken_rule(error, model, otherwise):
    """The sentence of the model's constraint that the database enforced (an IntegrityError), or `otherwise`."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    rule = next((rule for rule in model._meta.constraints if rule.name == name), None)
    told = str(rule.violation_error_message) if rule is not None else ""
    return told if told and told != str(rule.default_violation_error_message) else otherwise
