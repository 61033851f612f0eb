"""Addresses that others rely on (README): they don't change."""

from django.urls import path

from . import authorities, certificates, home, open_services, remarks, savings, services, sight
from .appeals.urls import urlpatterns as appeals
from .rating import elsewhere as rating_elsewhere
from .rating import pages as rating

app_name = "portal"
urlpatterns = [
    path("", home.overview, name="home"),
    path("authorities/", authorities.authorities, name="authorities"),
    path("authorities/<slug:code>/", authorities.authority, name="authority"),
    path("certificates/", certificates.register, name="certificates"),
    path("certificates/<path:number>.json", certificates.as_json, name="certificate_json"),
    path("certificates/<path:number>/qr.svg", certificates.qr, name="certificate_qr"),
    path("certificates/<path:number>/", certificates.certificate, name="certificate"),
    path("savings/", savings.savings, name="savings"),
    path("savings/<str:number>/", savings.figure, name="savings_figure"),
    path("savings/<str:number>/records/<int:position>/", savings.records, name="savings_records"),
    path("savings/<str:number>/download/<slug:kind>/", savings.download, name="savings_download"),
    path("services/<slug:code>/rate/", rating.rate, name="rate"),
    path("services/<slug:code>/rate/thanks/", rating.thanks, name="rate_thanks"),
    path("services/<slug:code>/rate/qr.svg", rating.qr_svg, name="rate_qr"),
    path("services/<slug:code>/rate/qr.png", rating.qr_png, name="rate_qr_png"),
    path("widget/services/<slug:code>/", rating_elsewhere.widget, name="rate_widget"),
    path("widget/services/<slug:code>/thanks/", rating_elsewhere.widget_thanks, name="rate_widget_thanks"),
    path("kiosk/<slug:code>/<str:site>/", rating_elsewhere.kiosk, name="rate_kiosk"),
    path("ratings/task/", rating.task, name="rating_task"),
    path("ratings/confirm/<int:pk>/<str:secret>/", rating.confirm, name="rating_confirm"),
    path("services/", services.services, name="services"),
    path("services/open/", open_services.table, name="services_open"),
    path("services/open/services.csv", open_services.as_csv, name="services_csv"),
    path("services/<slug:code>/", services.service, name="service"),
    path("services/<slug:code>/versions/<int:number>/", services.version, name="service_version"),
    path("sight/", sight.sight, name="sight"),
    *appeals,
    path("remarks/", remarks.remarks, name="remarks"),
    path("verify", certificates.verify, name="verify"),
]
