"""What the files of a load are: told before anything of them is read, with the names of those that do not belong together."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from django.utils.translation import override

from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.engine.savings.mapping.suggesting import draft_content
from yantar.qms.procurement import actions
from yantar.qms.procurement.models import Dataset, ListMapping

from .support import BY
from .test_loading import carried_out, lines, started

pytestmark = pytest.mark.django_db
OWN = "Шифр;Сумма\nA1;100\n".encode()
SESSIONS = b"id_ks;link;start_ks;end_ks;start_price;end_price;customer_id;winner_id\n1;x;2022-01-10 10:00:00;2022-01-11 10:00:00;1000.0;900.0;7;3\n"
BIDDERS = b"id;id_ks;id_participant\n1;1;3\n2;1;4\n"


def own(key: str = "own", **columns: str) -> ListMapping:
    fields = columns or {"Шифр": "procedure_id", "Сумма": "amount"}
    made = draft_content(list(fields), dict(enumerate(fields.values())), id_=key)
    return actions.add_mapping(by=BY, key=key, title_ru=f"Реестр {key}", title_en=f"List {key}", content=made)


def refused(*files: tuple[str, bytes], **more: object) -> list[tuple[str, str]]:
    with override("en"), pytest.raises(Refused) as found:
        started(*files, **more)
    assert not Dataset.objects.exists()
    return [(one.code, str(one.message)) for one in found.value.problems]


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, inside in members.items():
            archive.writestr(name.replace("_", "."), inside)
    return packed.getvalue()


def test_lists_beside_records_are_refused_by_name() -> None:
    [(code, said)] = refused(("a.csv", OWN), ("b.jsonl", lines(1)), ("c.csv.gz", gzip.compress(OWN)))
    assert code == "mixed"
    assert "Lists: a.csv, c.csv.gz. Records: b.jsonl." in said
    [(code, said)] = refused(("all.zip", zipped(a_csv=OWN, b_jsonl=lines(1))))
    assert (code, "Lists: all.zip. Records: all.zip." in said) == ("mixed", True)


def test_lists_of_several_kinds_are_refused_by_name() -> None:
    own()
    [(code, said)] = refused(("a.csv", OWN), ("b.csv", b"x;y\n1;2\n"))
    assert code == "strangers"
    assert "“List own”" in said and "b.csv" in said and "a.csv" not in said


def test_a_list_that_nothing_recognises_and_one_that_is_not_whole() -> None:
    assert [code for code, _said in refused(("a.csv", OWN))] == ["list_unknown"]
    assert [code for code, _said in refused(("participant.csv", BIDDERS))] == ["list_incomplete"]


def test_a_mapping_that_was_chosen_must_fit() -> None:
    mapping = own()
    assert [code for code, _said in refused(("b.csv", b"x;y\n1;2\n"), mapping=mapping)] == ["list_other"]
    [(code, said)] = refused(("b.jsonl", lines(1)), mapping=mapping)
    assert (code, "b.jsonl" in said) == ("not_lists", True)


def test_the_latest_version_of_one_s_own_mapping_is_found_by_its_columns() -> None:
    own()
    latest = own()
    own("more", Шифр="procedure_id", Сумма="amount", Кто="supplier_name")
    dataset = started(("a.csv", OWN))
    assert dataset.mapping == latest
    decided = json.loads(JournalEntry.objects.get(action="procurement.load_dataset").decided)
    assert decided["recognised"] == "own 2"
    assert carried_out(dataset).procedures == 1
    wider = started(("a.csv", "Кто;Шифр;Сумма\nСевер;A1;100\n".encode()))
    assert wider.mapping is not None and wider.mapping.key == "more"


def test_several_files_of_one_list_and_lists_that_ship_go_on() -> None:
    own()
    two = started(("january.csv", OWN), ("february.csv", OWN.replace(b"A1", b"A2")))
    assert carried_out(two).procedures == 2
    shipped = started(("ks.csv", SESSIONS), ("participant.csv", BIDDERS))
    assert shipped.mapping is None
    assert carried_out(shipped).procedures == 1


def test_archives_are_told_by_the_names_in_them() -> None:
    assert started(("a.zip", zipped(a_jsonl=lines(1), b_json=lines(2)))).mapping is None
    assert started(("a.csv.gz", gzip.compress(OWN))).mapping is None
