"""What a compilation knows of its contract, and the values that its statements bind."""

from datetime import timedelta

from services.indicators.periods import periods


class Binder:
    """Collects bound values; the same value is bound once."""

    def __init__(self):
        self.values, self._names = {}, {}

    def __call__(self, value, cast=""):
        key = (repr(value), cast)
        if key not in self._names:
            self._names[key] = name = f"v{len(self.values)}"
            self.values[name] = value
        return f"%({self._names[key]})s{'::' + cast if cast else ''}"


class Setting:
    """What a compilation knows of its contract: tenant, contract, areas (ids in order) and their level, the day, calendar,
    the conversion table of hours, what the subjects of each register are (household, person, label), and from which day on
    working days are counted."""

    def __init__(
        self,
        *,
        tenant_id,
        contract_id,
        on,
        areas=(),
        level="street",
        calendar=None,
        hours=None,
        subjects=None,
        since=None,
    ):
        self.tenant_id, self.contract_id, self.on = tenant_id, contract_id, on
        self.areas, self.level, self.calendar, self.hours = tuple(areas), level, calendar, hours or {}
        self.subjects, self.since = subjects or {}, since or on
        self._periods = {}

    @property
    def fingerprint(self):
        """Everything that the statements depend on beside the promises, as text."""
        return repr((self.tenant_id, self.contract_id, self.on, self.areas, self.level, self.hours, self.subjects))

    def workdays(self):
        """The working days from the first that matters up to the day: a day's place among them is its running number."""
        count = (self.on - self.since).days + 1
        days = (self.since + timedelta(days=number) for number in range(max(1, count)))
        return [day for day in days if self.calendar.is_workday(day)]

    def periods(self, scheme):
        if scheme not in self._periods:
            self._periods[scheme] = periods(scheme, self.calendar)
        return self._periods[scheme]
