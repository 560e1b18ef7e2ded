"""The templates in the language of a page: what a language says the same on every page is written into the compiled template,
where each of forty sentences was looked up with every page."""

from flask import current_app
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from app.web import tongue

FIRST = "zh"  # of who has no language: a command, the first page after a start


FIXED = ("_", "asset")  # what gives the same for the same words as long as this process lives


class Fixed(CodeGenerator):
    """Writes a call that always gives the same down as what it gives: a sentence without values, the address of a file."""

    def _output_child_to_const(self, node, frame, finalize):
        said = self._said(node)
        return super()._output_child_to_const(node, frame, finalize) if said is None else said

    def visit_Call(self, node, frame, **more):
        said = self._said(node)
        if said is None:
            super().visit_Call(node, frame, **more)
        else:
            self.write(f"Markup({str(said)!r})")

    def _said(self, node: nodes.Node) -> Markup | None:
        """What such a call gives; None for any other expression."""
        if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name) or node.node.name not in FIXED:
            return None
        if node.kwargs or node.dyn_args or node.dyn_kwargs or not all(isinstance(one, nodes.Const) for one in node.args):
            return None
        return escape(self.environment.globals[node.node.name](*(one.value for one in node.args)))


def templates() -> Environment:
    """Those of this request's language; each is compiled when it is first wanted."""
    spoken = tongue.locale()
    language = spoken.language if spoken else FIRST
    kept = current_app.extensions.setdefault("templates", {})
    return kept.get(language) or kept.setdefault(language, _spoken(language))


def _spoken(language: str) -> Environment:
    made = current_app.jinja_env.overlay()
    made.language = language
    made.code_generator_class = Fixed
    made.globals = dict(made.globals)
    # Macros as a global, so that a block sees them when it is rendered alone.
    made.globals["ui"] = made.get_template("layout/ui.html").module
    return made
