"""Forms over actions: nothing typed is lost, everything that is wrong is shown at once, each thing beside its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from yantar.core.problems import Problem, Refused

INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


class DayField(forms.DateField):
    """A day: the browser's own calendar, or typed as 2026-03-15 or 15.03.2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", INPUT_FORMATS)
        super().__init__(**kwargs)


class Lines(forms.CharField):
    """Text of several lines."""

    def __init__(self, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)


def lines(*groups: Any) -> Layout:
    """A layout: a name is a line of its own, a tuple of names stands side by side on wide screens, `[title]` is a heading."""
    parts = []
    for group in groups:
        if isinstance(group, list):
            parts.append(HTML(format_html("<h2>{}</h2>", group[0])))
        elif isinstance(group, tuple):
            parts.append(Div(*[Div(name, css_class=f"col-sm-{12 // len(group)}") for name in group], css_class="row"))
        else:
            parts.append(group)
    return Layout(*parts)


class ActionForm(forms.Form):
    """A form whose fields are parameters of one action. `problems`: what the action refused and no field stands for.

    `layout`: as for `lines`; without it every field has a line of its own.
    """

    layout: tuple[Any, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.problems: list[Problem] = []
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = lines(*(self.layout or list(self.fields)))

    def attempt(self, act: Callable[..., Any], **more: Any) -> Any:
        """Call the action with what was typed and `more`; None when the form or the action refuses, with the reasons kept here."""
        if not self.is_valid():
            return None
        try:
            return act(**self.parameters(), **more)
        except Refused as refused:
            self.refuse(refused.problems)
            return None

    def parameters(self) -> dict[str, Any]:
        """What the action is given; forms with other shapes than their action override it."""
        return dict(self.cleaned_data)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside its field, or keep it for the top of the page."""
        for problem in problems:
            field = self.fields.get(problem.field)
            if field is None or isinstance(field.widget, forms.HiddenInput):
                self.problems.append(problem)
            else:
                self.add_error(problem.field, ValidationError(str(problem.message), code=problem.code))


def posted(request: HttpRequest) -> dict[str, Any]:
    """What a form is bound to: the data and files of a POST, nothing otherwise."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def form_page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """A page with a form: 422 when it comes back with what was wrong."""
    problems = getattr(form, "problems", [])
    return render(request, template, {"form": form, "problems": problems, **context}, status=422 if form.is_bound else 200)
