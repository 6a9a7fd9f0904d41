"""What callers send with results over REST: a roll-call, words about tasks."""

from marshmallow import EXCLUDE, Schema, fields, validate

from app.meetings.carried import LONGEST_NOTE
from app.meetings.models import COUNTS
from app.meetings.rules import MOST_PEOPLE, Attendance
from app.meetings.task_rules import TaskState


class MarkSchema(Schema):
    """One member of a roll-call who is not as usual."""

    member = fields.Integer(strict=True, required=True)
    status = fields.Enum(Attendance, required=True)
    reason = fields.String(allow_none=True, validate=validate.Length(max=250))


class RollCallSchema(Schema):
    """A roll-call: exceptions by member, or numbers where no names are kept."""

    class Meta:
        unknown = EXCLUDE

    exceptions = fields.List(fields.Nested(MarkSchema), validate=validate.Length(max=5_000))
    counts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(COUNTS)),
        values=fields.Integer(strict=True, validate=validate.Range(0, MOST_PEOPLE)),
    )


class WordSchema(Schema):
    """How one task of an earlier meeting stands."""

    task = fields.Integer(strict=True, required=True)
    state = fields.Enum(TaskState, required=True)
    note = fields.String(allow_none=True, validate=validate.Length(max=LONGEST_NOTE))


class ReviewSchema(Schema):
    """How tasks of earlier meetings stand."""

    class Meta:
        unknown = EXCLUDE

    tasks = fields.List(
        fields.Nested(WordSchema), required=True, validate=validate.Length(min=1, max=1_000)
    )
