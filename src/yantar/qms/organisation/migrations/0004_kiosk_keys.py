"""Keys of kiosks at which services are rated: one more purpose of a key."""

from typing import ClassVar

from django.db import migrations, models

PURPOSES = [("cases", "Cases of services"), ("open311", "Remarks through Open311"), ("kiosk", "Ratings at a kiosk")]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organisation", "0003_keys_and_officers")]

    operations: ClassVar = [
        migrations.AlterField(model_name=name, name="purpose", field=models.CharField(choices=PURPOSES, max_length=10, verbose_name="What for"))
        for name in ("accesskey", "accesskeyevent")
    ]
