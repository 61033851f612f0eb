"""Addresses that others rely on (README): they don't change."""

from django.urls import path

from . import authorities, certificates, home, savings

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
    path("verify", certificates.verify, name="verify"),
]
