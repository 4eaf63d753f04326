import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from plumbline.kernel.triggers import append_only

_FIXED = """
CREATE OR REPLACE FUNCTION plumbline_letter_text_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM responsibility_lettersignature WHERE letter_id = OLD.id)
        AND ROW(NEW.text, NEW.salt, NEW.text_hash, NEW.upper_post_id, NEW.lower_post_id)
            IS DISTINCT FROM ROW(OLD.text, OLD.salt, OLD.text_hash, OLD.upper_post_id, OLD.lower_post_id)
    THEN
        RAISE EXCEPTION 'letter % is signed: its text and parties are fixed', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER responsibility_letter_fixed BEFORE UPDATE ON responsibility_letter
    FOR EACH ROW EXECUTE FUNCTION plumbline_letter_text_is_fixed();
"""
_FREE = """
DROP TRIGGER responsibility_letter_fixed ON responsibility_letter;
DROP FUNCTION plumbline_letter_text_is_fixed();
"""


class Migration(migrations.Migration):
    """Makes letters of responsibility, their templates, signatures and events; fixes the text of what is signed."""

    dependencies = [
        ("responsibility", "0001_duties"),
        ('ledger', '0003_passed_up'),
        ('organisation', '0003_slips_and_rosters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('kind', models.CharField(choices=[('letter', 'letter of responsibility'), ('annex', 'annex'), ('accession', 'accession of a successor')], max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('issued', 'issued, waits for both signatures'), ('half', 'signed by one side'), ('signed', 'signed by both sides'), ('withdrawn', 'withdrawn')], max_length=10, verbose_name='state')),
                ('text', models.JSONField()),
                ('salt', models.CharField(blank=True, max_length=64)),
                ('text_hash', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='hash')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('issued_at', models.DateTimeField(blank=True, null=True, verbose_name='issued at')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signed by both sides at')),
                ('above', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='below', to='responsibility.letter')),
                ('amends', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='annexes', to='responsibility.letter')),
                ('fact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.fact')),
                ('lower_post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.post', verbose_name='signs below')),
                ('lower_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='lower side')),
                ('upper_post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.post', verbose_name='signs above')),
                ('upper_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='upper side')),
            ],
            options={
                'ordering': ('-year', 'id'),
            },
        ),
        migrations.CreateModel(
            name='LetterEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('edit', 'text changed'), ('issue', 'issued to both sides'), ('recall', 'recalled'), ('join', 'signed by the first side'), ('complete', 'signed by the second side'), ('withdraw', 'withdrawn')], max_length=10)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('text', models.JSONField(blank=True, null=True)),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='responsibility.letter')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='LetterTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('level', models.CharField(choices=[('unit', 'committee and organisation'), ('post', 'organisation and post')], max_length=8, verbose_name='level')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('text', models.JSONField()),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('made_by', models.CharField(max_length=80)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='committee')),
            ],
            options={
                'ordering': ('code', '-version'),
            },
        ),
        migrations.AddField(
            model_name='letter',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='responsibility.lettertemplate', verbose_name='template'),
        ),
        migrations.CreateModel(
            name='LetterSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('upper', 'upper side'), ('lower', 'lower side')], max_length=8, verbose_name='side')),
                ('signer', models.CharField(max_length=80)),
                ('signed_at', models.DateTimeField(verbose_name='signed at')),
                ('text_hash', models.CharField(max_length=64, verbose_name='hash')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='responsibility.letter')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.appointment')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('letter', 'side'), name='letter_side_signs_once'), models.UniqueConstraint(fields=('letter', 'signer'), name='letter_person_signs_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='lettertemplate',
            constraint=models.UniqueConstraint(fields=('owner', 'code', 'version'), name='letter_template_version_once'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(fields=['lower_unit', 'year'], name='letter_of_lower'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(fields=['upper_unit', 'year'], name='letter_of_upper'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'letter'), models.Q(('state', 'withdrawn'), _negated=True)), fields=('year', 'upper_post', 'lower_post'), name='letter_once_between_posts'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'withdrawn']), models.Q(('issued_at__isnull', False), models.Q(('text_hash', ''), _negated=True), models.Q(('salt', ''), _negated=True)), _connector='OR'), name='letter_issued_whole'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amends__isnull', True), ('kind', 'letter')), models.Q(models.Q(('kind', 'letter'), _negated=True), ('amends__isnull', False)), _connector='OR'), name='letter_annex_of_a_letter'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), _negated=True), ('signed_at__isnull', False), _connector='OR'), name='letter_signed_whole'),
        ),
        *append_only("responsibility_lettertemplate"),
        *append_only("responsibility_lettersignature"),
        *append_only("responsibility_letterevent"),
        RunSQL(_FIXED, _FREE),
    ]
