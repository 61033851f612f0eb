"""What citizens find in a demonstration that was played: checked where one stands already, for playing it takes a minute."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from yantar.demo import casework, certificate
from yantar.demo.promises import promises
from yantar.qms.feedback.models import Answer
from yantar.qms.feedback.stored import read_bytes
from yantar.qms.services.models import CaseMonth, Service, ServiceCase, ServiceMonth
from yantar.qms.services.queries import delivery


def every_service_is_offered(today: date) -> None:
    """Each of the cast has a service in force, of an authority that exists, with months."""
    on = Service.objects.on(today)
    assert set(on.values_list("code", flat=True)) == {one.code for one in promises()}
    assert all(one.authority.holds_on(today) for one in on.select_related("authority"))
    assert set(ServiceMonth.objects.values_list("service__code", flat=True)) == {one.code for one in promises()}


def cases_make_months(today: date, voices: float) -> None:
    """Services told case by case have months from their cases and a median of the quarter; what came lately is open, with its day due."""
    told = {one.code for one in casework.told_by_case(promises(), voices)}
    assert set(ServiceCase.objects.values_list("service__code", flat=True)) == told
    quarter = delivery.quarter_before(today)
    figures = delivery.delivered_by_service(quarter, days=True)
    for service in Service.objects.all():
        found = figures[service.pk]
        assert found.months_alone == (service.code not in told)
        if service.code in told:
            assert set(service.months.values_list("source", flat=True)) == {"cases"}
            assert CaseMonth.objects.filter(service=service).exists()
    # Its clock runs, too: what has come lately is open and has a day due.
    still = ServiceCase.objects.filter(done_on__isnull=True)
    assert still.exists()
    assert not still.filter(registered_on__isnull=False, due_on__isnull=True).exists()


def answers_are_signed() -> None:
    """Every answer's paper is signed by the demonstration's own certificate, and the signature holds."""
    answers = list(Answer.objects.select_related("document"))
    assert answers
    assert all(certificate.NAME_EN in one.signed_by for one in answers)
    _name, paper = read_bytes(answers[0].document)
    (signature,) = PdfFileReader(BytesIO(paper)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert]))
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
