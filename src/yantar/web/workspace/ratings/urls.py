"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import figures, moderation, papers

urlpatterns: list[URLPattern] = [
    path("ratings/", figures.ratings, name="ratings"),
    path("ratings/moderation/", moderation.moderation, name="rating_moderation"),
    path("ratings/moderation/decide/", moderation.decide, name="rating_decide"),
    path("ratings/moderation/texts/", moderation.texts, name="rating_texts"),
    path("ratings/of/<slug:code>/", figures.authority_ratings, name="authority_ratings"),
    path("ratings/services/<slug:code>/", papers.papers, name="rating_papers"),
    path("ratings/services/<slug:code>/poster/", papers.poster, name="rating_poster"),
]
