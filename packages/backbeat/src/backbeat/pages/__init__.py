"""Pages in a browser, of the dashboard and of products: live, with one NiceGUI below all of them.

A product declares a `Site` with its pages and opens a `Door` to it, which is mounted like any ASGI
application. Each door leads to the pages of its own site and to nothing else. Importing this takes
a second, since NiceGUI does.
"""

from backbeat.pages.door import Answer, Door
from backbeat.pages.plain import Form, plain_page, read_form
from backbeat.pages.site import Site, visit_here
from backbeat.pages.theme import dress, theme_button
from backbeat.pages.visit import Visit

__all__ = [
    "Answer",
    "Door",
    "Form",
    "Site",
    "Visit",
    "dress",
    "plain_page",
    "read_form",
    "theme_button",
    "visit_here",
]
