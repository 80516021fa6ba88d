"""A kept file is open to whom an entry that names it is open."""

from uuid import UUID, uuid4

from domain.event import Attachment
from domain.facts import RecordObservation
from domain.words import Area, DataClass, Retention
from tests.integration.access.conftest import District, learner_of
from tests.people import tell


def kept(district: District, learner: UUID, data_class: DataClass | None) -> str:
    """The address of a file that an entry of this class names."""
    client = district.as_("counselor")
    group = "special_ed" if data_class is DataClass.SPECIAL_ED else "profile"
    where = f"/v1/learners/{learner}/attachments"
    sent = client.post(f"{where}?group={group}", content=b"A scan.").json()
    file = Attachment(
        id=sent["id"], name="scan.pdf", media_type="application/pdf", sha256=sent["sha256"]
    )
    said = RecordObservation(
        fact=uuid4(), area=Area.NEEDS, text="See the scan.", data_class=data_class,
        attachments=(file,),
    )  # fmt: skip
    tell(district.system, learner, said)
    return f"{where}/{sent['id']}?group={group}"


def test_a_file_of_an_entry_that_is_closed_is_not_there(district: District) -> None:
    """Whoever was admitted to the record could open any file whose id they knew."""
    learner = learner_of(district.system, "Gil", "north-high", ("9b",))
    plain = kept(district, learner, None)
    closed = kept(district, learner, DataClass.SPECIAL_ED)
    for who, path, status in (
        ("teacher", plain, 200), ("teacher", closed, 404), ("counselor", closed, 200),
    ):  # fmt: skip
        assert district.as_(who).get(path).status_code == status, (who, path)


def test_a_file_that_no_entry_names_is_nobodys_to_read(district: District) -> None:
    learner = learner_of(district.system, "Hal", "north-high")
    client = district.as_("counselor")
    sent = client.post(f"/v1/learners/{learner}/attachments", content=b"Not used.").json()
    path = f"/v1/learners/{learner}/attachments/{sent['id']}"
    assert client.get(path).status_code == 404


def test_a_file_asked_for_under_another_group_is_not_there_and_needs_none(
    district: District,
) -> None:
    """It was a fault of ours, or said that the file had been erased; and told which keys exist."""
    learner = learner_of(district.system, "Ida", "north-high", ("9b",))
    path = kept(district, learner, DataClass.SPECIAL_ED)
    bare, client = path.partition("?")[0], district.as_("counselor")
    before = len(district.noted())
    told = {group: client.get(f"{bare}?group={group}").status_code for group in Retention}
    assert told == {group: 200 if group == "special_ed" else 404 for group in Retention}
    assert client.get(bare).content == b"A scan."
    assert [a.allowed for a in district.noted()[before:]] == [
        code == 200 for code in told.values()
    ] + [True]
