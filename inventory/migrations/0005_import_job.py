import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_job_claims'),
        ('inventory', '0004_import_progress'),
    ]

    operations = [
        migrations.RemoveField(model_name='importbatch', name='progressed_at'),
        migrations.AddField(
            model_name='importbatch',
            name='job',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job'),
        ),
        migrations.AlterField(
            model_name='importbatch',
            name='state',
            field=models.CharField(choices=[('uploaded', 'Uploaded'), ('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('refused', 'Refused'), ('stopped', 'Stopped')], default='waiting', max_length=8, verbose_name='state'),
        ),
    ]
