"""Whole case forms to file: an answer to every question that stands, or only to those that must be answered."""

from caseload.rules import forms

LONG = "长期独居，邻里少往来，腿脚不便，愿意在社工陪同下参加社区活动"


def whole(kind, **more):
    """An answer to every question of a form that stands."""
    return {**{field.name: _answer(field) for field in forms.FORMS[kind].fields}, **more}


def required(kind, **more):
    """An answer to each question that must be answered."""
    asked = [field for field in forms.FORMS[kind].fields if field.required and not field.when]
    return {**{field.name: _answer(field) for field in asked}, **more}


def _answer(field):
    if field.look == "one":
        return field.choices[0] if field.choices else "goals_met"
    if field.look == "many":
        return list(field.choices)
    return "2024-09-01" if field.look == "day" else LONG[: field.longest]
