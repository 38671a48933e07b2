import pytest
from tests.factories.orders import *
@pytest.mark.django_db
def test_it():
    o = OrderFactory()
    assert o.total == Decimal("236.00")
    c = ConfirmedOrderFactory()
    assert c.status == "confirmed"
    held_order()
