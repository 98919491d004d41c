from django.urls import path, register_converter

from artefacts import views


class ArtefactReference:
    """ "SDWG-ART-007", as an artefact is called in paths."""

    regex = r"SDWG-ART-[0-9]{3,7}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class VersionLabel(ArtefactReference):
    """ "0.1", "1.0"."""

    regex = r"[0-9]{1,3}\.[0-9]{1,3}"


class LogEnding(ArtefactReference):
    """ "xlsx" or "pdf", in which a log of comments leaves."""

    regex = r"xlsx|pdf"


register_converter(ArtefactReference, "artefact")
register_converter(LogEnding, "document")
register_converter(VersionLabel, "label")

urlpatterns = [
    path("", views.artefact_list, name="artefact-list"),
    path("register/", views.register, name="artefact-register"),
    path("<artefact:ref>/", views.artefact, name="artefact"),
    path("<artefact:ref>/changes/", views.changes, name="version-changes"),
    path("<artefact:ref>/upload/", views.upload, name="artefact-upload"),
    path("<artefact:ref>/ready/", views.make_ready, name="artefact-ready"),
    path("<artefact:ref>/revision/", views.open_revision, name="artefact-revision"),
    path("<artefact:ref>/links/", views.link_artefact, name="artefact-links"),
    path("<artefact:ref>/hand-over/", views.hand_over, name="artefact-hand-over"),
    path("<artefact:ref>/delegate/", views.delegate_validation, name="validation-delegate"),
    path("<artefact:ref>/delegate/end/", views.take_back_validation, name="validation-take-back"),
    path("<artefact:ref>/withdraw/", views.withdraw, name="artefact-withdraw"),
    path("<artefact:ref>/<label:label>/review/", views.review, name="version-review"),
    path("<artefact:ref>/<label:label>/file/", views.version_file, name="version-file"),
    path("<artefact:ref>/<label:label>/outline/", views.outline, name="version-outline"),
    path("<artefact:ref>/<label:label>/page/<int:number>/", views.page_words, name="page-words"),
    path("<artefact:ref>/<label:label>/page/<int:number>/<int:width>.webp", views.page_image, name="page-image"),
    path("<artefact:ref>/<label:label>/comments/<int:number>/edit/", views.edit_comment, name="comment-edit"),
    path(
        "<artefact:ref>/<label:label>/comments/<int:number>/withdraw/", views.withdraw_comment, name="comment-withdraw"
    ),
    path("<artefact:ref>/<label:label>/comment/", views.make_comment, name="comment-make"),
    path("<artefact:ref>/comments/", views.artefact_comments, name="artefact-comments"),
    path("<artefact:ref>/<label:label>/comments/", views.comments_log, name="comments-log"),
    path("<artefact:ref>/comments.<document:ending>", views.artefact_comments_file, name="artefact-comments-file"),
    path("<artefact:ref>/<label:label>/comments.<document:ending>", views.comments_file, name="comments-file"),
    path("<artefact:ref>/<label:label>/table/", views.import_comments, name="comment-import"),
    path("<artefact:ref>/<label:label>/table/template/", views.comment_template, name="comment-import-template"),
    path("<artefact:ref>/<label:label>/table/<uuid:token>/", views.preview_comments, name="comment-import-preview"),
    path("<artefact:ref>/<label:label>/drafts/", views.make_draft, name="draft-make"),
    path("<artefact:ref>/<label:label>/drafts/<int:pk>/discard/", views.discard_draft, name="draft-discard"),
    path("<artefact:ref>/<label:label>/no-comments/", views.return_nil, name="nil-return"),
    path("<artefact:ref>/<label:label>/dispositions/", views.dispositions, name="dispositions"),
    path("<artefact:ref>/<label:label>/dispositions/validate/", views.validate_together, name="dispositions-validate"),
    path("<artefact:ref>/<label:label>/dispositions/<int:number>/contest/", views.contest, name="disposition-contest"),
    path("<artefact:ref>/<label:label>/dispositions/<int:number>/last-word/", views.last_word, name="last-word"),
    path("<artefact:ref>/<label:label>/dispositions/<int:number>/same/", views.duplicate, name="comment-duplicate"),
    path("<artefact:ref>/<label:label>/release/", views.release_public, name="public-release"),
    path("<artefact:ref>/<label:label>/release/<int:pk>/refuse/", views.refuse_public, name="public-comment-refuse"),
    path("<artefact:ref>/<label:label>/industry/<int:number>/", views.answer_public, name="public-comment-answer"),
    path("<artefact:ref>/<label:label>/industry/<int:number>/hide/", views.hide_public, name="public-comment-hide"),
    path("<artefact:ref>/<label:label>/industry/<int:number>/show/", views.show_public, name="public-comment-show"),
    path("<artefact:ref>/<label:label>/resolves/", views.resolves, name="version-resolves"),
    path("<artefact:ref>/<label:label>/dispositions/<int:number>/", views.propose, name="disposition-propose"),
    path(
        "<artefact:ref>/<label:label>/dispositions/<int:number>/validate/", views.validate, name="disposition-validate"
    ),
    path("<artefact:ref>/<label:label>/marking/", views.marking, name="version-marking"),
    path("<artefact:ref>/<label:label>/marking/confirm/", views.confirm_marking, name="marking-confirm"),
    path("<artefact:ref>/<label:label>/marking/decline/", views.decline_marking, name="marking-decline"),
    path("<artefact:ref>/<label:label>/assessment/", views.assessment, name="assessment"),
    path("<artefact:ref>/<label:label>/consultation/", views.open_consultation, name="consultation-open"),
    path("<artefact:ref>/<label:label>/consultation/close/", views.close_consultation, name="consultation-close"),
    path("<artefact:ref>/<label:label>/consultation/extend/", views.extend_consultation, name="consultation-extend"),
    path("<artefact:ref>/<label:label>/consultation/public/", views.open_to_anybody, name="consultation-public"),
]
