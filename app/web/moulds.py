"""Forms whose fields are made once and copied from then on: to make a field anew costs ten times as much, and a page has seventy."""

import flask_wtf
import wtforms
from wtforms.meta import DefaultMeta

from app.web.fragments import csrf_token

MOST_LINES = 100  # prefixes under which a field has a mould: a line of a page has its number in its prefix, or that of a paper


class Moulds(DefaultMeta):
    """What a form class says of a field never changes; what is typed into it belongs to the copy. So a field must set what it
    changes anew in process(), and nobody may change its choices, flags or validators in place."""

    def bind_field(self, form, unbound_field, options):
        moulds, prefix = vars(unbound_field).setdefault("moulds", {}), options["prefix"]
        mould = moulds.get(prefix)
        if mould is None:
            if len(moulds) >= MOST_LINES:
                moulds.clear()
            mould = moulds[prefix] = super().bind_field(form, unbound_field, options)
            mould.meta = mould._form = None  # a mould outlives the form it was made for
        field = object.__new__(type(mould))
        vars(field).update(vars(mould), meta=self, _form=form)
        return field


class Form(wtforms.Form):
    """A part of a page's form, such as a line, that carries no token of its own."""

    class Meta(Moulds):
        pass


class DeskForm(flask_wtf.FlaskForm):
    """A form with its token, which is signed once a browser and not with every form."""

    class Meta(Moulds):
        def build_csrf(self, form):
            csrf_token()
            return super().build_csrf(form)
