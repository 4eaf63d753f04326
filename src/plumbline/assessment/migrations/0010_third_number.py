"""A third number of what a rule found: the satisfied of a survey's answers, the low votes of a ballot."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds ``part`` to what rules found."""

    dependencies = [("assessment", "0009_outputs")]
    operations = [migrations.AddField("rulehit", "part", models.BigIntegerField(null=True))]
