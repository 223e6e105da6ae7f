"""What a person may say about a rep, in the words of `gcrm reps`."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from gcrm.common.language import say, to_say
from gcrm.people.company_slack import MOST_PARKING, CompanySlack
from gcrm.people.model import Rep
from gcrm.people.reps import DEFAULT_WEEK, Skilled
from gcrm.people.working_week import break_words, day_off_words, week_words
from webapp.forms import Form, WholeField

USUAL_SAVING_MIN = 60
ON_TIME_RANGE = to_say("Give 50 to 99, or 0 for as planned.")
FIELDS = (
    "name", "home", "hours", "lunch", "driving", "days_off", "nights", "in_a_row", "night_saves", "skills", "languages",
    "region", "parking", "on_time",
)  # fmt: skip
"""What a person may change about a rep."""


def _parking(_: Form, field: WholeField) -> None:
    if field.data is not None and not 0 <= field.data <= MOST_PARKING:
        raise ValidationError(say("Give 0 to {most}.", most=MOST_PARKING))


class RepForm(Form):
    """The settings of a rep. An empty field of a number lifts the limit."""

    name = StringField(to_say("Name"), [InputRequired(to_say("Type the name.")), Length(max=200)])
    home = StringField(to_say("Home"), [InputRequired(to_say("Type the address of the home.")), Length(max=300)])
    hours = StringField(to_say("Working hours"), [InputRequired(to_say("Type the working hours.")), Length(max=200)])
    lunch = StringField(to_say("Break"), [Length(max=60)])
    driving = WholeField(
        to_say("Driving a day, minutes at most"), [Optional(), NumberRange(1, 1440, to_say("Give 1 to 1440."))]
    )
    days_off = TextAreaField(to_say("Days off"), [Length(max=4000)])
    nights = WholeField(to_say("Nights away a week, at most"), [Optional(), NumberRange(0, 7, to_say("Give 0 to 7."))])
    in_a_row = WholeField(to_say("Nights in a row, at most"), [Optional(), NumberRange(1, 7, to_say("Give 1 to 7."))])
    night_saves = WholeField(
        to_say("Minutes of driving that a night has to save"),
        [Optional(), NumberRange(0, 1440, to_say("Give 0 to 1440."))],
    )
    skills = StringField(to_say("Skills"), [Length(max=400)])
    languages = StringField(to_say("Languages"), [Length(max=200)])
    region = StringField(to_say("Region of its public holidays"), [Length(max=20)])
    parking = WholeField(to_say("Minutes to park at each stop"), [Optional(), _parking])
    on_time = WholeField(to_say("Days of 100 that end in time"), [Optional(), NumberRange(0, 99, ON_TIME_RANGE)])

    def told(self, rep: Rep | None) -> dict[str, Any]:
        """What `add_rep` or `change_rep` is told; a home that has not changed is not looked up again."""
        nights = self.nights.data or 0
        skilled = Skilled(
            nights=nights,
            in_a_row=(self.in_a_row.data or 1) if nights else None,
            night_saves=(USUAL_SAVING_MIN if self.night_saves.data is None else self.night_saves.data)
            if nights
            else None,
            skills=_text(self.skills),
            languages=_text(self.languages),
            region=_text(self.region),
            parking_minutes=self.parking.data,
            home_on_time=self.on_time.data,
            company_slack=True,
        )
        told: dict[str, Any] = {
            "name": self.name.data,
            "hours": _text(self.hours),
            "lunch": _text(self.lunch),
            "max_driving_minutes": self.driving.data or (0 if rep else None),
            "days_off": [line.strip() for line in (self.days_off.data or "").splitlines() if line.strip()],
            "skilled": skilled,
        }
        home = _text(self.home)
        if rep is None or home != rep.home_address:
            told["home"] = home
        return told if rep is None else told | {"forget_days_off": True}


class NewRepForm(RepForm):
    """A rep who is not there yet."""

    key = StringField(to_say("Key"), [InputRequired(to_say("Type a short key.")), Length(max=40)])


class SlackForm(Form):
    """Time to spare of all reps who have none of their own."""

    parking = WholeField(to_say("Minutes to park at each stop"), [Optional(), _parking])
    on_time = WholeField(to_say("Days of 100 that end in time"), [Optional(), NumberRange(0, 99, ON_TIME_RANGE)])


def slack_form(slack: CompanySlack) -> SlackForm:
    """The form with what holds now."""
    return SlackForm(parking=slack.parking_minutes, on_time=round((slack.home_on_time or 0) * 100))


def new_form() -> NewRepForm:
    """An empty form with the usual hours."""
    return NewRepForm(hours=DEFAULT_WEEK, lunch="45@11:30-13:30")


def form_of(rep: Rep, sent: Mapping[str, str] | None = None) -> RepForm:
    """The form with what is known of a rep, or filled in with what was sent."""
    return RepForm(
        formdata=None if sent is None else MultiDict(sent),
        name=rep.name,
        home=rep.home_address,
        hours=week_words(rep.week),
        lunch=break_words(rep.lunch),
        driving=rep.max_driving_minutes,
        days_off="\n".join(day_off_words(one) for one in rep.days_off),
        nights=rep.nights.most if rep.nights else 0,
        in_a_row=rep.nights.in_a_row if rep.nights else 1,
        night_saves=rep.nights.saves_minutes if rep.nights else USUAL_SAVING_MIN,
        skills=", ".join(rep.skills),
        languages=", ".join(rep.languages),
        region=rep.holiday_region,
        parking=None if rep.parking_by_company else rep.parking_minutes,
        on_time=None if rep.on_time_by_company else round((rep.home_on_time or 0) * 100),
    )


def values_of(rep: Rep) -> dict[str, str]:
    """What the fields of the form hold for a rep, as a browser sends them."""
    return {one.name: one._value() for one in form_of(rep) if one.name in FIELDS}  # noqa: SLF001 - WTForms names it so


def _text(field: Field) -> str:
    return " ".join((field.data or "").split())
