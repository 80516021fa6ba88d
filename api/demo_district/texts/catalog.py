"""The district's own lists: survey questions, standards, courses, clubs' certificates, consents."""

SURVEY = {
    "k-2": (
        "I feel happy at school.",
        "I have a friend to play with.",
        "A grown-up here helps me when I am sad.",
        "I can calm down when I am mad.",
        "I keep trying when it is hard.",
    ),
    "3-5": (
        "I feel that I belong in my class.",
        "There is an adult at school I can talk to.",
        "When I get stuck, I try another way.",
        "I can calm down when I am upset.",
        "I finish what I start.",
    ),
    "6-12": (
        "I feel that I belong at this school.",
        "There is an adult at school who would notice if I was not okay.",
        "When I get stuck, I look for another way.",
        "I understand how others feel, even when we disagree.",
        "I plan my work and keep to the plan.",
    ),
}

FACES = ("not yet", "sometimes", "yes")
OFTEN = ("Almost never", "Once in a while", "Sometimes", "Often", "Almost always")

# Two for reading, two for mathematics in each grade; K to 12.
STANDARDS = (
    ("Names all letters, K", "Retells a story, K", "Counts to 100, K", "Adds within 5, K"),
    ("Blends sounds, 1", "Key details, 1", "Adds within 20, 1", "Tells time to the half hour, 1"),
    ("Long vowels, 2", "Point of view, 2", "Place value to 1000, 2", "Measures lengths, 2"),
    ("Main idea, 3", "Prefixes, 3", "Multiplies within 100, 3", "Fractions as numbers, 3"),
    ("Theme of a story, 4", "Explains from a text, 4", "Equal fractions, 4", "Measures angles, 4"),
    ("Quotes exactly, 5", "Compares accounts, 5", "Adds unlike fractions, 5", "Volume, 5"),
    ("Cites evidence, 6", "Word roots, 6", "Ratios, 6", "One-step equations, 6"),
    ("Central ideas, 7", "Argument writing, 7", "Proportions, 7", "Signed numbers, 7"),
    ("Weighs evidence, 8", "Tone and meaning, 8", "Linear functions, 8", "Pythagoras, 8"),
    ("Author's choices, 9", "Research question, 9", "Quadratics, 9", "Models from data, 9"),
    ("Rhetoric, 10", "Sources compared, 10", "Congruence proofs, 10", "Probability, 10"),
    ("Founding documents, 11", "Style, 11", "Polynomials, 11", "Logarithms, 11"),
    ("Literary criticism, 12", "Independent inquiry, 12", "Inference, 12", "Modeling, 12"),
)
MAKE_UP = (
    "Make-up day after an absence.",
    "Tested on the make-up day, in the library.",
    "Was away in test week; tested in a small group afterward.",
    "Made up the test after an illness.",
    "Late test, same form, agreed with the office.",
)
LEVELS = ("beginning", "approaching", "proficient", "advanced")
EVIDENCE = """
#
Exit tickets on three days in a row.
The unit task, part 2, done alone.
Talked through it at the table; could also explain it the other way round.
The end-of-unit check, 8 of 10.
Work in the notebook over two weeks.
Taught it to a partner while I listened.
A portfolio piece, with the draft attached.
Small-group lesson, then alone the day after.
A recorded explanation of two minutes.
The project: criteria 1 to 3 met, 4 in part.
The quiz, and the corrections made afterward.
A written answer with reasons, half a page.
The performance task, scored by two teachers.
Observed during stations, with a checklist.
The common assessment; the sample is in the binder.
"""

# (code, course) a year for grades 6 to 12; the third of each is mathematics.
COURSES = {
    6: (
        ("ela6", "English 6"),
        ("sci6", "Science 6"),
        ("mat6", "Mathematics 6"),
        ("soc6", "World Cultures"),
        ("art6", "Exploring the Arts"),
    ),
    7: (
        ("ela7", "English 7"),
        ("sci7", "Life Science"),
        ("mat7", "Mathematics 7"),
        ("soc7", "State History"),
        ("tec7", "Design and Technology"),
    ),
    8: (
        ("ela8", "English 8"),
        ("sci8", "Earth Science"),
        ("mat8", "Pre-Algebra"),
        ("soc8", "U.S. History 8"),
        ("hea8", "Health 8"),
    ),
    9: (
        ("eng9", "English 9"),
        ("bio1", "Biology"),
        ("alg1", "Algebra I"),
        ("geo9", "Human Geography"),
        ("spa1", "Spanish I"),
    ),
    10: (
        ("eng10", "English 10"),
        ("che1", "Chemistry"),
        ("geom", "Geometry"),
        ("wld10", "World History"),
        ("spa2", "Spanish II"),
    ),
    11: (
        ("eng11", "English 11"),
        ("phy1", "Physics"),
        ("alg2", "Algebra II"),
        ("ush11", "U.S. History"),
        ("fin11", "Personal Finance"),
    ),
    12: (
        ("eng12", "English 12"),
        ("env12", "Environmental Science"),
        ("sta12", "Statistics"),
        ("gov12", "Government"),
        ("sem12", "Senior Seminar"),
    ),
}

OUTCOMES = {
    9: ("First aid and CPR certificate.", "Regional science fair: honorable mention."),
    10: ("Food handler certificate.", "Babysitting and child safety certificate."),
    11: (
        "Dual-enrollment course at the community college, three credits.",
        "Forklift safety and OSHA 10 card.",
    ),
    12: (
        "Accepted at the community college for the fall.",
        "Apprenticeship interview passed.",
        "Seal of Biliteracy.",
    ),
}

# first and last grade, records, purpose, recipient
SHARING = (
    (0, 12, ("reading and mathematics scores", "attendance"), "tutoring", "Bright Path Tutoring"),
    (0, 12, ("support plan", "observations"), "coordinated counseling", "Northside Family Clinic"),
    (0, 12, ("photographs of school events",), "the school yearbook", "Maple County yearbook"),
    (0, 6, ("reading scores", "home language"), "summer reading program", "Maple County Library"),
    (10, 12, ("transcript", "attendance"), "admission", "Rock Prairie Community College"),
    (0, 8, ("attendance", "emergency contacts"), "after-school care", "Lantern After-School Club"),
    (2, 9, ("emergency contacts", "support plan"), "summer camp", "Camp Whistling Pines"),
    (9, 12, ("shot record", "transcript"), "job shadow days", "Eastside Community Clinic"),
)
