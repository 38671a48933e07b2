from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="reservation",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
