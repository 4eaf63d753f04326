import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from plumbline.kernel.triggers import append_only


class Migration(migrations.Migration):
    """Makes supervision slips and the append-only list of what happened to them."""

    dependencies = [
        ('ledger', '0003_passed_up'),
        ('obligation', '0002_board'),
        ('organisation', '0003_slips_and_rosters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Slip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('serial', models.PositiveIntegerField(blank=True, null=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('reminder', 'reminder'), ('warning', 'warning'), ('order', 'order to rectify'), ('interview', 'summons to a talk')], max_length=12, verbose_name='kind')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('dismissed', 'proposal dropped'), ('issued', 'waits for its answer'), ('answered', 'answered, to be checked'), ('closed', 'closed'), ('escalated', 'followed by a graver one'), ('withdrawn', 'taken back')], max_length=12, verbose_name='state')),
                ('title', models.CharField(max_length=200, verbose_name='about')),
                ('words', models.TextField(verbose_name='what was found and is asked')),
                ('basis', models.CharField(blank=True, max_length=300, verbose_name='basis')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='answer by')),
                ('is_important', models.BooleanField(default=False, verbose_name='important')),
                ('about_key', models.CharField(blank=True, max_length=160)),
                ('source_key', models.CharField(blank=True, max_length=200, null=True, unique=True)),
                ('issued_at', models.DateTimeField(blank=True, null=True, verbose_name='issued at')),
                ('issued_by', models.CharField(blank=True, max_length=80)),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('answered_by', models.CharField(blank=True, max_length=80)),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('recheck_on', models.DateField(blank=True, null=True, verbose_name='to be looked at again on')),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='talk held on')),
                ('outcome', models.CharField(blank=True, choices=[('accepted', 'accepted, will be mended'), ('pledged', 'a written pledge was given'), ('disputed', 'disputed, will be looked into'), ('referred', 'passed on to the competent body')], max_length=12, verbose_name='how it ended')),
                ('answered_fact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.fact')),
                ('follows', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='obligation.slip', verbose_name='follows')),
                ('held_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='talk held by')),
                ('issued_fact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.fact')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='issued by')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.post', verbose_name='post')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='SlipEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('issue', 'sent out'), ('dismiss', 'proposal dropped'), ('answer', 'answered'), ('accept', 'answer accepted'), ('return', 'answer given back'), ('extend', 'more time given'), ('escalate', 'followed by a graver one'), ('withdraw', 'taken back'), ('record', 'talk recorded'), ('recheck', 'looked at again: mended for good'), ('reopen', 'looked at again: not mended')], max_length=12)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('words', models.TextField(blank=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('evidence', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('slip', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='obligation.slip')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddIndex(
            model_name='slip',
            index=models.Index(fields=['unit', 'state'], name='slip_of_unit'),
        ),
        migrations.AddIndex(
            model_name='slip',
            index=models.Index(fields=['state', 'due_on'], name='slip_due'),
        ),
        migrations.AddConstraint(
            model_name='slip',
            constraint=models.UniqueConstraint(fields=('issuer', 'year', 'serial'), name='slip_number_once'),
        ),
        migrations.AddConstraint(
            model_name='slip',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'dismissed']), models.Q(('due_on__isnull', False), ('issued_at__isnull', False), ('serial__isnull', False)), _connector='OR'), name='slip_issued_whole'),
        ),
        migrations.AddConstraint(
            model_name='slip',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'interview'), ('state', 'closed'), _negated=True), models.Q(('held_on__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='slip_talk_whole'),
        ),
        *append_only('obligation_slipevent'),
    ]
