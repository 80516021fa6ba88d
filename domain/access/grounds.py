"""The table of grounds, one version of it: to whom, for what, on which conditions, what is logged.

Every ground that is not in the table is refused and sent to a person. Order matters: the first
ground that holds is the one relied on.
"""

from domain.access.grounds_inside import INSIDE
from domain.access.grounds_outside import OUTSIDE
from domain.access.table import Table
from domain.words import DataClass

# Whatever the ground; the first that fails is the answer.
GATES = (
    "same_district",
    "signed_in",
    "law_is_modelled",
    "staff_discloses",
    "purpose_declared",
    "not_barred",
    "online_collection_consented",
    "third_party_consented",
)
# What a ground cannot overrule: for every kind of record, and for one kind.
ALWAYS = ("not_quarantined", "lawful_basis_stands")
VETOES = {
    DataClass.SPECIAL_ED: ("transition_agency_consented", "private_school_consented"),
    DataClass.COUNSELOR_CONFIDENTIAL: ("confidences_known_here",),
    DataClass.TREATMENT: ("treatment_kept_apart_here",),
}

# Grounds of the law that a person decides, and records by hand.
NOT_MODELLED = {
    "FERPA-99.31-a-4": ("34 CFR 99.31(a)(4)", "Financial aid"),
    "FERPA-99.31-a-5": ("34 CFR 99.31(a)(5), 99.38", "State and local juvenile justice officials"),
    "FERPA-99.31-a-7": ("34 CFR 99.31(a)(7)", "Accrediting organizations"),
    "FERPA-99.31-a-13": ("34 CFR 99.31(a)(13), 99.39", "The victim of a violent or sex crime"),
    "FERPA-99.31-a-14": ("34 CFR 99.31(a)(14), 99.39", "Results of a college's proceeding"),
    "FERPA-99.31-a-15": ("34 CFR 99.31(a)(15)", "Alcohol or drugs, to a college student's parent"),
    "FERPA-99.31-a-16": ("34 CFR 99.31(a)(16)", "Registered sex offenders"),
    "FERPA-99.31-b-2": ("34 CFR 99.31(b)(2)", "Record-level data with a code, for research"),
    "USC-1232g-b-1-K": ("20 U.S.C. 1232g(b)(1)(K)", "Monitors of school meals programs"),
}

TABLE = Table(
    version="2026-1", grounds=(*INSIDE, *OUTSIDE), gates=GATES, always=ALWAYS, vetoes=VETOES
)
