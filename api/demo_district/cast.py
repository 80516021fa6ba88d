"""The learners with a story of their own: who they are, and why they are worth a look."""

from dataclasses import dataclass

from api.demo_district.seeds import uid

TUTORS = "Bright Path Tutoring"
TUTORS_ID = uid("provider", TUTORS)


@dataclass(frozen=True)
class Role:
    """A part in the demo, by the learner's number. `why` is empty for those beside the story."""

    given: str
    family: str
    pronoun: str
    language: str = "en"
    interests: tuple[str, ...] = ()
    needs: tuple[str, ...] | None = None
    why: str = ""


# The number gives the grade: number % 13, 0 for kindergarten.
LATE_CONSENT, PLAN, NEWCOMER, MOVED_HERE, ENTERED_TWICE = 7, 4, 9, 11, 3
WRONG_LEARNER, TWO_OF_US, THE_OTHER, PRIVATE_NOTE = 6, 18, 5, 8
SENIOR, ABSENT, RIGHTS, COUSIN, COUSIN_TOO, AWAY = 12, 10, 2, 14, 27, 22

CAST: dict[int, Role] = {
    LATE_CONSENT: Role(
        "Camila", "Escamilla", "she", "es", ("music", "helping people"), ("speaking up",),
        "a consent signed on 1 September, received on the 3rd, keyed in on the 10th and compared "
        "with its scan on the 11th; photographs kept back; family input in Spanish",
    ),
    PLAN: Role(
        "Emmett", "Tilden", "he", "en", ("building and robotics", "animals"),
        ("sounding out words",),
        "a special education plan and a reading score that catches up, year by year; opened in an "
        "emergency, which was reviewed",
    ),
    NEWCOMER: Role(
        "Noor", "Haddadin", "she", "ar", ("cooking and baking", "stories and writing"),
        ("learning English",),
        "came with no English in grade 6; language support started, reviewed and ended; "
        "the family writes in Arabic",
    ),
    MOVED_HERE: Role(
        "Khôi", "Phạm", "he", "vi", ("coding and games", "soccer"), ("keeping track of work",),
        "brought in from another district: the first two years come from Lakeside’s system",
    ),
    ENTERED_TWICE: Role(
        "Itzel", "Rentería", "she", "es", ("drawing and comics", "gardening and the outdoors"),
        ("getting ideas onto paper",),
        "entered twice by two offices; the two records are merged",
    ),
    WRONG_LEARNER: Role(
        "Darius", "Ellerbe", "he", "en", ("running and staying fit", "music"),
        ("getting along when things go wrong",),
        "an entry retracted as about another learner, one contested by the family, one amended "
        "and a corrected score",
    ),
    TWO_OF_US: Role(
        "Willa", "Sorley", "she", "en", ("space and the sky", "stories and writing"), (),
        "one observation about two learners, each part under its own learner's key",
    ),
    THE_OTHER: Role("Gael", "Olivares", "he", "es", ("soccer", "space and the sky")),
    PRIVATE_NOTE: Role(
        "Simone", "Winfield", "she", "en", ("drawing and comics", "helping people"),
        ("speaking up", "number facts and place value"),
        "a counselor's private note that was shared later and so became part of the record",
    ),
    SENIOR: Role(
        "Micah", "Pettway", "he", "en", ("soccer", "helping people"),
        ("understanding what is read",),
        "four years of high school towards nursing: an interest that changed, goals, outcomes; "
        "records sent to a college by mail",
    ),
    ABSENT: Role(
        "Tessa", "Crandall", "she", "en", ("animals", "gardening and the outdoors"),
        ("being here every day",),
        "gaps where she was absent, an attendance plan, and a review that is overdue; opened in an "
        "emergency that waits for its review",
    ),
    RIGHTS: Role(
        "Levi", "Hartwig", "he", "en", ("dinosaurs and fossils", "music"), ("clear speech",),
        "a foster parent, a court order, rights revoked and restored, protected contact details",
    ),
    COUSIN: Role("Mai", "Xiong", "she", "hmn"),
    COUSIN_TOO: Role("Mai", "Xiong", "she", "hmn"),
    AWAY: Role(
        "Rohan", "Deshmukh", "he", "hi", ("coding and games", "music"), None,
        "left the district for a year and came back",
    ),
}  # fmt: skip
