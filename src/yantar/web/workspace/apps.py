from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "yantar.web.workspace"
    label = "web_workspace"
