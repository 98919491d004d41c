"""The Terms of Reference, clause by clause: what each asks, how the program answers, and where to see it.

The clauses are abridged. ``ours`` marks where the program reads more into a clause than its words say.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """One clause: its number, what it asks, what the program does, and the name of the page that shows it.

    ``also`` are the clauses that ask the same; the evidence goes by ``number``.
    """

    number: str
    asks: str
    answer: str
    page: str = ""
    page_label: str = ""
    ours: str = ""
    also: str = ""


@dataclass(frozen=True)
class Part:
    """A heading of the Terms of Reference and its clauses."""

    heading: str
    clauses: tuple[Clause, ...]


PARTS: tuple[Part, ...] = (
    Part(
        "Role, purpose and duties",
        (
            Clause(
                "T0",
                "A Level 4 working group; its Terms of Reference were first published as a draft.",
                "Each version of the document is kept with the day from which it is in force; every record of the "
                "trail cites the one it was made under.",
                "",
                "",
                "The chair puts a version in force, never for a day that has passed.",
            ),
            Clause(
                "R1",
                "Take the architecture recommendations of the AWG to a level of detail at which participants can start "
                "to develop their systems.",
                "Each recommendation is registered and linked to the artefacts that answer it.",
                "recommendation-list",
                "Recommendations",
                "An unlinked recommendation is shown as a gap. It is ready to build when all that answer it, of those "
                "its reader may see, have a baseline. What is out of scope has a reason and is no gap.",
                "P1, O1",
            ),
            Clause(
                "P2",
                "Support the procurement of an architecture partner; align the security design with the design "
                "principles and consider all impacted parties.",
                "A version is ready only when every principle is assessed and every constituency's impact is stated.",
                "principle-list",
                "Principles",
                "Procurement papers are read by the chair, the secretariat and named people alone.",
                "O2",
            ),
            Clause(
                "P3",
                "Consult continuously, so that security design artefacts reach the DAG in time.",
                "Consultations open for at least ten working days and close by themselves.",
                "consultation-list",
                "Consultations",
                "Ten working days is the programme's habit; the clause names no number.",
                "O3",
            ),
        ),
    ),
    Part(
        "Decision making",
        (
            Clause(
                "D1",
                "Report the group's output to the DAG for approval.",
                "A submission carries its dossier; nothing but a recorded DAG outcome makes an artefact approved.",
                "dag",
                "DAG",
                "What the DAG approved before this system counts once its liaison confirms it, and is marked so.",
            ),
            Clause(
                "D2",
                "Report as the work goes on, and engage the wider industry where that is needed.",
                "A version goes to the DAG whenever it is ready. One marked TLP:CLEAR is open to anyone.",
                "dag",
                "DAG",
            ),
            Clause(
                "D3",
                "Where there is no consensus on a decision the DAG delegated, escalate the matter to the DAG.",
                "An objection blocks consensus until its own seat withdraws it. The chair determines, with reasons and "
                "never by counting; a delegated no consensus can only go to the DAG.",
                "decision-list",
                "Decisions",
                "Objectives add: any issue on which no consensus is reached.",
                "O4",
            ),
        ),
    ),
    Part(
        "Membership",
        (
            Clause(
                "M1–M3",
                "The Design Market & Engagement Lead (chair), a Design Business Analyst and a Design Market Architect.",
                "Exactly one chair at a time; a privileged seat takes effect when a second person confirms it.",
                "member-list",
                "Members",
                "Vacant programme roles are shown.",
            ),
            Clause(
                "M4",
                "Industry participants from, but not restricted to, thirteen kinds of party.",
                "The thirteen it names are there from the start, in its order and its words; more can be listed.",
                "member-list",
                "Members",
                "A constituency without a seat is shown as a gap.",
            ),
        ),
    ),
    Part(
        "Scope, roles and responsibilities",
        (
            Clause(
                "S1",
                "Develop the security design for the end-to-end design.",
                "The register of artefacts, each with its way to approval, and the design areas that they cover.",
                "area-list",
                "Design areas",
                "An area without an artefact is listed as a gap. What is out of scope is said by the chair, with a "
                "reason.",
            ),
            Clause(
                "S2",
                "The Lead chairs the meetings.",
                "No meeting is opened without a presiding chair.",
                "meeting-list",
                "Meetings",
            ),
            Clause(
                "S3",
                "The secretariat provides all meeting services, for regular and ad hoc meetings.",
                "Meetings are scheduled, their agendas built and their packs circulated here.",
                "meeting-list",
                "Meetings",
            ),
            Clause(
                "S4",
                "Members, or nominated alternates, attend every meeting.",
                "An alternate stands in for one seat; everything they do names both. Who came is recorded seat by "
                "seat, and an alternate counts once.",
                "member-list",
                "Members",
                "The window runs from the pack's issue to 17:00 two working days after the meeting.",
            ),
            Clause(
                "S5",
                "Members are fully prepared before the meeting starts.",
                "Each copy of a pack records when it was opened.",
                "meeting-list",
                "Meetings",
            ),
            Clause(
                "S6",
                "Members should be a mix of business analysts, market architects, solution architects and subject "
                "matter experts.",
                "The mix is shown; a missing discipline warns and never blocks.",
                "member-list",
                "Members",
            ),
            Clause(
                "S7",
                "Members contribute to developing and reviewing what the deliverables need.",
                "Comments, nil returns and positions carry the seat they were made for; what each seat contributed is "
                "shown by constituency.",
                "consultation-list",
                "Consultations",
            ),
            Clause(
                "S8",
                "Attendance is open to all, unless otherwise determined.",
                "Every seat sees every meeting and anybody may ask to come, unless the chair restricts it.",
                "meeting-list",
                "Meetings",
                "Attendance is not access to papers: those follow their markings.",
            ),
        ),
    ),
)
