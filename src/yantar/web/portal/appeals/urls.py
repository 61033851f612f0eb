"""Addresses of writing and following. None of them holds a number or a code."""

from django.urls import URLPattern, path

from . import following, writing

urlpatterns: list[URLPattern] = [
    path("appeals/", writing.start, name="appeals"),
    path("appeals/new/", writing.new, name="appeal_new"),
    path("appeals/task/", writing.task, name="appeal_task"),
    path("appeals/received/", writing.receipt, name="appeal_receipt"),
    path("appeals/leave/", writing.leave, name="appeal_leave"),
    path("appeals/follow/", following.ask, name="appeal_follow"),
    path("appeals/mine/", following.mine, name="appeal_mine"),
    path("appeals/mine/not-solved/", following.not_solved, name="appeal_not_solved"),
    path("appeals/mine/withdraw/", following.withdraw, name="appeal_withdraw"),
    path("appeals/mine/answers/<int:pk>/", following.paper, name="appeal_paper"),
]
