"""The transparency log: what waits, entries, tiles, checkpoints, origins, witnesses and their cosignatures."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from plumbline.kernel.triggers import append_only

_WAIT = """
CREATE FUNCTION plumbline_let_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_logwaiting (outbox_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_outboxentry_waits AFTER INSERT ON ledger_outboxentry
    FOR EACH ROW EXECUTE FUNCTION plumbline_let_wait();
INSERT INTO ledger_logwaiting (outbox_id) SELECT id FROM ledger_outboxentry;
"""
_WAIT_BACK = """
DROP TRIGGER ledger_outboxentry_waits ON ledger_outboxentry;
DROP FUNCTION plumbline_let_wait();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_passed_up'),
    ]

    operations = [
        migrations.CreateModel(
            name='LogOrigin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('label', models.CharField(blank=True, max_length=20, unique=True)),
                ('vkey', models.CharField(max_length=300)),
                ('reason', models.CharField(max_length=10)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('from_size', models.BigIntegerField()),
                ('known', models.TextField(blank=True)),
                ('begun_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='LogWaiting',
            fields=[
                ('outbox', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='ledger.outboxentry')),
                ('trouble', models.CharField(blank=True, choices=[('altered', 'it was changed after it had been published'), ('long', 'it is longer than an entry of the log can be')], db_default='', default='', max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('vkey', models.CharField(max_length=300, unique=True, verbose_name='public key')),
                ('mail', models.EmailField(blank=True, max_length=254, verbose_name='mail address')),
                ('url', models.URLField(blank=True, verbose_name='address to which checkpoints are posted')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('added_by', models.CharField(max_length=80)),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='LogCheckpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField(verbose_name='entries')),
                ('root', models.BinaryField(max_length=32)),
                ('note', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('origin', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.logorigin')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='LogTile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('index', models.BigIntegerField()),
                ('hashes', models.BinaryField(max_length=8192)),
                ('root', models.BinaryField(max_length=32)),
            ],
            options={
                'ordering': ('level', 'index'),
                'constraints': [models.UniqueConstraint(fields=('level', 'index'), name='log_tile_once')],
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.CharField(max_length=400)),
                ('signed_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='ledger.logcheckpoint')),
                ('witness', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='ledger.witness')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('subject', models.CharField(max_length=120)),
                ('data', models.BinaryField()),
                ('leaf', models.BinaryField(max_length=32)),
                ('digests', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, size=None)),
                ('logged_at', models.DateTimeField(verbose_name='entered the log')),
                ('outbox', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.outboxentry')),
            ],
            options={
                'ordering': ('index',),
                'indexes': [models.Index(fields=['kind', 'index'], name='log_entry_kind'), models.Index(fields=['subject', 'index'], name='log_entry_subject'), models.Index(fields=['leaf'], name='log_entry_leaf'), django.contrib.postgres.indexes.GinIndex(fields=['digests'], name='log_entry_digests')],
            },
        ),
        migrations.AddConstraint(
            model_name='logcheckpoint',
            constraint=models.UniqueConstraint(fields=('origin', 'size'), name='log_checkpoint_once'),
        ),
        migrations.AddConstraint(
            model_name='cosignature',
            constraint=models.UniqueConstraint(fields=('checkpoint', 'witness', 'signed_at'), name='cosignature_once'),
        ),
        migrations.RunSQL(_WAIT, _WAIT_BACK),
        *append_only("ledger_logentry"),
        *append_only("ledger_logtile"),
        *append_only("ledger_logorigin"),
        *append_only("ledger_logcheckpoint"),
        *append_only("ledger_cosignature"),
    ]
