"""What happens in the demonstration: who registers, comments, decides and answers what, in working days from today."""

from artefacts.states import Answer, CommentType, Kind, Marking, Severity
from escalations.states import Result, SubmissionKind
from meetings.states import Finding, ItemType, Stance
from sdwg.overview.demo.stories import AGREED, Deed, Life, Question, Remark, Say

LIVES: tuple[Life, ...] = (
    Life(
        "pki",
        -85,
        remarks=(
            Remark("idno", "Ninety days is short for parties that renew by hand.", Answer.PART,
                   "Renewal opens thirty days before the end; automation is described in an annex.", "2", Severity.HIGH),
            Remark("large-supplier", "“Party to the code” should name the code.", section="1", severity=Severity.LOW,
                   type=CommentType.EDITORIAL, change="party to the Balancing and Settlement Code"),
        ),
        nil=("medium-supplier", "agent"),
    ),
    Life(
        "profiles",
        -84,
        author="architect",
        remarks=(
            Remark("it-provider", "Does one purpose for each certificate double the number we must hold?", Answer.CLARIFIED,
                   "Yes, for signing parties; connection-only parties hold one.", "2", type=CommentType.QUESTION),
        ),
        nil=("large-supplier", "idno", "small-supplier"),
    ),
    Life(
        "coco",
        -83,
        remarks=(
            Remark("small-supplier", "A scan every thirty days is out of proportion for a party with one connection.",
                   Answer.REJECTED, "The risk of one connection is the same as that of many.", "3", Severity.HIGH),
            Remark("idno", "Who pays for the shared gateway?", Answer.CARRIED, "A commercial question for the DAG.", "1"),
            Remark("agent", "A service provider's evidence should count for large parties too.", Answer.PART,
                   "It counts where the provider runs the whole connection.", "3"),
        ),
        nil=("medium-supplier",),
    ),
    Life(
        "keys",
        -60,
        remarks=(
            Remark("large-supplier", "Three of five custodians: what if an organisation leaves the market?", Answer.ACCEPTED,
                   section="2", severity=Severity.HIGH, change="Shares pass to a successor before the leaver's last day."),
        ),
        nil=("idno", "agent", "it-provider"),
    ),
    Life(
        "iam",
        -59,
        author="architect",
        remarks=(
            Remark("small-supplier", "A second person for each privileged session is not possible in a team of two.",
                   Answer.REJECTED, "Approval may come from the service desk.", "2", Severity.HIGH),
        ),
        nil=("medium-supplier",),
    ),
    Life("nfr", -58, remarks=(Remark("it-provider", "State how the month is counted.", section="1"),), nil=("agent",)),
    Life(
        "signing",
        -40,
        remarks=(
            Remark("agent", "Acknowledgements without a signature can be forged.", Answer.CLARIFIED,
                   "They carry no state; a forged one changes nothing.", "1"),
        ),
        nil=("large-supplier", "medium-supplier"),
    ),
    Life(
        "threats",
        -39,
        author="architect",
        remarks=(Remark("idno", "Attack path 4 has no control at the network operator.", Answer.PART,
                        "Covered for gateways; operators follow in the next version.", "2", Severity.HIGH),),
        nil=("small-supplier",),
    ),
    Life("monitoring", -30, remarks=(Remark("it-provider", "One minute from event to collector is not met by satellite "
                                            "links.", section="1"),), nil=("large-supplier", "idno")),
    Life(
        "dpia",
        -18,
        until="resolving",
        remarks=(
            Remark("medium-supplier", "Say which analysis needs no identifier at all.", section="2"),
            Remark("smart-dcc", "The retention period conflicts with the meter's own.", Answer.REJECTED,
                   "The meter's own is outside settlement.", "2", Severity.HIGH),
            Remark("large-supplier", "Recording every look: is that each query or each customer?", section="2",
                   type=CommentType.QUESTION),
        ),
        nil=("agent",),
    ),
    Life(
        "pentest",
        -11,
        author="architect",
        marking=Marking.CLEAR,
        public=True,
        until="consultation",
        remarks=(
            Remark("it-provider", "Name the rehearsal environment.", section="1", severity=Severity.LOW),
            Remark("grid", "Two volunteers are too few to find what differs between parties.", section="1"),
        ),
        nil=("large-supplier",),
    ),
    Life("vulnerability", -20, author="architect", marking=Marking.RED, people=("chair", "idno"), until="draft"),
    Life("partner", -16, kind=Kind.PROCUREMENT, people=("chair", "architect"), until="draft"),
    Life("physical", -50, until="withdrawn"),
    Life("incident", -3, until="draft"),
    Life("classification", -2, author="architect", label="1.0", until="before"),
)  # fmt: skip

Item = tuple[str, ItemType, int, str]
MEETINGS: tuple[tuple[str, int, tuple[Item, ...], str], ...] = (
    (
        "first",
        -40,
        (
            ("PKI Certificate Policy", ItemType.DECISION, 30, "pki"),
            ("Certificate Profiles", ItemType.DECISION, 20, "profiles"),
            ("Interface Code of Connection", ItemType.DECISION, 40, "coco"),
        ),
        "held",
    ),
    (
        "second",
        -15,
        (
            ("Key Management and Key Ceremony", ItemType.DECISION, 25, "keys"),
            ("Identity and Access Management", ItemType.DECISION, 35, "iam"),
            ("Security Non-Functional Requirements", ItemType.DECISION, 20, "nfr"),
        ),
        "held",
    ),
    (
        "today",
        0,
        (
            ("Message Signing: the objection so far", ItemType.DISCUSSION, 35, "signing"),
            ("Threat Model", ItemType.DECISION, 25, "threats"),
            ("A report under embargo", ItemType.INFORMATION, 10, "vulnerability"),
            ("What the DAG said", ItemType.INFORMATION, 15, ""),
        ),
        "pack",
    ),
    (
        "later",
        10,
        (
            ("Security Monitoring", ItemType.DECISION, 30, "monitoring"),
            ("Message Signing", ItemType.DECISION, 30, "signing"),
            ("Comments on the Data Protection Impact Assessment", ItemType.DISCUSSION, 30, ""),
        ),
        "scheduled",
    ),
)

DISSENT: tuple[Say, ...] = (
    ("large-supplier", Stance.SUPPORT, ""),
    ("medium-supplier", Stance.LIVE_WITH, ""),
    ("small-supplier", Stance.OBJECT, "The monthly scan costs a small party more than its connection."),
    ("idno", Stance.CONCERN, "Nobody has said who pays for the shared gateway."),
    ("agent", Stance.SUPPORT, ""),
)

DEEDS: tuple[Deed, ...] = (
    Deed("first", -40, "List the parties that would connect more than once, with the number of their connections",
         ("large-supplier",), -25, ((-31, "Thirty parties, 112 connections. The list is with the secretariat."),),
         "done"),
    Deed("first", -40, "Ask the DAG whether the rehearsal may use the live register", ("chair",), -20, (), "withdrawn"),
    Deed("second", -15, "Send the certificate volumes of the iDNO estate to the secretariat", ("idno",), -4,
         ((-9, "The south and the midlands are there. The north is missing."),)),
    Deed("second", -15, "Say which logs a service provider keeps today, and for how long",
         ("it-provider", "agent"), -1, ((-3, "Eleven systems, from 30 days to 13 months. The table is with our "
                                         "comment on monitoring."),), "closing", key="monitoring"),
    Deed("second", -15, "Write the wording on approval after the fact in a team of two",
         ("small-supplier", "architect"), 3, (), "moved", key="iam"),
    Deed("second", -15, "Tell the group when the penetration test can be rehearsed", ("architect",), 7),
)  # fmt: skip

QUESTIONS: tuple[Question, ...] = (
    Question("pki", "first", -47, -42, AGREED, Finding.CONSENSUS,
             "No objection stands. Small Suppliers can live with the lifetime that was set."),
    Question("profiles", "first", -46, -41, AGREED[:4], Finding.CONSENSUS, "Everybody who spoke supports the profiles."),
    Question("coco", "first", -46, -41, DISSENT, Finding.NO_CONSENSUS,
             "Small Suppliers maintain their objection to monthly scans, and no wording was found that both sides accept.",
             delegated="DAG-D-041", clause="3", would_resolve="A yearly scan for parties with a single connection."),
    Question("keys", "second", -22, -17, AGREED, Finding.CONSENSUS, "The text on successors answers the one comment that was high."),
    Question("iam", "second", -22, -17,
             (("small-supplier", Stance.OBJECT, "A second person for each session is impossible in a team of two."),
              ("large-supplier", Stance.SUPPORT, ""), ("agent", Stance.LIVE_WITH, "")),
             Finding.NO_CONSENSUS, "The objection on privileged sessions stands after two rounds of discussion.",
             clause="2", would_resolve="Approval after the fact within one working day."),
    Question("nfr", "second", -21, -16, AGREED[:5], Finding.CONSENSUS, "The way the month is counted was added; nobody objects."),
    Question("signing", "later", -5, 4,
             (("large-supplier", Stance.SUPPORT, ""),
              ("agent", Stance.CONCERN, "Thirty days of failed messages is a store of personal data."),
              ("it-provider", Stance.OBJECT, "Signing over the body as sent breaks every party that re-encodes.")),
             clause="1", would_resolve="Sign the canonical form, or require that bodies are passed on unchanged."),
    Question("threats", "today", -5, -2,
             (("large-supplier", Stance.SUPPORT, ""), ("medium-supplier", Stance.SUPPORT, ""),
              ("idno", Stance.CONCERN, "Attack path 4 has no control at the network operator.")),
             Finding.CONSENSUS, "The concern on attack path 4 is met by the text on gateways.", disputed="idno"),
)  # fmt: skip

SUBMISSIONS: tuple[tuple[str, SubmissionKind, int, str, Result | None], ...] = (
    ("pki", SubmissionKind.APPROVAL, -34, "The group reached consensus and asks the DAG to approve the policy.",
     Result.APPROVED),
    ("profiles", SubmissionKind.APPROVAL, -34, "The group reached consensus and asks the DAG to approve the profiles.",
     Result.CONDITIONS),
    ("coco", SubmissionKind.ESCALATION, -33, "The group could not agree on monthly scans for small parties. Both views are in "
     "the dossier in their own words; the chair sees no third way.", Result.REJECTED),
    ("nfr", SubmissionKind.APPROVAL, -3, "The group reached consensus and asks the DAG to approve the requirements.", None),
)  # fmt: skip
