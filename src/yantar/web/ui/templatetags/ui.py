"""Components: one way to show a status, a date, a figure, a person."""

from django import template

register = template.Library()
