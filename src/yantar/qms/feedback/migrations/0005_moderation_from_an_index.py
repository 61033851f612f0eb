"""What a moderator looks at is counted from an index, not from all appeals."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0004_history_without_places"),
        ("findings", "0007_search_in_english"),
        ("organisation", "0003_keys_and_officers"),
        ("services", "0002_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("state__in", ["suspected", "rejected"])), fields=["state", "authority", "-id"], name="appeal_moderation"
            ),
        ),
    ]
