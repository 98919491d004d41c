"""The artefacts of the demonstration: kinds of document such a group really has, written for the demonstration.

Every name in them is a role; no company or person is real.
"""

from dataclasses import dataclass

Section = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Document:
    """One artefact's title, summary, the recommendations it answers and the sections of its text."""

    key: str
    title: str
    summary: str
    recommendations: tuple[str, ...]
    sections: tuple[Section, ...]


RECOMMENDATIONS = (
    ("AWG-R-01", "Every participant connects through one interface, described in enough detail to build against."),
    ("AWG-R-02", "Parties are known to central systems by certificates of one public key infrastructure."),
    ("AWG-R-03", "Keys are made, kept and destroyed under documented control, with witnesses where it matters."),
    ("AWG-R-04", "Half-hourly consumption data is protected from the meter to settlement as personal data."),
    ("AWG-R-05", "Messages carry a signature that the receiver verifies before acting on them."),
    ("AWG-R-06", "Access to central systems follows the role of a person, and ends with it."),
    ("AWG-R-07", "Security events of central systems are watched, kept and answered at all hours."),
    ("AWG-R-08", "Central systems are tested against attack before go-live and every year after."),
    ("AWG-R-09", "Small parties can meet the security requirements at a cost in proportion to their size."),
    ("AWG-R-10", "The cost of connecting is shared between parties by their volume of consumption."),
    ("AWG-R-11", "An algorithm that has become weak can be replaced everywhere without rebuilding the interface."),
)
COMMERCIAL = "AWG-R-10"
"""The recommendation that the chair puts out of scope."""
REWORDED = ("AWG-R-07", "Security events of central systems are collected, watched and answered, at all hours, for as "
            "long as settlement runs may be corrected.")  # fmt: skip
"""The recommendation of which the AWG issues other words."""

PRINCIPLES = (
    ("P-01", "Secure by default", "A party that changes nothing is safe."),
    ("P-02", "Least privilege", "Nobody and nothing holds more rights than the task needs."),
    ("P-03", "Proportionate to risk", "A control costs no more than the harm it prevents."),
    ("P-04", "One way to connect", "All parties use the same interface, whatever their size."),
    ("P-05", "Personal data stays minimal", "Data is collected, kept and shown only as far as settlement needs it."),
    ("P-06", "Open standards", "A published standard is preferred to a specification of our own."),
    ("P-07", "Nothing depends on one party", "The failure of one participant does not stop settlement."),
    ("P-08", "Evidence, not assertion", "A control leaves a record that an auditor can check."),
    ("P-09", "Defence in depth", "No single control stands between an attacker and settlement."),
)
RETIRED = "P-09"
"""The principle that did not last."""

AREAS = (
    ("DA-01", "Registration and party onboarding", "How a party becomes known, qualifies, and leaves."),
    (
        "DA-02",
        "Central data integration",
        "The event-driven interface by which parties and central systems exchange messages.",
    ),
    ("DA-03", "Metering services", "From the agents that run meters to what they publish of them."),
    ("DA-04", "Meter data retrieval", "From meters and communications hubs to those who collect their readings."),
    ("DA-05", "Data services", "Validation, estimation and processing of half-hourly consumption."),
    ("DA-06", "Load shaping and settlement", "From processed consumption to volumes allocated in settlement."),
    ("DA-07", "Identity, certificates and keys", "How parties, systems and people are known to each other."),
    ("DA-08", "Operations, monitoring and response", "How the running arrangements are watched and set right."),
    (
        "DA-09",
        "Migration and transition",
        "How metering points move to the new arrangements, and what protects both sides.",
    ),
    ("DA-10", "Testing and go-live", "How the whole is proved before it carries settlement, and after."),
)
PHYSICAL = "DA-04"
"""The area that the chair puts out of scope."""
COVERS = {
    "coco": ("DA-01", "DA-02"), "pki": ("DA-07",), "profiles": ("DA-07",), "keys": ("DA-07",), "iam": ("DA-07", "DA-08"),
    "signing": ("DA-02",), "threats": ("DA-02", "DA-05", "DA-06"), "monitoring": ("DA-08",), "pentest": ("DA-10",),
    "dpia": ("DA-05",), "nfr": ("DA-02", "DA-06", "DA-08"), "vulnerability": ("DA-08",), "incident": ("DA-08",),
}  # fmt: skip
"""The design areas that each document covers. Metering services and migration have none yet."""

DOCUMENTS: tuple[Document, ...] = (
    Document(
        "coco",
        "Interface Code of Connection",
        "What a party must meet before its systems may connect to the central interface.",
        ("AWG-R-01", "AWG-R-09"),
        (
            ("Who connects", (
                "A party connects in one of three ways: through systems of its own, through a service provider that "
                "acts for it, or through a gateway shared by several parties. Each way has one accountable officer.",
                "A party that changes its way of connecting repeats the entry tests for what has changed and for nothing else.",
            )),
            ("Transport", (
                "Connections use TLS 1.3 with certificates of the programme's infrastructure on both sides. Older versions "
                "are refused, not negotiated down.",
                "A connection that stays silent for fifteen minutes is closed; the party opens a new one when it has work.",
            )),
            ("Evidence at entry", (
                "The party shows a test report of its interface, the result of a vulnerability scan not older than thirty "
                "days, and the name of the officer who answers security incidents at all hours.",
                "Small parties may show the evidence of their service provider in place of their own.",
            )),
        ),
    ),
    Document(
        "pki",
        "PKI Certificate Policy",
        "How certificates are applied for, issued, renewed and revoked, and who answers for it.",
        ("AWG-R-02", "AWG-R-09"),
        (
            ("Community", (
                "Certificates are issued to organisations that are party to the code and to devices that act for them, "
                "never to natural persons.",
            )),
            ("Lifetime", (
                "A certificate for signing is valid for twelve months; one for a connection for ninety days. Renewal opens "
                "thirty days before the end and needs no new proof of identity.",
                "A party may hold two valid certificates for the same purpose during renewal, so that no half hour is lost.",
            )),
            ("Revocation", (
                "A party asks for revocation by telephone and confirms in writing. Status is published within one hour and "
                "honoured by receivers within four.",
            )),
        ),
    ),
    Document(
        "profiles",
        "Certificate Profiles",
        "The exact content of each kind of certificate, field by field.",
        ("AWG-R-02",),
        (
            ("Names", (
                "The subject names the organisation by its market participant identifier and role code. Free text is not "
                "allowed in any name.",
            )),
            ("Extensions", (
                "Key usage and extended key usage are critical and name one purpose each. A certificate with a purpose it "
                "was not issued for is refused.",
            )),
        ),
    ),
    Document(
        "keys",
        "Key Management and Key Ceremony",
        "How keys are made before witnesses, kept, backed up, used and destroyed.",
        ("AWG-R-03",),
        (
            ("The ceremony", (
                "The root key is made in a room without a network, before two officers and one witness of the group, by a "
                "script that is read aloud and signed on every page.",
                "A ceremony that departs from its script stops. What was made until then is destroyed before the witnesses.",
            )),
            ("Custody", (
                "Backup shares are held by five custodians of different organisations; any three restore the key. No "
                "custodian holds two shares, and none travels with another.",
            )),
        ),
    ),
    Document(
        "iam",
        "Identity and Access Management",
        "Who may do what in central systems, on whose word, and how it ends.",
        ("AWG-R-06",),
        (
            ("Joining and leaving", (
                "An account is asked for by the party's security officer and made by the service desk. It ends on the "
                "leaver's last day, by the same way, and at the latest with the quarterly review.",
            )),
            ("Privileged access", (
                "Privileged work happens in sessions that are asked for, approved by a second person, recorded, and closed "
                "after four hours.",
            )),
        ),
    ),
    Document(
        "signing",
        "Message Signing",
        "Which messages are signed, with what, and what a receiver does with a signature that fails.",
        ("AWG-R-05",),
        (
            ("What is signed", (
                "Every message that changes a registration or carries consumption is signed over its whole body as sent. "
                "Acknowledgements are not signed.",
            )),
            ("When verification fails", (
                "A receiver that cannot verify a signature does not act on the message, answers with the reason, and keeps "
                "the message for thirty days.",
                "Three failures of one sender within an hour raise an incident with the central service desk.",
            )),
        ),
    ),
    Document(
        "threats",
        "Threat Model",
        "What could go wrong, who might want it to, and which control answers it.",
        ("AWG-R-04", "AWG-R-05", "AWG-R-07"),
        (
            ("Actors", (
                "The model considers a careless insider, a dishonest one, a criminal group after personal data, and a "
                "well-resourced attacker who wants to disturb the balance of the system.",
            )),
            ("Attack paths", (
                "Each path is drawn from entry to harm and carries the control that breaks it. A path without a control is "
                "an issue of the group, not a footnote.",
            )),
        ),
    ),
    Document(
        "monitoring",
        "Security Monitoring",
        "Which events are collected, how long they are kept, and who answers at night.",
        ("AWG-R-07",),
        (
            ("Sources", (
                "Gateways, directories, signing services and operator sessions report events within one minute, with a "
                "clock that is right to a tenth of a second.",
            )),
            ("Response", (
                "An alarm of the highest class is seen by a person within fifteen minutes at all hours, and the party "
                "concerned is told within the hour.",
            )),
        ),
    ),
    Document(
        "pentest",
        "Penetration Test Scope",
        "What is tested, by whom, how hard, and what happens to the findings.",
        ("AWG-R-08",),
        (
            ("In scope", (
                "The central interface, its administration, the certificate services and two volunteering parties' "
                "connections. Denial of service is tested in the rehearsal environment alone.",
            )),
            ("Findings", (
                "Findings are shared with the party concerned on the day, and with the group in words that name no party.",
            )),
        ),
    ),
    Document(
        "dpia",
        "Data Protection Impact Assessment",
        "What half-hourly consumption tells of a household, and how that is kept from harm.",
        ("AWG-R-04",),
        (
            ("What the data tells", (
                "Half-hourly consumption shows when a home is empty, and often more. It is treated as personal data from "
                "the meter to the settled value.",
            )),
            ("Measures", (
                "Identifiers are replaced before analysis, raw readings are kept no longer than settlement and its "
                "disputes need, and every look at one customer's readings is recorded.",
            )),
        ),
    ),
    Document(
        "nfr",
        "Security Non-Functional Requirements",
        "Figures that central systems must reach: availability, recovery, retention, capacity.",
        ("AWG-R-07", "AWG-R-08"),
        (
            ("Availability", (
                "The interface answers 99.9 per cent of each month. Planned work is announced ten working days before and "
                "does not fall into a settlement run.",
            )),
            ("Recovery", (
                "After the loss of a site, service returns within four hours and loses no accepted message.",
            )),
        ),
    ),
    Document(
        "vulnerability",
        "Handling of Reported Vulnerabilities",
        "Who is told of a weakness in central systems, in what order, and when it becomes public.",
        ("AWG-R-08",),
        (
            ("Embargo", (
                "A report stays with the people named on it until a correction is in place at every party, at most "
                "ninety days.",
            )),
        ),
    ),
    Document(
        "partner",
        "Evaluation Criteria for the Architecture Partner",
        "How proposals of possible architecture partners are compared.",
        (),
        (
            ("Criteria", (
                "Proposals are read for method, people, experience with market-wide change, and price, in that order of "
                "weight. Readers declare their interests before they open an envelope.",
            )),
        ),
    ),
    Document(
        "physical",
        "Physical Security of Metering Premises",
        "An early draft that the group took out of its plan.",
        (),
        (
            ("Scope", ("Premises of meter operators are covered by their own accreditation; the group adds nothing to it.",)),
        ),
    ),
    Document(
        "incident",
        "Incident Management",
        "What parties tell each other, and the programme, when something has gone wrong.",
        ("AWG-R-07",),
        (
            ("Classes", (
                "Incidents have four classes by their effect on settlement and on people. The class decides who is told, "
                "how soon, and who leads.",
            )),
            ("Lessons", (
                "Within twenty working days of its end an incident of the two highest classes has a written account that "
                "blames nobody and names what will change.",
            )),
        ),
    ),
    Document(
        "classification",
        "Security Classification of Settlement Data",
        "Which classes of data there are between meter and settlement, and what each class asks for at the least.",
        ("AWG-R-04",),
        (
            ("Classes", (
                "Consumption data has three classes: that of one meter point, that of a group too small to hide one, and "
                "totals. The first two are personal data.",
                "Reference data that anybody may look up has a class of its own and needs integrity alone.",
            )),
            ("What a class asks for", (
                "The class of a message decides who may read it, how it travels, and how long it is kept. A message that "
                "holds several classes is treated as the highest of them.",
            )),
        ),
    ),
)  # fmt: skip

BY_KEY = {document.key: document for document in DOCUMENTS}


SECOND_DRAFTS: dict[str, tuple[str, tuple[Section, ...]]] = {
    "dpia": (
        "Measures names the analyses that need no identifier and says what is recorded; a section on requests is new.",
        (
            (
                "What the data tells",
                (
                    "Half-hourly consumption shows when a home is empty, and often more. It is treated as personal data from "
                    "the meter to the settled value.",
                ),
            ),
            (
                "Measures",
                (
                    "Load research, forecasting and loss studies use no identifier at all. Elsewhere identifiers are replaced "
                    "before analysis, raw readings are kept no longer than settlement and its disputes need, and every query "
                    "that returns one customer's readings is recorded with its purpose.",
                ),
            ),
            (
                "Requests of customers",
                (
                    "A customer who asks what is held gets an answer from their supplier within one month; central systems "
                    "give the supplier what it needs for that within five working days.",
                ),
            ),
        ),
    ),
}
"""Second drafts by the key of their document: what changed, in the author's words, and the text."""
