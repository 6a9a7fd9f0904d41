"""Pages of one row that bear the row's name: a person, a set of criteria, an account."""

from typing import Any


class NamedAfterRow:
    """Put before ``AppView``: the heading is the row, what kind of row it is stands below."""

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        widgets = super()._get_show_widget(pk, item, *args, **kwargs)  # type: ignore[misc] # AppView's
        widgets["show"].template_args["named"] = str(item)
        return widgets

    def render_template(self, template: str, **kwargs: Any) -> Any:
        """The page; one that shows a row is headed by it."""
        shown = kwargs.get("widgets", {}).get("show")
        if shown is not None and "named" in shown.template_args:
            kwargs |= {"title": shown.template_args["named"], "subtitle": kwargs.get("title")}
        return super().render_template(template, **kwargs)  # type: ignore[misc] # AppView's
