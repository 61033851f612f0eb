"""Running numbers of appeals."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE feedback_appeal_number AS bigint", "DROP SEQUENCE feedback_appeal_number"),
    ]
