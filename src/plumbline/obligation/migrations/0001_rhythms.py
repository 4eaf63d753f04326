import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


# int8range stands for "the same rhythm": the embedded PostgreSQL has no btree_gist.
NO_OVERLAP = """
ALTER TABLE obligation_rhythmversion ADD CONSTRAINT rhythm_versions_do_not_overlap EXCLUDE USING gist (
    int8range(rhythm_id, rhythm_id, '[]') WITH &&, daterange(starts_on, ends_on) WITH &&
) DEFERRABLE INITIALLY IMMEDIATE;
"""
OVERLAP = "ALTER TABLE obligation_rhythmversion DROP CONSTRAINT rhythm_versions_do_not_overlap;"


class Migration(migrations.Migration):
    """Makes the catalogue, what is owed, and the links to facts; no two versions of a rhythm hold on one day."""

    initial = True

    dependencies = [
        ('ledger', '0003_passed_up'),
        ('organisation', '0003_slips_and_rosters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rhythm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('about', models.CharField(blank=True, max_length=600, verbose_name='what it asks and where it comes from')),
                ('is_shipped', models.BooleanField(default=False, editable=False)),
                ('position', models.PositiveSmallIntegerField(default=100, verbose_name='place in the list')),
            ],
            options={
                'ordering': ('position', 'code'),
            },
        ),
        migrations.CreateModel(
            name='PlanRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('cause', models.CharField(blank=True, max_length=200, verbose_name='cause')),
                ('planned_by', models.CharField(max_length=80)),
                ('planned_at', models.DateTimeField(verbose_name='planned at')),
                ('added', models.PositiveIntegerField(default=0, verbose_name='added')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='changed')),
                ('dropped', models.PositiveIntegerField(default=0, verbose_name='dropped')),
                ('moved', models.JSONField(default=list)),
                ('rhythms', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['year', '-id'], name='plan_run_of_year')],
            },
        ),
        migrations.CreateModel(
            name='RhythmVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='in force from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until before')),
                ('subject', models.CharField(choices=[('organisation', 'each organisation'), ('member', 'each member'), ('post', 'each holder of a post')], default='organisation', max_length=12, verbose_name='owed by')),
                ('organisation_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None, verbose_name='organisations')),
                ('statuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None, verbose_name='members')),
                ('post_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='posts')),
                ('except_posts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='not who holds')),
                ('exempt_reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='exempt')),
                ('period', models.CharField(choices=[('month', 'month'), ('quarter', 'quarter'), ('half_year', 'half year'), ('year', 'year'), ('term', 'term of office')], max_length=10, verbose_name='once in each')),
                ('from_month', models.PositiveSmallIntegerField(default=1, verbose_name='from which month of the period')),
                ('term_years', models.JSONField(blank=True, default=dict, verbose_name='years of a term by kind')),
                ('due_rule', models.CharField(choices=[('last_day', 'last day of the period'), ('last_working_day', 'last working day of the period'), ('fixed_day', "a fixed day of the period's last month"), ('weekday', "a fixed weekday of the period's last month"), ('working_days_after', 'so many working days after the period')], default='last_day', max_length=20, verbose_name='due on')),
                ('due_number', models.SmallIntegerField(default=0, verbose_name='which day, or how many')),
                ('due_weekday', models.PositiveSmallIntegerField(default=0, verbose_name='weekday')),
                ('shift', models.CharField(choices=[('stays', 'it stays'), ('next', 'the next working day'), ('previous', 'the working day before')], default='stays', max_length=10, verbose_name='if no work is done that day')),
                ('warn_days', models.PositiveSmallIntegerField(default=7, verbose_name='warn so many days before')),
                ('grace_days', models.PositiveSmallIntegerField(default=0, verbose_name='days of grace')),
                ('least_days', models.PositiveSmallIntegerField(default=1, verbose_name='owed from so many days in the period')),
                ('is_prorated', models.BooleanField(default=False, verbose_name='less for a part of the period')),
                ('fact_kind', models.CharField(max_length=60, verbose_name='fulfilled by facts of the kind')),
                ('where', models.JSONField(blank=True, default=dict, verbose_name='whose attributes are')),
                ('measure', models.CharField(choices=[('count', 'how many facts'), ('quantity', 'their quantity, added up')], default='count', max_length=10, verbose_name='what is counted')),
                ('needed', models.BigIntegerField(default=1, verbose_name='how much is needed')),
                ('url', models.CharField(blank=True, max_length=200, verbose_name='where it is done')),
                ('basis', models.CharField(max_length=300, verbose_name='basis')),
                ('rhythm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='obligation.rhythm')),
            ],
            options={
                'ordering': ('rhythm_id', 'starts_on'),
            },
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160, unique=True, verbose_name='key')),
                ('area', models.CharField(max_length=40, verbose_name='area')),
                ('period', models.CharField(blank=True, max_length=12, verbose_name='period')),
                ('title', models.CharField(max_length=200, verbose_name='what is owed')),
                ('url', models.CharField(blank=True, max_length=300)),
                ('starts_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='what is done counts until')),
                ('warn_on', models.DateField(verbose_name='warned from')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('grace_on', models.DateField(verbose_name='grace until')),
                ('needed', models.BigIntegerField(default=1, verbose_name='how much is needed')),
                ('met_on', models.DateField(blank=True, null=True, verbose_name='done on')),
                ('complete', models.BooleanField(default=True, verbose_name='with all materials')),
                ('waived_at', models.DateTimeField(blank=True, null=True, verbose_name='exempted at')),
                ('waived_by', models.CharField(blank=True, max_length=80)),
                ('waived_reason', models.CharField(blank=True, max_length=500, verbose_name='why it is exempted')),
                ('closed_fact', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.fact')),
                ('member', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.member', verbose_name='member')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='unit')),
                ('rhythm', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligation.rhythm')),
                ('version', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligation.rhythmversion')),
            ],
            options={
                'ordering': ('due_on', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ObligationFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.fact')),
                ('obligation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='obligation.obligation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('obligation', 'fact'), name='obligation_fact_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='rhythmversion',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='rhythm_version_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='rhythmversion',
            constraint=models.CheckConstraint(condition=models.Q(('needed__gte', 1)), name='rhythm_version_needs_something'),
        ),
        migrations.AddConstraint(
            model_name='rhythmversion',
            constraint=models.CheckConstraint(condition=models.Q(('from_month__gte', 1), ('from_month__lte', 12)), name='rhythm_version_month'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(fields=['unit', 'due_on'], name='obligation_unit_due'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(fields=['due_on', 'area'], name='obligation_due'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(condition=models.Q(('rhythm__isnull', False)), fields=['rhythm', 'due_on'], name='obligation_rhythm_due'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(condition=models.Q(('member__isnull', False)), fields=['member', 'due_on'], name='obligation_member_due'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(('grace_on__gte', models.F('due_on')), ('warn_on__lte', models.F('due_on'))), name='obligation_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(('waived_at', None), models.Q(('waived_reason', ''), _negated=True), _connector='OR'), name='obligation_waived_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rhythm', None), ('version', None)), models.Q(('rhythm__isnull', False), ('version__isnull', False)), _connector='OR'), name='obligation_of_a_rhythm_whole'),
        ),
        migrations.RunSQL(NO_OVERLAP, OVERLAP),
    ]
