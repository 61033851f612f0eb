"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import buyers, claims, datasets, figures, flags, glance, mapping, outliers, procedures

urlpatterns: list[URLPattern] = [
    path("savings/", datasets.savings, name="savings"),
    path("savings/load/", datasets.load, name="savings_load"),
    path("savings/lists/", mapping.lists, name="savings_lists"),
    path("savings/lists/new/", mapping.new, name="savings_list_new"),
    path("savings/lists/new/<int:pk>/", mapping.columns, name="savings_list_columns"),
    path("savings/lists/<int:pk>/", mapping.one, name="savings_list"),
    path("savings/lists/<int:pk>/download/", mapping.download, name="savings_list_download"),
    path("savings/questions/", outliers.questions, name="savings_questions"),
    path("savings/questions/<int:pk>/", outliers.question, name="savings_question"),
    path("savings/claims/", claims.claims, name="savings_claims"),
    path("savings/claims/new/", claims.new, name="savings_claim_new"),
    path("savings/claims/<int:pk>/change/", claims.change, name="savings_claim_change"),
    path("savings/claims/<int:pk>/publish/", claims.publish, name="savings_claim_publish"),
    path("savings/claims/<int:pk>/hide/", claims.hide, name="savings_claim_hide"),
    path("savings/figures/<str:number>/", figures.figure, name="savings_figure"),
    path("savings/figures/<str:number>/publish/", figures.publish, name="savings_figure_publish"),
    path("savings/figures/<str:number>/withdraw/", figures.withdraw, name="savings_figure_withdraw"),
    path("savings/figures/<str:number>/download/<slug:kind>/", figures.download, name="savings_figure_download"),
    path("savings/<int:pk>/", glance.dataset, name="savings_dataset"),
    path("savings/<int:pk>/loading/", datasets.loading, name="savings_loading"),
    path("savings/<int:pk>/loading/progress/", datasets.progress, name="savings_progress"),
    path("savings/<int:pk>/loading/cancel/", datasets.cancel, name="savings_cancel"),
    path("savings/<int:pk>/loading/again/", datasets.again, name="savings_again"),
    path("savings/<int:pk>/spread/", glance.spread, name="savings_spread"),
    path("savings/<int:pk>/procedures/", procedures.procedures, name="savings_procedures"),
    path("savings/<int:pk>/procedure/", procedures.procedure, name="savings_procedure"),
    path("savings/<int:pk>/procedure/record/", procedures.record, name="savings_record"),
    path("savings/<int:pk>/procedure/settle/", outliers.settle, name="savings_settle"),
    path("savings/<int:pk>/procedure/unsettle/", outliers.unsettle, name="savings_unsettle"),
    path("savings/<int:pk>/procedure/raise/", flags.raise_finding, name="savings_raise"),
    path("savings/<int:pk>/outliers/", outliers.outliers, name="savings_outliers"),
    path("savings/<int:pk>/flags/", flags.flags, name="savings_flags"),
    path("savings/<int:pk>/buyers/", buyers.buyers, name="savings_buyers"),
    path("savings/<int:pk>/buyers/suggest/", buyers.suggest, name="savings_suggest"),
    path("savings/<int:pk>/buyers/match/", buyers.match, name="savings_match"),
    path("savings/<int:pk>/buyers/<int:match>/decide/", buyers.decide, name="savings_match_decide"),
    path("savings/<int:pk>/figure/", figures.new, name="savings_figure_new"),
]
