"""About: the page on which an app says what it can and cannot do here, by the Grants that its Calls go by (N5)."""

from runtime import pages
from runtime.errors import RuntimeFault
from runtime.host import labelled
from runtime.loaded import Loader
from runtime.pages import Page
from runtime.routes import Route
from templates.manifest import Digest


def about(loader: Loader, route: Route, now: int, *, sign_in: bool) -> Page:
    """The page, with a way to sign in or not, or that the app's files cannot be read."""
    try:
        manifest = loader.manifest(Digest(route.bundle))
    except RuntimeFault:
        return pages.unusable(route.title)
    said = labelled(route, manifest, now)
    return pages.about(route.title, said, preview=route.stage == "preview", sign_in=sign_in)
