# ruff: noqa: E501 (one line a row)
"""The access table: who gets what answer at each address, about each kind of object. Read it against the domain's words.

A row: the name of the address, the kind of object, the answers to GET, the answers to POST (``-``: not offered). The answers:

    page     shown                         no       403: seen, and not theirs to do (a sentence says whose)
    away     done, or led to the right page hidden  404: as if it did not exist
    refused  422: theirs, and not like this login    sent to sign in

``*`` is everybody else with a way in. Who has none (nobody signed in, no seat, seat ended, window over) is sent to sign in,
unless the row names them. The people are those of ``world.PERSONAS``; a POST sends what a willing person would send.
"""

from dataclasses import dataclass

from tests.architecture.world import PERSONAS

OUT = ("anonymous", "outsider", "leaver", "after")
"""Whoever has no way in."""
GROUPS = {
    "*": tuple(name for name in PERSONAS if name not in OUT),
    "everybody": tuple(PERSONAS),
    "strangers": ("before", "partner", "observer", "liaison"),  # no TLP:AMBER by standing
    "programme": ("chair", "secretariat", "author", "architect"),
}
ANSWERS = ("page", "away", "refused", "no", "hidden", "login")

TABLE = """
# Pages of everybody
audit                                | -             | page: chair secretariat auditor; no: *                       | -
demo-move-date                       | -             | -                                                            | hidden: *
healthz                              | -             | page: everybody                                              | -
home                                 | -             | page: anonymous *                                            | -
mail-leave                           | failed        | -                                                            | away: chair secretariat; no: *
mail-retry                           | failed        | -                                                            | away: chair secretariat; no: *
number-set                           | artefacts     | page: secretariat; no: *                                     | away: secretariat; no: *
opening-balance                      | -             | page: chair secretariat; no: *                               | -
outgoing-mail                        | -             | page: chair secretariat; no: *                               | -
person-data                          | member        | page: member secretariat; hidden: *                          | -
person-data-file                     | member        | page: member secretariat; hidden: *                          | -
search                               | -             | page: *                                                      | -
readyz                               | -             | page: everybody                                              | -
terms-document                       | -             | page: *                                                      | -
terms-file                           | second        | page: *                                                      | -
terms-of-reference                   | -             | page: *                                                      | away: chair; no: *

# Members
act-for                              | -             | -                                                            | away: *
colleague-list                       | -             | page: member named conflicted; no: *                         | away: member named conflicted; no: *
constituency-list                    | -             | page: secretariat; no: *                                     | refused: secretariat; no: *
constituency-move                    | listed        | -                                                            | away: secretariat; no: *
constituency-relist                  | retired       | -                                                            | away: secretariat; no: *
constituency-retire                  | listed        | page: secretariat; no: *                                     | away: secretariat; no: *
invitation                           | good          | page: anonymous *                                            | login: *
invitation                           | guessed       | hidden: anonymous *                                          | hidden: anonymous *
member                               | member        | page: *                                                      | -
member                               | outsider      | page: chair secretariat liaison auditor; hidden: *           | -
member-close                         | member        | -                                                            | away: secretariat; no: *
member-export-csv                    | -             | page: secretariat; no: *                                     | -
member-export-workbook               | -             | page: secretariat; no: *                                     | -
member-import                        | -             | page: secretariat; no: *                                     | refused: secretariat; no: *
member-import-preview                | staged        | page: secretariat; no: *                                     | away: secretariat; no: *
member-import-template               | -             | page: secretariat; no: *                                     | -
member-invitation-revoke             | invited       | -                                                            | no: chair liaison auditor; away: secretariat; hidden: *
member-invite                        | invited       | -                                                            | no: chair liaison auditor; away: secretariat; hidden: *
member-list                          | -             | page: *                                                      | -
member-open                          | closed        | -                                                            | no: chair liaison auditor; away: secretariat; hidden: *
member-redact                        | closed        | no: chair liaison auditor; page: secretariat; hidden: *      | no: chair liaison auditor; away: secretariat; hidden: *
nominate                             | -             | page: member named conflicted; no: *                         | away: member; refused: named conflicted; no: *
nomination                           | asked         | page: *                                                      | -
nomination-accept                    | asked         | -                                                            | away: before; no: *
nomination-revoke                    | asked         | -                                                            | away: before secretariat; no: *
organisation-make                    | -             | page: secretariat; no: *                                     | away: secretariat; no: *
person-make                          | -             | page: secretariat; no: *                                     | away: secretariat; no: *
deputy-name                          | -             | page: chair; no: *                                           | away: chair; no: *
seat                                 | member        | page: *                                                      | -
seat                                 | proposed      | page: chair secretariat liaison auditor; hidden: *           | -
seat-appoint                         | -             | page: secretariat; no: *                                     | away: secretariat; no: *
seat-confirm                         | proposed      | -                                                            | away: chair; no: secretariat liaison auditor; hidden: *
seat-decline                         | proposed      | -                                                            | away: chair secretariat; no: liaison auditor; hidden: *
seat-end                             | member        | -                                                            | away: secretariat; no: *

# Artefacts
artefact                             | amber         | hidden: conflicted; page: *                                  | -
artefact                             | clear         | page: *                                                      | -
artefact                             | green         | page: *                                                      | -
artefact                             | procurement   | page: chair secretariat author named; hidden: *              | -
artefact                             | red           | page: chair secretariat author named; hidden: *              | -
artefact                             | strict        | page: *                                                      | -
artefact                             | submitted     | hidden: conflicted; page: *                                  | -
artefact-list                        | -             | page: *                                                      | -
artefact-ready                       | assessed      | -                                                            | away: author; no: *
artefact-register                    | of-the-author | page: author architect member alternate named partner conflicted; no: * | away: author architect; refused: member alternate named partner conflicted; no: *
artefact-register                    | of-the-member | page: author architect member alternate named partner conflicted; no: * | away: author architect member; refused: alternate named partner conflicted; no: *
artefact-revision                    | approved      | -                                                            | away: author; no: *
artefact-upload                      | draft         | page: author architect; no: *                                | away: author architect; no: *
artefact-hand-over                   | draft         | page: chair secretariat; no: *                               | away: chair secretariat; no: *
artefact-hand-over                   | red           | page: chair; no: secretariat author named; hidden: *         | away: chair; no: secretariat author named; hidden: *
artefact-links                       | draft         | page: author architect; no: *                                | away: author architect; no: *
artefact-links                       | procurement   | no: chair secretariat named; away: author; hidden: *         | no: chair secretariat named; refused: author; hidden: *
artefact-links                       | red           | page: author; no: chair secretariat named; hidden: *         | away: author; no: chair secretariat named; hidden: *
artefact-withdraw                    | draft         | page: chair; no: *                                           | away: chair; no: *
assessment                           | amber         | hidden: strangers conflicted; page: *                        | hidden: strangers conflicted; away: author architect; no: *
assessment                           | clear         | page: *                                                      | away: author architect; no: *
assessment                           | green         | page: *                                                      | away: author architect; no: *
assessment                           | procurement   | page: chair secretariat author named; hidden: *              | no: chair secretariat named; away: author; hidden: *
assessment                           | red           | page: chair author named; hidden: *                          | no: chair named; away: author; hidden: *
assessment                           | resolving     | hidden: strangers; page: *                                   | hidden: strangers; away: author architect; no: *
assessment                           | strict        | page: programme named; hidden: *                             | no: chair secretariat named; away: author architect; hidden: *
comment-duplicate                    | resolving     | hidden: strangers; away: *                                   | hidden: strangers; away: author; no: *
comment-edit                         | amber         | hidden: strangers conflicted; away: *                        | hidden: strangers conflicted; away: author; no: *
comment-edit                         | clear         | away: *                                                      | away: author; no: *
comment-edit                         | green         | away: *                                                      | away: author; no: *
comment-edit                         | procurement   | away: chair secretariat author named; hidden: *              | away: author; no: chair secretariat named; hidden: *
comment-edit                         | red           | away: chair author named; hidden: *                          | away: author; no: chair named; hidden: *
comment-edit                         | strict        | away: programme named; hidden: *                             | away: author; no: chair secretariat architect named; hidden: *
comment-make                         | amber         | hidden: strangers conflicted; away: *                        | hidden: strangers conflicted; no: secretariat auditor colleague; away: *
comment-make                         | clear         | away: *                                                      | away: chair author architect member alternate named conflicted; no: *
comment-make                         | green         | away: *                                                      | away: chair author architect member alternate named conflicted; no: *
comment-make                         | procurement   | away: chair secretariat author named; hidden: *              | away: chair author named; no: secretariat; hidden: *
comment-make                         | red           | away: chair author named; hidden: *                          | away: chair author named; hidden: *
comment-make                         | strict        | away: programme named; hidden: *                             | away: chair author architect named; no: secretariat; hidden: *
artefact-comments                    | amber         | hidden: strangers conflicted; page: *                        | -
artefact-comments                    | red           | page: chair author named; hidden: *                          | -
artefact-comments-file               | amber         | hidden: strangers conflicted; page: *                        | -
artefact-comments-file               | red           | page: chair author named; hidden: *                          | -
comment-import                       | amber         | hidden: strangers conflicted; no: secretariat auditor; page: * | hidden: strangers conflicted; no: secretariat auditor; refused: *
comment-import                       | green         | page: chair author architect member alternate named conflicted colleague; no: * | refused: chair author architect member alternate named conflicted colleague; no: *
comment-import                       | red           | page: chair author named; hidden: *                          | refused: chair author named; hidden: *
comment-import-preview               | staged        | page: member; hidden: *                                      | away: member; hidden: *
comment-import-template              | amber         | hidden: strangers conflicted; no: secretariat auditor; page: * | -
comment-import-template              | red           | page: chair author named; hidden: *                          | -
comments-file                        | amber         | hidden: strangers conflicted; page: *                        | -
comments-file                        | clear         | page: *                                                      | -
comments-file                        | procurement   | page: chair secretariat author named; hidden: *              | -
comments-file                        | red           | page: chair author named; hidden: *                          | -
comments-file                        | strict        | page: programme named; hidden: *                             | -
comments-log                         | amber         | hidden: strangers conflicted; page: *                        | -
comments-log                         | red           | page: chair author named; hidden: *                          | -
comments-log                         | strict        | page: programme named; hidden: *                             | -
comment-withdraw                     | amber         | hidden: strangers conflicted; away: *                        | hidden: strangers conflicted; away: author; no: *
comment-withdraw                     | clear         | away: *                                                      | away: author; no: *
comment-withdraw                     | green         | away: *                                                      | away: author; no: *
comment-withdraw                     | procurement   | away: chair secretariat author named; hidden: *              | away: author; no: chair secretariat named; hidden: *
comment-withdraw                     | red           | away: chair author named; hidden: *                          | away: author; no: chair named; hidden: *
comment-withdraw                     | strict        | away: programme named; hidden: *                             | away: author; no: chair secretariat architect named; hidden: *
consultation-close                   | amber         | hidden: strangers conflicted; page: chair; no: *             | hidden: strangers conflicted; away: chair; no: *
consultation-close                   | clear         | page: chair; no: *                                           | away: chair; no: *
consultation-close                   | green         | page: chair; no: *                                           | away: chair; no: *
consultation-close                   | procurement   | page: chair; no: secretariat author named; hidden: *         | away: chair; no: secretariat author named; hidden: *
consultation-close                   | red           | page: chair; no: secretariat author named; hidden: *         | away: chair; no: secretariat author named; hidden: *
consultation-close                   | strict        | page: chair; no: secretariat author architect named; hidden: * | away: chair; no: secretariat author architect named; hidden: *
consultation-extend                  | amber         | hidden: strangers conflicted; page: chair secretariat; no: * | hidden: strangers conflicted; away: chair secretariat; no: *
consultation-extend                  | clear         | page: chair secretariat; no: *                               | away: chair secretariat; no: *
consultation-extend                  | green         | page: chair secretariat; no: *                               | away: chair secretariat; no: *
consultation-extend                  | procurement   | page: chair secretariat; no: author named; hidden: *         | away: chair secretariat; no: author named; hidden: *
consultation-extend                  | red           | page: chair secretariat; no: author named; hidden: *         | away: chair secretariat; no: author named; hidden: *
consultation-extend                  | strict        | page: chair secretariat; no: author architect named; hidden: * | away: chair secretariat; no: author architect named; hidden: *
consultation-list                    | -             | page: *                                                      | -
consultation-open                    | draft         | hidden: strangers; page: chair secretariat; no: *            | hidden: strangers; away: chair secretariat; no: *
disposition-contest                  | proposed      | hidden: strangers; away: *                                   | hidden: strangers; away: alternate; no: *
disposition-propose                  | resolving     | hidden: strangers; away: *                                   | hidden: strangers; away: author; no: *
disposition-validate                 | proposed      | hidden: strangers; away: *                                   | hidden: strangers; away: chair; no: *
dispositions                         | amber         | hidden: strangers conflicted; page: *                        | -
dispositions                         | clear         | page: *                                                      | -
dispositions                         | green         | page: *                                                      | -
dispositions                         | procurement   | page: chair secretariat author named; hidden: *              | -
dispositions                         | red           | page: chair author named; hidden: *                          | -
dispositions                         | strict        | page: programme named; hidden: *                             | -
dispositions-validate                | delegated     | hidden: strangers; away: *                                   | hidden: strangers; away: chair architect; no: *
validation-delegate                  | proposed      | page: chair; no: *                                           | away: chair; no: *
validation-take-back                 | delegated     | page: chair; no: *                                           | away: chair; no: *
dispositions-validate                | proposed      | hidden: strangers; away: *                                   | hidden: strangers; away: chair; no: *
draft-discard                        | amber         | -                                                            | away: member colleague; hidden: *
draft-make                           | amber         | -                                                            | hidden: strangers conflicted; away: member alternate named colleague; no: *
draft-make                           | green         | -                                                            | away: member alternate named conflicted colleague; no: *
last-word                            | answered      | hidden: strangers; away: *                                   | hidden: strangers; away: alternate; no: *
marking-confirm                      | wider         | hidden: strangers; away: *                                   | hidden: strangers; away: author; no: *
marking-decline                      | wider         | hidden: strangers; away: *                                   | hidden: strangers; away: chair author; no: *
nil-return                           | amber         | hidden: strangers conflicted; away: *                        | hidden: strangers conflicted; no: secretariat auditor colleague; refused: author; away: *
nil-return                           | clear         | away: *                                                      | away: chair architect member alternate named conflicted; refused: author; no: *
nil-return                           | green         | away: *                                                      | away: chair architect member alternate named conflicted; refused: author; no: *
nil-return                           | procurement   | away: chair secretariat author named; hidden: *              | away: chair named; no: secretariat; refused: author; hidden: *
nil-return                           | red           | away: chair author named; hidden: *                          | away: chair named; refused: author; hidden: *
nil-return                           | strict        | away: programme named; hidden: *                             | away: chair architect named; no: secretariat; refused: author; hidden: *
area-list                            | -             | page: *                                                      | -
area-move                            | area          | -                                                            | away: author architect; no: *
entry                                | area          | page: *                                                      | -
entry                                | principle     | page: *                                                      | -
entry                                | recommendation | page: *                                                     | -
entry-add                            | area          | page: author architect; no: *                                | away: author architect; no: *
entry-add                            | principle     | page: author architect; no: *                                | away: author architect; no: *
entry-add                            | recommendation | page: author architect; no: *                               | away: author architect; no: *
entry-link                           | area          | page: author architect member alternate named partner conflicted; no: * | away: author architect; refused: member alternate named partner conflicted; no: *
entry-link                           | recommendation | page: author architect member alternate named partner conflicted; no: * | away: author architect; refused: member alternate named partner conflicted; no: *
entry-restore                        | retired       | page: author architect; no: *                                | away: author architect; no: *
entry-retire                         | area          | page: author architect; no: *                                | away: author architect; no: *
entry-retire                         | principle     | page: author architect; no: *                                | away: author architect; no: *
entry-retire                         | recommendation | page: author architect; no: *                               | away: author architect; no: *
entry-reword                         | area          | page: author architect; no: *                                | away: author architect; no: *
entry-reword                         | principle     | page: author architect; no: *                                | away: author architect; no: *
entry-reword                         | recommendation | page: author architect; no: *                               | away: author architect; no: *
entry-scope                          | area          | page: chair; no: *                                           | away: chair; no: *
entry-scope                          | recommendation | page: chair; no: *                                          | away: chair; no: *
matrix                               | area          | page: *                                                      | -
matrix                               | recommendation | page: *                                                     | -
matrix-file                          | area          | page: *                                                      | -
matrix-file                          | recommendation | page: *                                                     | -
principle-list                       | -             | page: *                                                      | -
recommendation-import                | -             | page: author architect; no: *                                | refused: author architect; no: *
recommendation-import-preview        | staged        | page: author; hidden: architect; no: *                       | away: author; hidden: architect; no: *
recommendation-import-template       | -             | page: author architect; no: *                                | -
recommendation-list                  | -             | page: *                                                      | -
register-file                        | area          | page: *                                                      | -
register-file                        | principle     | page: *                                                      | -
register-file                        | recommendation | page: *                                                     | -
version-changes                      | amber         | hidden: strangers conflicted; page: *                        | -
version-changes                      | clear         | page: *                                                      | -
version-changes                      | green         | page: *                                                      | -
version-changes                      | narrowed      | page: chair author named; hidden: *                          | -
version-changes                      | procurement   | page: chair secretariat author named; hidden: *              | -
version-changes                      | red           | page: chair author named; hidden: *                          | -
version-changes                      | strict        | page: programme named; hidden: *                             | -
version-changes                      | submitted     | hidden: before partner observer conflicted; page: *          | -
version-file                         | amber         | hidden: strangers conflicted; page: *                        | -
version-file                         | clear         | page: *                                                      | -
version-file                         | green         | page: *                                                      | -
version-file                         | procurement   | page: chair secretariat author named; hidden: *              | -
version-file                         | red           | page: chair author named; hidden: *                          | -
version-file                         | strict        | page: programme named; hidden: *                             | -
version-file                         | submitted     | hidden: before partner observer conflicted; page: *          | -
version-marking                      | amber         | hidden: strangers conflicted; page: *                        | hidden: strangers conflicted; page: chair author; no: *
version-marking                      | clear         | page: *                                                      | page: chair author; no: *
version-marking                      | green         | page: *                                                      | page: chair author; no: *
version-marking                      | procurement   | page: chair secretariat author named; hidden: *              | page: chair author; no: secretariat named; hidden: *
version-marking                      | red           | page: chair author named; hidden: *                          | page: chair author; no: named; hidden: *
version-marking                      | strict        | page: programme named; hidden: *                             | page: chair author; no: secretariat architect named; hidden: *
version-marking                      | wider         | hidden: strangers; page: *                                   | hidden: strangers; refused: chair author; no: *
version-resolves                     | amber         | hidden: strangers conflicted; page: author; no: *            | hidden: strangers conflicted; away: author; no: *
version-resolves                     | clear         | page: author; no: *                                          | away: author; no: *
version-resolves                     | green         | page: author; no: *                                          | away: author; no: *
version-resolves                     | procurement   | page: author; no: chair secretariat named; hidden: *         | away: author; no: chair secretariat named; hidden: *
version-resolves                     | red           | page: author; no: chair named; hidden: *                     | away: author; no: chair named; hidden: *
version-resolves                     | strict        | page: author; no: chair secretariat architect named; hidden: * | away: author; no: chair secretariat architect named; hidden: *
page-image                           | amber         | hidden: strangers conflicted; page: *                        | -
page-image                           | clear         | page: *                                                      | -
page-image                           | green         | page: *                                                      | -
page-image                           | procurement   | page: chair secretariat author named; hidden: *              | -
page-image                           | red           | page: chair author named; hidden: *                          | -
page-image                           | strict        | page: programme named; hidden: *                             | -
page-words                           | amber         | hidden: strangers conflicted; page: *                        | -
page-words                           | clear         | page: *                                                      | -
page-words                           | green         | page: *                                                      | -
page-words                           | procurement   | page: chair secretariat author named; hidden: *              | -
page-words                           | red           | page: chair author named; hidden: *                          | -
page-words                           | strict        | page: programme named; hidden: *                             | -
version-outline                      | amber         | hidden: strangers conflicted; page: *                        | -
version-outline                      | clear         | page: *                                                      | -
version-outline                      | green         | page: *                                                      | -
version-outline                      | procurement   | page: chair secretariat author named; hidden: *              | -
version-outline                      | red           | page: chair author named; hidden: *                          | -
version-outline                      | strict        | page: programme named; hidden: *                             | -
version-review                       | amber         | hidden: strangers conflicted; page: *                        | -
version-review                       | clear         | page: *                                                      | -
version-review                       | green         | page: *                                                      | -
version-review                       | procurement   | page: chair secretariat author named; hidden: *              | -
version-review                       | red           | page: chair author named; hidden: *                          | -
version-review                       | strict        | page: programme named; hidden: *                             | -
version-review                       | submitted     | hidden: before partner observer conflicted; page: *          | -

# Meetings, agendas, packs
agenda                               | draft         | page: chair secretariat; hidden: *                           | -
agenda                               | planned       | page: chair secretariat; no: *                               | -
agenda-add                           | planned       | -                                                            | away: chair secretariat; no: *
agenda-item                          | closed-item   | page: chair secretariat; no: *                               | away: chair secretariat; no: *
agenda-item                          | open-item     | page: chair secretariat; no: *                               | away: chair secretariat; no: *
agenda-move                          | closed-item   | -                                                            | away: chair secretariat; no: *
agenda-move                          | open-item     | -                                                            | away: chair secretariat; no: *
agenda-remove                        | closed-item   | -                                                            | away: chair secretariat; no: *
agenda-remove                        | open-item     | -                                                            | away: chair secretariat; no: *
agenda-restrict                      | closed-item   | -                                                            | away: chair; no: *
agenda-restrict                      | open-item     | -                                                            | away: chair; no: *
agenda-suggested                     | planned       | -                                                            | away: chair secretariat; no: *
attendance                           | in-session    | page: chair secretariat; no: *                               | away: chair secretariat; no: *
contribution                         | -             | no: strangers; page: *                                       | -
contribution-file                    | -             | no: strangers; page: *                                       | -
file-add                             | closed-item   | -                                                            | away: chair secretariat; no: *
file-add                             | open-item     | -                                                            | away: chair secretariat; no: *
meeting                              | built         | page: *                                                      | -
meeting                              | draft         | page: chair secretariat; hidden: *                           | -
meeting                              | issued        | page: *                                                      | -
meeting                              | planned       | page: *                                                      | -
meeting                              | today         | page: *                                                      | -
meeting-cancel                       | planned       | page: chair secretariat; no: *                               | away: chair secretariat; no: *
meeting-change                       | planned       | page: chair secretariat; no: *                               | away: chair secretariat; no: *
meeting-close                        | in-session    | page: chair secretariat; no: *                               | away: chair; no: *
meeting-invite                       | draft         | page: chair secretariat; hidden: *                           | away: chair secretariat; hidden: *
meeting-list                         | -             | page: *                                                      | -
meeting-open                         | today         | page: chair secretariat; no: *                               | away: chair; no: *
meeting-reinstate                    | cancelled     | page: chair secretariat; no: *                               | away: chair secretariat; no: *
meeting-schedule                     | -             | page: chair secretariat; no: *                               | away: chair secretariat; no: *
meeting                              | discarded     | page: chair secretariat; hidden: *                           | -
meeting-discard                      | draft         | page: chair secretariat; hidden: *                           | away: chair secretariat; hidden: *
meeting-postpone                     | planned       | page: chair secretariat; no: *                               | away: chair secretariat; no: *
meeting-take-back                    | discarded     | page: chair secretariat; hidden: *                           | away: chair secretariat; hidden: *
meeting-undo                         | cancelled     | page: chair secretariat; no: *                               | away: chair secretariat; no: *
series                               | plan          | page: chair secretariat; hidden: *                           | -
series                               | running       | page: *                                                      | -
series                               | restricted    | page: chair secretariat author named; hidden: *              | -
series-change                        | plan          | page: chair secretariat; hidden: *                           | away: chair secretariat; hidden: *
series-dates                         | plan          | -                                                            | away: chair secretariat; hidden: *
series-discard                       | plan          | page: chair secretariat; hidden: *                           | away: chair secretariat; hidden: *
series-invite                        | running       | page: chair secretariat; no: *                               | away: chair secretariat; no: *
series-plan                          | -             | page: chair secretariat; no: *                               | away: chair secretariat; no: *
series-prolong                       | running       | page: chair secretariat; no: *                               | away: chair secretariat; no: *
series-undo                          | running       | page: chair secretariat; no: *                               | away: chair secretariat; no: *
pack                                 | built         | page: chair secretariat; hidden: *                           | -
pack                                 | issued        | page: *                                                      | -
pack                                 | planned       | page: chair secretariat; hidden: *                           | -
pack-circulate                       | built         | page: chair secretariat; no: *                               | away: chair secretariat; no: *
pack-file                            | built         | page: chair secretariat; hidden: *                           | -
pack-file                            | issued        | page: *                                                      | -
pack-file                            | planned       | hidden: *                                                    | -
pack-order                           | planned       | -                                                            | away: chair secretariat; no: *
pack-progress                        | built         | page: chair secretariat; no: *                               | -
pack-progress                        | issued        | page: chair secretariat; no: *                               | -
pack-progress                        | planned       | hidden: chair secretariat; no: *                             | -
paper-add                            | closed-item   | -                                                            | away: chair secretariat; no: *
paper-add                            | open-item     | -                                                            | away: chair secretariat; no: *
paper-file                           | closed-item   | page: chair secretariat; hidden: *                           | -
paper-file                           | open-item     | hidden: strangers; page: *                                   | -
paper-remove                         | closed-item   | -                                                            | away: chair secretariat; no: *
paper-remove                         | open-item     | -                                                            | away: chair secretariat; no: *

# Actions: idno (the member) owns those of the open meeting
action-list                          | -             | page: *                                                      | -
action-file                          | csv           | page: *                                                      | -
action-file                          | pdf           | page: *                                                      | -
action-bring                         | -             | page: secretariat; no: *                                     | away: secretariat; no: *
action-raise                         | in-session    | page: chair secretariat; no: *                               | away: chair secretariat; no: *
action                               | open          | page: *                                                      | -
action                               | on-red        | page: chair author named; hidden: *                          | -
action-update                        | open          | page: chair secretariat member; no: *                        | away: chair secretariat member; no: *
action-update                        | on-red        | page: chair named; no: author; hidden: *                     | away: chair named; no: author; hidden: *
action-propose                       | open          | page: member; no: *                                          | away: member; no: *
action-propose                       | on-red        | page: named; no: chair author; hidden: *                     | away: named; no: chair author; hidden: *
action-change                        | open          | page: chair secretariat; no: *                               | away: chair secretariat; no: *
action-change                        | on-red        | page: chair; no: author named; hidden: *                     | away: chair; no: author named; hidden: *
action-close                         | open          | page: chair secretariat; no: *                               | away: chair secretariat; no: *
action-close                         | on-red        | page: chair; no: author named; hidden: *                     | away: chair; no: author named; hidden: *
action-withdraw                      | open          | page: chair secretariat; no: *                               | away: chair secretariat; no: *
action-withdraw                      | on-red        | page: chair; no: author named; hidden: *                     | away: chair; no: author named; hidden: *
action-send-back                     | proposed      | page: chair secretariat; no: *                               | away: chair secretariat; no: *
action-reopen                        | closed        | page: chair secretariat; no: *                               | away: chair secretariat; no: *
action-evidence                      | open          | page: *                                                      | -
action-evidence                      | on-red        | page: chair author named; hidden: *                          | -

# Guests of open meetings: whoever has the link, signed in or not; the link is the right
guest                                | expected      | page: anonymous *                                            | -
guest                                | guessed       | hidden: anonymous *                                          | -
guest                                | refused       | hidden: anonymous *                                          | -
guest                                | restricted    | hidden: anonymous *                                          | -
guest                                | withdrawn     | hidden: anonymous *                                          | -
guest-confirm                        | asked         | page: anonymous *                                            | away: anonymous *
guest-confirm                        | guessed       | hidden: anonymous *                                          | hidden: anonymous *
guest-paper                          | amber         | hidden: anonymous *                                          | -
guest-paper                          | clear         | page: anonymous *                                            | -
guest-paper                          | green         | page: anonymous *                                            | -
guest-paper                          | red           | hidden: anonymous *                                          | -
guest-refuse                         | expected      | page: chair secretariat; no: *                               | away: chair secretariat; no: *
guest-withdraw                       | expected      | -                                                            | away: anonymous *
guest-withdraw                       | guessed       | -                                                            | hidden: anonymous *
guest-withdraw                       | refused       | -                                                            | hidden: anonymous *
meeting                              | restricted    | page: chair secretariat author named; hidden: *              | -
meeting-restrict                     | open          | page: chair secretariat; no: *                               | away: chair; no: *
meeting-restrict                     | restricted    | page: chair secretariat; no: author named; hidden: *         | away: chair; no: secretariat author named; hidden: *
public-asked                         | -             | page: anonymous *                                            | -
public-confirmed                     | -             | page: anonymous *                                            | -
public-meeting                       | cancelled     | hidden: anonymous *                                          | hidden: anonymous *
public-meeting                       | open          | page: anonymous *                                            | away: anonymous *
public-meeting                       | restricted    | hidden: anonymous *                                          | hidden: anonymous *
public-meetings                      | -             | page: anonymous *                                            | -

# Calendars: one's own address for whoever is signed in; a feed for whoever has its address; the public one for anybody
calendar                             | -             | page: *                                                      | away: *
calendar-end                         | -             | -                                                            | away: author; refused: *
calendar-feed                        | ended         | hidden: anonymous *                                          | -
calendar-feed                        | guessed       | hidden: anonymous *                                          | -
calendar-feed                        | left          | hidden: anonymous *                                          | -
calendar-feed                        | own           | page: anonymous *                                            | -
public-feed                          | -             | page: anonymous *                                            | -

# A window of the wider industry, its document, and what came: whoever asks, signed in or not; TLP:CLEAR today is the right
consultation-public                  | amber         | hidden: strangers conflicted; away: chair secretariat; no: * | hidden: strangers conflicted; refused: chair secretariat; no: *
consultation-public                  | clear         | page: chair secretariat; no: *                               | away: chair secretariat; no: *
consultation-public                  | public        | page: chair secretariat; no: *                               | away: chair secretariat; no: *
public-comment-answer                | confirmed     | away: *                                                      | away: author; no: *
public-comment-confirm               | guessed       | hidden: anonymous *                                          | hidden: anonymous *
public-comment-confirm               | sent          | page: anonymous *                                            | away: anonymous *
public-comment-confirmed             | -             | page: anonymous *                                            | -
public-comment-hide                  | confirmed     | page: chair secretariat; no: *                               | away: chair secretariat; no: *
public-comment-refuse                | held          | page: secretariat; no: chair; hidden: *                      | away: secretariat; no: chair; hidden: *
public-release                       | held          | page: chair secretariat; hidden: *                           | away: secretariat; no: chair; hidden: *
public-comment-show                  | confirmed     | away: chair secretariat; no: *                               | refused: chair secretariat; no: *
public-comment-show                  | hidden        | page: chair secretariat; no: *                               | away: chair secretariat; no: *
public-comment-sent                  | -             | page: anonymous *                                            | -
public-consultation                  | amber         | hidden: anonymous *                                          | hidden: anonymous *
public-consultation                  | clear         | hidden: anonymous *                                          | hidden: anonymous *
public-consultation                  | narrowed      | hidden: anonymous *                                          | hidden: anonymous *
public-consultation                  | public        | page: anonymous *                                            | away: anonymous *
public-consultation                  | red           | hidden: anonymous *                                          | hidden: anonymous *
public-consultations                 | -             | page: anonymous *                                            | -
public-document                      | clear         | hidden: anonymous *                                          | -
public-document                      | narrowed      | hidden: anonymous *                                          | -
public-document                      | public        | page: anonymous *                                            | -
public-document                      | red           | hidden: anonymous *                                          | -

# Decisions
conflict-declare                     | amber         | -                                                            | hidden: conflicted; no: before; away: *
conflict-declare                     | open          | -                                                            | hidden: strangers conflicted; away: *
conflict-declare                     | red           | -                                                            | away: chair secretariat author named; hidden: *
conflict-end                         | recorded      | page: chair; no: secretariat auditor conflicted; hidden: *   | away: chair; no: secretariat auditor conflicted; hidden: *
conflict-list                        | -             | page: *                                                      | -
conflict-record                      | amber         | -                                                            | hidden: conflicted; away: chair; no: *
conflict-record                      | open          | -                                                            | hidden: strangers conflicted; away: chair; no: *
conflict-record                      | red           | -                                                            | away: chair; no: secretariat author named; hidden: *
conflicts                            | amber         | hidden: conflicted; page: *                                  | -
conflicts                            | open          | hidden: strangers conflicted; page: *                        | -
conflicts                            | red           | page: chair secretariat author named; hidden: *              | -
decision                             | disputable    | hidden: strangers; page: *                                   | -
decision                             | endorsed      | hidden: strangers; page: *                                   | -
decision                             | open          | hidden: strangers conflicted; page: *                        | -
decision                             | red           | page: chair author named; hidden: *                          | -
decision-close                       | open          | hidden: strangers conflicted; away: chair; no: *             | hidden: strangers conflicted; refused: chair; no: *
decision-list                        | -             | page: *                                                      | -
decision-open                        | -             | page: chair secretariat; no: *                               | away: chair secretariat; no: *
decision-reopen                      | endorsed      | hidden: strangers; page: chair; no: *                        | hidden: strangers; away: chair; no: *
decision-round                       | adjourned     | hidden: strangers; page: chair secretariat; no: *            | hidden: strangers; away: chair secretariat; no: *
decision-withdraw                    | open          | hidden: strangers conflicted; page: chair; no: *             | hidden: strangers conflicted; away: chair; no: *
decision-withdraw                    | red           | page: chair; no: author named; hidden: *                     | away: chair; no: author named; hidden: *
determine                            | undisputed    | hidden: strangers; page: chair; no: *                        | hidden: strangers; away: chair; no: *
finding-dispute                      | disputable    | hidden: strangers; page: member alternate named conflicted; no: * | hidden: strangers; away: member alternate named conflicted; no: *
finding-propose                      | closed        | hidden: strangers; page: chair; no: *                        | hidden: strangers; away: chair; no: *
objection-address                    | objected      | hidden: strangers; page: chair author; no: *                 | hidden: strangers; away: chair author; no: *
objection-maintain                   | addressed     | hidden: strangers; page: member; no: *                       | hidden: strangers; away: member; no: *
objection-withdraw                   | addressed     | hidden: strangers; page: member; no: *                       | hidden: strangers; away: member; no: *
position                             | open          | hidden: strangers conflicted; page: member alternate named; no: * | hidden: strangers conflicted; away: member alternate named; no: *
position                             | red           | no: chair author; page: named; hidden: *                     | no: chair author; away: named; hidden: *
position-on-behalf                   | open          | hidden: strangers conflicted; page: secretariat; no: *       | hidden: strangers conflicted; away: secretariat; no: *
position-on-behalf                   | red           | no: chair author named; hidden: *                            | no: chair author named; hidden: *

# The DAG
condition-discharge                  | conditional   | hidden: before partner observer; page: liaison; no: *        | hidden: before partner observer; away: liaison; no: *
dag                                  | -             | page: *                                                      | -
dag-meeting                          | -             | page: *                                                      | -
dag-meeting-add                      | -             | page: chair secretariat; no: *                               | away: chair secretariat; no: *
dossier-file                         | submitted     | hidden: before partner observer conflicted; page: *          | -
dossier-order                        | submitted     | -                                                            | hidden: before partner observer conflicted; away: chair secretariat; no: *
dossier-progress                     | submitted     | hidden: before partner observer conflicted; page: *          | -
outcome-confirm                      | reported      | hidden: before partner observer; page: liaison; no: *        | hidden: before partner observer; away: liaison; no: *
outcome-record                       | submitted     | hidden: before partner observer conflicted; page: secretariat liaison; no: * | hidden: before partner observer conflicted; away: secretariat liaison; no: *
prior-approval                       | red-before    | page: chair secretariat author named liaison; hidden: *      | -
prior-approval                       | waiting       | hidden: before partner observer; page: *                     | -
prior-approval-confirm               | waiting       | hidden: before partner observer; page: liaison; no: *        | hidden: before partner observer; away: liaison; no: *
prior-approval-record                | registered    | page: secretariat; no: *                                     | away: secretariat; no: *
prior-approval-refuse                | waiting       | hidden: before partner observer; page: liaison; no: *        | hidden: before partner observer; away: liaison; no: *
prior-approval-withdraw              | waiting       | hidden: before partner observer; page: secretariat; no: *    | hidden: before partner observer; away: secretariat; no: *
submission                           | approved      | hidden: before partner observer; page: *                     | -
submission                           | red           | page: chair secretariat author named liaison; hidden: *      | -
submission                           | submitted     | hidden: before partner observer conflicted; page: *          | -
submission-make                      | endorsed      | hidden: strangers; page: chair; no: *                        | hidden: strangers; away: chair; no: *
submission-make                      | not-agreed    | hidden: strangers; page: chair; no: *                        | hidden: strangers; away: chair; no: *
submission-withdraw                  | submitted     | hidden: before partner observer conflicted; page: chair; no: * | hidden: before partner observer conflicted; away: chair; no: *

# Signing in, one's own account
account_change_password              | -             | away: *                                                      | away: *
account_confirm_email                | -             | page: anonymous *                                            | hidden: anonymous *
account_confirm_login_code           | -             | away: *                                                      | away: *
account_email                        | -             | page: *                                                      | away: *
account_email_verification_sent      | -             | page: anonymous *                                            | -
account_inactive                     | -             | page: anonymous *                                            | -
account_login                        | -             | page: anonymous; away: *                                     | page: anonymous; away: *
account_logout                       | -             | page: *                                                      | login: *
account_reauthenticate               | -             | no: *                                                        | no: *
account_reset_password               | -             | page: anonymous *                                            | page: anonymous *
account_reset_password_done          | -             | page: anonymous *                                            | -
account_reset_password_from_key      | -             | page: anonymous *                                            | page: anonymous *
account_reset_password_from_key_done | -             | page: anonymous *                                            | -
account_set_password                 | -             | page: *                                                      | page: *
account_signup                       | -             | page: anonymous; away: *                                     | page: anonymous; away: *
mfa_activate_totp                    | -             | page: *                                                      | page: *
mfa_add_webauthn                     | -             | page: *                                                      | page: *
mfa_authenticate                     | -             | away: *                                                      | away: *
mfa_deactivate_totp                  | -             | hidden: *                                                    | hidden: *
mfa_download_recovery_codes          | -             | hidden: *                                                    | hidden: *
mfa_edit_webauthn                    | -             | hidden: *                                                    | hidden: *
mfa_generate_recovery_codes          | -             | page: *                                                      | page: *
mfa_index                            | -             | page: *                                                      | -
mfa_list_webauthn                    | -             | page: *                                                      | -
mfa_login_webauthn                   | -             | away: *                                                      | away: *
mfa_reauthenticate                   | -             | no: *                                                        | no: *
mfa_reauthenticate_webauthn          | -             | no: *                                                        | no: *
mfa_remove_webauthn                  | -             | hidden: *                                                    | hidden: *
mfa_view_recovery_codes              | -             | hidden: *                                                    | -
openid_connect_callback              | -             | hidden: anonymous *                                          | hidden: anonymous *
openid_connect_login                 | -             | hidden: anonymous *                                          | hidden: anonymous *
socialaccount_connections            | -             | hidden: anonymous *                                          | hidden: anonymous *
socialaccount_login_cancelled        | -             | hidden: anonymous *                                          | hidden: anonymous *
usersessions_list                    | -             | page: *                                                      | away: *
"""


@dataclass(frozen=True)
class Row:
    """One line: what each persona is answered, by method; nothing for a method that is not offered."""

    name: str
    object: str
    answers: dict[str, dict[str, str]]

    def __str__(self) -> str:
        return f"{self.name} {self.object}".strip()


def rows() -> list[Row]:
    """The table, read. Raises ``ValueError`` for a line that says nothing of somebody, or two things."""
    lines = (line for line in TABLE.splitlines() if line.strip() and not line.startswith("#"))
    return [_row(line) for line in lines]


def _row(line: str) -> Row:
    name, thing, *cells = (cell.strip() for cell in line.split("|"))
    if len(cells) != 2:
        raise ValueError(f"{line!r} has {len(cells)} answers, not two.")
    answers = {method: _cell(line, cell) for method, cell in zip(("GET", "POST"), cells, strict=True)}
    return Row(name, "" if thing == "-" else thing, answers)


def _cell(line: str, cell: str) -> dict[str, str]:
    """What each persona is answered; empty for a method that is not offered."""
    if cell == "-":
        return {}
    told: dict[str, str] = {}
    rest: list[str] = []
    for part in cell.split(";"):
        answer, _, names = part.strip().partition(": ")
        if answer not in ANSWERS:
            raise ValueError(f"{line!r}: {answer!r} is no answer.")
        for name in names.split():
            rest += [answer] if name == "*" else []
            for persona in GROUPS.get(name, (name,)) if name != "*" else ():
                if persona not in PERSONAS or persona in told:
                    raise ValueError(f"{line!r}: {persona} is unknown, or told twice.")
                told[persona] = answer
    for persona in GROUPS["*"]:
        if rest:
            told.setdefault(persona, rest[0])
    for persona in OUT:
        told.setdefault(persona, "login")
    if len(rest) > 1 or set(told) != set(PERSONAS):
        raise ValueError(f"{line!r} leaves somebody out.")
    return {persona: told[persona] for persona in PERSONAS}
