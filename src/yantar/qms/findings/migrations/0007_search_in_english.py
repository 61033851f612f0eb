"""Words of the English statement are searched too. A generated column can't be changed, so it is made anew."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

FIELDS = ("number", "gap", "requirement", "evidence", "correction", "gap_en", "requirement_en", "evidence_en")


class Migration(migrations.Migration):
    dependencies = [("findings", "0006_waiting_index")]

    operations = [
        migrations.RemoveIndex(model_name="finding", name="finding_words"),
        migrations.RemoveField(model_name="finding", name="search"),
        migrations.AddField(
            model_name="finding",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector(*FIELDS, config="russian"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], gin_pending_list_limit=256, name="finding_words"),
        ),
    ]
