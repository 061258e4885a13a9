import django.db.models.deletion
import oversight.audits.rules.correcting
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0002_regions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='auditversion',
            name='auditversion_complete',
        ),
        migrations.AddConstraint(
            model_name='auditversion',
            constraint=models.CheckConstraint(condition=models.Q(('digest__length', 64), ('number__gte', 1), ('purpose__in', ['handed_in', 'draft', 'final', 'corrected']), models.Q(('content', ''), _negated=True), models.Q(('made_by', ''), _negated=True), models.Q(('made_name', ''), _negated=True)), name='auditversion_complete'),
        ),
        migrations.CreateModel(
            name='AuditCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='audits.audit')),
                ('number', models.PositiveIntegerField()),
                ('before', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audits.auditversion')),
                ('wrong', models.CharField(max_length=2000)),
                ('reason', models.CharField(max_length=2000)),
                ('rating', models.CharField(max_length=40)),
                ('summary', models.CharField(max_length=2000)),
                ('state', models.CharField(default=oversight.audits.rules.correcting.CorrectionState['WRITING'], max_length=40)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=100)),
                ('opened_name', models.CharField(max_length=200)),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('handed_in_by', models.CharField(blank=True, default='', max_length=100)),
                ('issued_at', models.DateTimeField(blank=True, null=True)),
                ('issued_by', models.CharField(blank=True, default='', max_length=100)),
                ('issued_name', models.CharField(blank=True, default='', max_length=200)),
                ('version', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='audits.auditversion')),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_by', models.CharField(blank=True, default='', max_length=100)),
                ('dropped_reason', models.CharField(blank=True, default='', max_length=2000)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('audit', 'number'), name='auditcorrection_numbered'), models.UniqueConstraint(condition=models.Q(('state__in', ['writing', 'review'])), fields=('audit',), name='auditcorrection_one_open'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('state__in', ['writing', 'review', 'issued', 'dropped']), models.Q(('wrong', ''), _negated=True), models.Q(('reason', ''), _negated=True), models.Q(('rating', ''), _negated=True), models.Q(('summary', ''), _negated=True), models.Q(('opened_by', ''), _negated=True), models.Q(('opened_name', ''), _negated=True)), name='auditcorrection_complete'), models.CheckConstraint(condition=models.Q(models.Q(('handed_in_at', None), ('handed_in_by', '')), models.Q(('handed_in_at__isnull', False), models.Q(('handed_in_by', ''), _negated=True)), _connector='OR'), name='auditcorrection_handed_in_pair'), models.CheckConstraint(condition=models.Q(models.Q(('handed_in_at__isnull', False), ('state__in', ['review', 'issued'])), models.Q(models.Q(('state__in', ['review', 'issued']), _negated=True), ('handed_in_at', None)), _connector='OR'), name='auditcorrection_handed_in'), models.CheckConstraint(condition=models.Q(models.Q(('issued_at', None), ('issued_by', '')), models.Q(('issued_at__isnull', False), models.Q(('issued_by', ''), _negated=True)), _connector='OR'), name='auditcorrection_issued_pair'), models.CheckConstraint(condition=models.Q(models.Q(('issued_at__isnull', False), ('state', oversight.audits.rules.correcting.CorrectionState['ISSUED']), ('version__isnull', False), models.Q(('issued_name', ''), _negated=True)), models.Q(models.Q(('state', oversight.audits.rules.correcting.CorrectionState['ISSUED']), _negated=True), ('issued_at', None), ('issued_name', ''), ('version', None)), _connector='OR'), name='auditcorrection_issued'), models.CheckConstraint(condition=models.Q(('issued_at', None), models.Q(models.Q(('issued_by', models.F('opened_by')), _negated=True), models.Q(('issued_by', models.F('handed_in_by')), _negated=True)), _connector='OR'), name='auditcorrection_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('dropped_at', None), ('dropped_by', '')), models.Q(('dropped_at__isnull', False), models.Q(('dropped_by', ''), _negated=True)), _connector='OR'), name='auditcorrection_dropped_pair'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('dropped_at', None), ('dropped_by', ''), ('dropped_reason', '')), models.Q(('dropped_at__isnull', False), models.Q(('dropped_by', ''), _negated=True), models.Q(('dropped_reason', ''), _negated=True)), _connector='OR'), models.Q(models.Q(('dropped_at__isnull', False), ('state', oversight.audits.rules.correcting.CorrectionState['DROPPED'])), models.Q(models.Q(('state', oversight.audits.rules.correcting.CorrectionState['DROPPED']), _negated=True), ('dropped_at', None)), _connector='OR')), name='auditcorrection_dropped')],
            },
        ),
        migrations.CreateModel(
            name='CorrectedFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('correction', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_findings', to='audits.auditcorrection')),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrected', to='audits.auditfinding')),
                ('withdrawn', models.BooleanField(default=False)),
                ('title', models.CharField(blank=True, default='', max_length=200)),
                ('text', models.CharField(blank=True, default='', max_length=2000)),
                ('cause', models.CharField(blank=True, default='', max_length=2000)),
                ('consequence', models.CharField(blank=True, default='', max_length=2000)),
                ('grade', models.CharField(blank=True, default='', max_length=40)),
                ('written_at', models.DateTimeField()),
                ('written_by', models.CharField(max_length=100)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('correction', 'finding'), name='correctedfinding_once'), models.CheckConstraint(condition=models.Q(models.Q(('cause', ''), ('consequence', ''), ('grade', ''), ('text', ''), ('title', ''), ('withdrawn', True)), models.Q(('withdrawn', False), models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True), models.Q(('cause', ''), _negated=True), models.Q(('consequence', ''), _negated=True), models.Q(('grade', ''), _negated=True)), _connector='OR'), name='correctedfinding_said_or_withdrawn'), models.CheckConstraint(condition=models.Q(('written_by', ''), _negated=True), name='correctedfinding_complete')],
            },
        ),
    ]
