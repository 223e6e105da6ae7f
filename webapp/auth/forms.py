"""The log-in form."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from gcrm.common.language import to_say
from gcrm.people.users import MOST_LETTERS
from webapp.forms import Form


class LogInForm(Form):
    """Log-in and password; `next` is where to go on."""

    login = StringField(to_say("Log-in"), [InputRequired(to_say("Enter your user name.")), Length(max=64)])
    password = PasswordField(
        to_say("Password"), [InputRequired(to_say("Enter your password.")), Length(max=MOST_LETTERS)]
    )
    next = HiddenField()
