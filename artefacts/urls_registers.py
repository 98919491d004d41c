from django.urls import path, register_converter

from artefacts import views

KINDS = {"recommendations": "recommendation", "principles": "principle", "design-areas": "area"}
"""The registers as addresses have them, and what one entry of each is called."""
PATHS = {kind: name for name, kind in KINDS.items()}


class Register:
    """ "recommendations", for the kind "recommendation"."""

    regex = "recommendations|principles|design-areas"

    def to_python(self, value: str) -> str:
        return KINDS[value]

    def to_url(self, value: str) -> str:
        if value not in PATHS:
            raise ValueError(value)
        return PATHS[value]


class Covered(Register):
    """A register whose entries artefacts answer."""

    regex = "recommendations|design-areas"


class EntryReference:
    """ "AWG-R-01", as an entry is called in paths; whatever it was called before references had a form."""

    regex = r"[^/]{1,20}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Ending(EntryReference):
    """ "xlsx", "csv"."""

    regex = "xlsx|csv"


register_converter(Register, "register")
register_converter(Covered, "covered")
register_converter(EntryReference, "entry")
register_converter(Ending, "ending")

urlpatterns = [
    path("recommendations/", views.recommendation_list, name="recommendation-list"),
    path("principles/", views.principle_list, name="principle-list"),
    path("design-areas/", views.area_list, name="area-list"),
    path("<register:kind>/add/", views.enter, name="entry-add"),
    path("<register:kind>/list.<ending:ending>", views.register_file, name="register-file"),
    path("<covered:kind>/matrix/", views.matrix, name="matrix"),
    path("<covered:kind>/matrix.<ending:ending>", views.matrix_file, name="matrix-file"),
    path("recommendations/import/", views.import_recommendations, name="recommendation-import"),
    path("recommendations/import/template.xlsx", views.import_template, name="recommendation-import-template"),
    path("recommendations/import/<uuid:token>/", views.import_preview, name="recommendation-import-preview"),
    path("<register:kind>/<entry:ref>/", views.entry, name="entry"),
    path("<register:kind>/<entry:ref>/reword/", views.reword, name="entry-reword"),
    path("<register:kind>/<entry:ref>/retire/", views.retire, name="entry-retire"),
    path("<register:kind>/<entry:ref>/list-again/", views.restore, name="entry-restore"),
    path("<covered:kind>/<entry:ref>/scope/", views.rescope, name="entry-scope"),
    path("<covered:kind>/<entry:ref>/artefacts/", views.link_entry, name="entry-link"),
    path("design-areas/<entry:ref>/move/", views.move_area, name="area-move"),
]
