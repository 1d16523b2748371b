"""About: the page on which an app says what it can and cannot do here, by the Grants that its Calls go by (N5)."""

from runtime import pages
from runtime.errors import RuntimeFault
from runtime.host import labelled
from runtime.loaded import Loader
from runtime.pages import Page
from runtime.routes import Route
from templates.manifest import Digest


def about(loader: Loader, route: Route, now: int) -> Page:
    """The page, or that the app's files cannot be read."""
    try:
        manifest = loader.manifest(Digest(route.bundle))
    except RuntimeFault:
        return pages.unusable(route.title)
    return pages.about(route.title, labelled(route, manifest, now), preview=route.stage == "preview")
