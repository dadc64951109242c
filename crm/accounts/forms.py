"""Forms of sign-in and team; each names its fields, nothing else gets through."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField

from crm.vocabulary import Role


class Login(FlaskForm):  # type: ignore[misc]
    email = EmailField("E-mail")
    password = PasswordField("Password")


class Owner(FlaskForm):  # type: ignore[misc]
    name = StringField("Your name")
    email = EmailField("E-mail")
    password = PasswordField("Password, 12 characters or more")

    def values(self) -> dict[str, Any]:
        """Arguments of service.create_owner."""
        return {n: getattr(self, n).data or "" for n in ("name", "email", "password")}


class Member(Owner):
    role = SelectField("Role", choices=[(r.value, r.value.capitalize()) for r in Role], default=Role.MEMBER.value)

    def values(self) -> dict[str, Any]:
        """Arguments of service.add_user."""
        return {**super().values(), "role": Role(self.role.data)}


class Profile(FlaskForm):  # type: ignore[misc]
    name = StringField("Your name")
    time_zone = StringField("Time zone, as in Europe/Lisbon")
    password = PasswordField("New password (leave empty to keep the old one)")

    def values(self) -> dict[str, str]:
        """What the person typed."""
        return {n: getattr(self, n).data or "" for n in ("name", "time_zone", "password")}
