"""A message may be too late to be sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal_messages", "0004_walls")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="send_before",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
