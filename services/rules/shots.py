"""What photos themselves tell of when and where they were taken, held against what was typed. Pure."""

import json
from datetime import timedelta
from itertools import combinations

from django.utils.dateparse import parse_datetime

from documents.rules import metres, place_of, read_place
from tenancy.clock import SHANGHAI, day_of

# A photo taken so long before or after the service is worth a look; so far from the others, too.
SLACK, FAR = timedelta(minutes=30), 1000
TOLD_BY = {"camera": "照片自带", "phone": "手机文件时间"}


def told_moment(text):
    """The aware moment that a phone tells, or None for anything else."""
    try:
        moment = parse_datetime(str(text))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo else None


def told_shot(text):
    """(moment, place) that a phone read from the camera's own record, with None and "" for what it doesn't tell or can't be so."""
    try:
        told = json.loads(text)
    except ValueError:
        return None, ""
    if not isinstance(told, dict):
        return None, ""
    place = read_place(told.get("place", ""))
    return told_moment(told.get("taken", "")), place_of(*place) if place else ""


def doubts(record, shots, known_places):
    """What the photos' own time and place say against what was typed; `shots` are (moment or None, place or None).

    `known_places` are where earlier photos of the same household were taken.
    """
    found = []
    begin, end = record.started_at - SLACK, (record.ended_at or record.started_at) + SLACK
    same_day = [moment for moment, _ in shots if moment and day_of(moment) == record.day]  # another day is told already
    outside = sorted(moment for moment in same_day if not begin <= moment <= end)
    if outside:
        moment = outside[0].astimezone(SHANGHAI)
        found.append(f"照片 {moment:%H:%M} 拍摄，不在服务时段 {_span(record)} 内")
    places = [place for _, place in shots if place]
    apart = max((metres(one, other) for one, other in combinations(places, 2)), default=0)
    if apart > FAR:
        found.append(f"照片之间相距 {_far(apart)}")
    if places and known_places:
        near = min(metres(one, other) for one in places for other in known_places)
        if near > FAR:
            found.append(f"拍摄地点离该户以往照片 {_far(near)}")
    return found


def _span(record):
    end = f"{record.ended_at.astimezone(SHANGHAI):%H:%M}" if record.ended_at else ""
    return f"{record.started_at.astimezone(SHANGHAI):%H:%M}—{end}"


def _far(length):
    return f"{length / 1000:.1f} 公里" if length >= 1000 else f"{length} 米"
