"""What pieces cost, whenever it was said: layers, average, landed charges, corrections, and what was told of them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refusal
from inventory.costing import share_out
from inventory.models import CostVariance, LandedShare, ProductCost, StockLevel, StockMove
from inventory.operations import (
    ReceiptLine,
    StockLine,
    adjust,
    charge_receipt,
    correct_receipt_line,
    receive_goods,
    recompute_costs,
    reserve,
    return_goods,
    ship,
    take_back_charge,
    transfer,
)
from inventory.queries import check_books, issue_costs, standing_layers, worth_of
from tests.factories.inventory import LocationFactory, ProductFactory

from .costing_rule import Fact, tell

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)


def at(hour: float) -> dt.datetime:
    return START + dt.timedelta(hours=hour)


class Desk:
    """One product in one shop, everything said by the hour."""

    def __init__(self) -> None:
        self.product, self.shop = ProductFactory(name="A12 combo"), LocationFactory()
        self.told = 0

    def receive(self, pieces: int, cost: str, hour: float) -> Any:
        line = ReceiptLine(self.product.pk, pieces, Decimal(cost))
        return receive_goods(self.shop, [line], by=None, at=at(hour))

    def sell(self, pieces: int, hour: float) -> str:
        self.told += 1
        reference = f"order:{self.product.pk}:{self.told}"
        reserve([StockLine(reference, self.product.pk, pieces)], location=self.shop, at=at(hour))
        ship([reference], document="D", by=None, at=at(hour))
        return f"sale:{reference}"

    def adjust(self, pieces: int, hour: float) -> str:
        self.told += 1
        reference = f"adjust:{self.product.pk}:{self.told}"
        adjust(
            self.product,
            location=self.shop,
            difference=pieces,
            reason="counted",
            reference=reference,
            by=None,
            at=at(hour),
        )
        return reference

    def give_back(self, pieces: int, hour: float, *sales: str) -> str:
        """Pieces of these sales come back, the first one's first; of none, nobody knows what they were."""
        self.told += 1
        line = StockLine(str(self.told), self.product.pk, pieces)
        reference = f"{self.product.pk}"
        sold = {line.reference: [sale.removeprefix("sale:") for sale in sales]}
        return_goods([line], location=self.shop, reference=reference, sold=sold, by=None, at=at(hour))
        return f"return:{reference}:{self.told}"

    def charge(self, receipt: Any, amount: str, hour: float, **options: Any) -> Any:
        self.told += 1
        options = {"kind": "freight", "reference": f"bill:{self.product.pk}:{self.told}"} | options
        return charge_receipt(receipt, amount=Decimal(amount), by=None, at=at(hour), **options)

    def correct(self, receipt: Any, pieces: int, cost: str, hour: float) -> Any:
        self.told += 1
        return correct_receipt_line(
            receipt.lines.get(),
            quantity=pieces,
            unit_cost=Decimal(cost),
            reason="typed wrong",
            reference=f"fix:{self.product.pk}:{self.told}",
            by=None,
            at=at(hour),
        )

    @property
    def average(self) -> Decimal:
        return ProductCost.objects.get(product=self.product).average

    def fifo_price(self) -> Decimal:
        worth = worth_of([self.product.pk])[self.product.pk]
        return worth.fifo / worth.pieces

    def layers(self) -> list[tuple[int, Decimal]]:
        standing: Any = standing_layers(self.product)
        return [(layer.remaining, layer.unit_cost.normalize()) for layer in standing]

    def free(self) -> int:
        return StockLevel.objects.filter(product=self.product).aggregate(Sum("on_hand"))["on_hand__sum"] or 0


@pytest.fixture
def desk():
    return Desk()


def test_the_average_moves_with_every_receipt(desk):
    averages = []
    for hour, (pieces, cost) in enumerate([(2, "60"), (2, "90"), (4, "105")]):
        desk.receive(pieces, cost, hour)
        averages.append(desk.average)
    assert averages == [60, 75, 90]


def test_a_receipt_for_pieces_that_are_missing_sets_the_cost(desk):
    """Sold before anything had come, as a later correction may show: the first receipts set the cost outright."""
    desk.receive(3, "8", 5)
    desk.sell(3, 1)
    desk.receive(1, "4", 2)
    desk.receive(1, "6", 3)
    assert list(desk.product.layers.order_by("at").values_list("average", flat=True)) == [4, 6, 8]
    assert list(check_books()) == []


def test_first_in_is_first_out_beside_the_average(desk):
    prices, sold = [], []
    desk.receive(5, "20", 0)
    prices.append(desk.fifo_price())
    desk.receive(3, "44", 1)
    prices.append(desk.fifo_price())
    for pieces in (4, 1, 2):
        sold.append(desk.sell(pieces, 2))
        prices.append(desk.fifo_price())
    assert prices == [20, 29, 38, 44, 44]
    costs: Any = issue_costs(sold)
    assert [costs[ref].fifo / costs[ref].pieces for ref in sold] == [20, 20, 44]
    assert [costs[ref].average / costs[ref].pieces for ref in sold] == [29, 29, 29]
    assert desk.layers() == [(1, 44)]


def test_pieces_that_come_back_cost_what_they_left_with(desk):
    desk.receive(4, "10", 0)
    desk.receive(4, "20", 1)
    sold = desk.sell(5, 2)
    # Average 15 each; first in first out 4 × 10 + 20 = 60, so 12 each.
    desk.receive(1, "35", 3)
    assert desk.average == 20
    desk.give_back(2, 4, sold)
    # (4 × 20 + 2 × 15) ÷ 6 = 18.3333.
    assert (desk.average, desk.layers()) == (Decimal("18.3333"), [(3, 20), (1, 35), (2, 12)])
    assert StockMove.objects.get(kind="return").unit_cost == 15
    assert recompute_costs([desk.product.pk], at=at(9)) == []
    assert list(check_books()) == []


def test_pieces_come_back_from_one_sale_after_the_other_and_never_more_than_left(desk):
    desk.receive(2, "10", 0)
    first = desk.sell(2, 1)
    desk.receive(4, "40", 2)
    second = desk.sell(3, 3)
    reference = desk.give_back(3, 4, second, first)
    desk.give_back(3, 5, second, first)
    back = StockMove.objects.filter(kind="return").order_by("pk")
    told = [(move.quantity, move.unit_cost, move.corrects and move.corrects.reference) for move in back]
    # The sixth piece left by no sale that was named: it comes at the average, (4 × 40 + 2 × 10) ÷ 6 = 30.
    assert told == [(3, 40, second), (2, 10, first), (1, 40, None)]
    assert (desk.average, desk.layers()) == (30, [(1, 40), (3, 40), (2, 10), (1, 30)])
    assert [move.reference for move in back] == [reference, f"{reference[:-1]}4", f"{reference[:-1]}4:2"]
    assert list(check_books()) == []


def test_a_freight_bill_after_the_return_follows_the_pieces_home(desk):
    """The same figures as if the bill had been there from the start, also for what was sold again."""
    receipt = desk.receive(10, "50", 0)
    sold = desk.sell(4, 1)
    desk.receive(6, "70", 2)
    desk.give_back(2, 3, sold)
    again = desk.sell(13, 4)
    desk.give_back(1, 5, again)
    desk.charge(receipt, "35.00", 48)
    # Hour 2: 61.75 as ever. Hour 3: (12 × 61.75 + 2 × 53.5) ÷ 14 = 60.5714.
    assert issue_costs([again])[again][2:] == (
        13 * Decimal("60.5714"),
        6 * Decimal("53.5") + 420 + Decimal("53.5"),
    )
    assert desk.layers()[0] == (1, Decimal("53.5"))
    assert recompute_costs([desk.product.pk], at=at(9)) == []
    assert list(check_books()) == []


def test_found_pieces_are_layers_at_the_average_and_transfers_are_none(desk):
    desk.receive(4, "10", 0)
    desk.receive(4, "20", 1)
    desk.sell(3, 2)
    desk.give_back(1, 3)
    desk.adjust(2, 4)
    store = LocationFactory()
    line = StockLine("1", desk.product.pk, 5)
    transfer([line], source=desk.shop, destination=store, reference="T1", by=None, at=at(5))
    assert desk.layers() == [(1, 10), (4, 20), (1, 15), (2, 15)]
    assert worth_of([desk.product.pk])[desk.product.pk][:2] == (8, Decimal("120"))
    assert list(check_books()) == []


def test_a_receipt_booked_late_counts_from_its_day(desk):
    desk.receive(2, "60", 0)
    first, last = desk.sell(1, 2), desk.sell(1, 4)
    desk.receive(2, "90", 5)
    assert desk.average == 90
    desk.receive(3, "80", 1)
    # Hour 1: (2 × 60 + 3 × 80) ÷ 5 = 72. Hour 5: (3 × 72 + 2 × 90) ÷ 5 = 79.2.
    assert desk.average == Decimal("79.2")
    told: Any = CostVariance.objects.order_by("move_id").values_list(
        "move__reference", "before", "after", "amount", "cause"
    )
    assert list(told) == [(first, 60, 72, 12, "backdated"), (last, 60, 72, 12, "backdated")]
    assert set(StockMove.objects.filter(kind="sale").values_list("unit_cost", flat=True)) == {60}
    assert recompute_costs([desk.product.pk], at=at(9)) == []
    assert list(check_books()) == []


def test_a_freight_bill_that_comes_later_counts_from_the_day_of_the_goods(desk):
    receipt = desk.receive(10, "50", 0)
    sold = desk.sell(4, 1)
    desk.receive(6, "70", 2)
    charge = desk.charge(receipt, "35.00", 48)
    # 53.50 each. Hour 2: (6 × 53.5 + 6 × 70) ÷ 12 = 61.75.
    assert (desk.average, desk.layers()) == (Decimal("61.75"), [(6, Decimal("53.5")), (6, 70)])
    (told,) = CostVariance.objects.all()
    assert (told.move.reference, told.pieces, told.before, told.after, told.amount, told.document) == (
        sold, 4, 50, Decimal("53.5"), 14, receipt.number)  # fmt: skip
    assert issue_costs([sold])[sold] == (4, 200, 214, 214)
    assert ProductCost.objects.get().last == 70
    take_back_charge(charge, note="Bill of another shipment", by=None, at=at(50))
    assert (desk.average, CostVariance.objects.aggregate(Sum("amount"))["amount__sum"]) == (60, 0)
    assert list(check_books()) == []


@pytest.mark.parametrize(
    ("share_by", "parts"),
    [
        ("value", ["66.67", "33.33", "0.00"]),
        ("pieces", ["9.09", "27.27", "63.64"]),
        ("lines", ["33.34", "33.33", "33.33"]),
    ],
)
def test_a_charge_is_shared_to_the_cent(desk, share_by, parts):
    lines = [
        ReceiptLine(ProductFactory().pk, n, Decimal(cost)) for n, cost in ((1, "60"), (3, "10"), (7, "0"))
    ]
    receipt = receive_goods(desk.shop, lines, by=None, at=at(0))
    desk.charge(receipt, "100", 1, share_by=share_by)
    shares = LandedShare.objects.order_by("line_id").values_list("amount", flat=True)
    assert [str(share) for share in shares] == parts
    worth = worth_of([line.product_id for line in lines]).values()
    assert round(sum(each.fifo for each in worth), 2) == 190
    assert list(check_books()) == []


@given(st.decimals(0, 10**6, places=2), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_no_cent_is_lost_and_no_part_is_off_by_more_than_one(amount, weights):
    parts = share_out(amount, weights)
    assert sum(parts) == amount
    total = sum(weights) or len(weights)
    for part, weight in zip(parts, weights if sum(weights) else [1] * len(weights), strict=True):
        assert abs(part - amount * weight / total) < Decimal("0.01")
    assert share_out(-amount, weights) == [-part for part in parts]


def test_a_corrected_receipt_costs_what_it_would_have(desk):
    receipt = desk.receive(10, "50", 0)
    sold = desk.sell(4, 1)
    desk.receive(6, "70", 2)
    desk.correct(receipt, 9, "55", 3)
    # Hour 2: (5 × 55 + 6 × 70) ÷ 11 = 63.1818.
    assert (desk.average, desk.free()) == (Decimal("63.1818"), 11)
    assert desk.layers() == [(5, 55), (6, 70)]
    line = receipt.lines.get()
    assert (line.quantity, line.unit_cost) == (9, 55)
    moves = line.move.corrections.order_by("pk").values_list("quantity", "unit_cost", "at")
    assert list(moves) == [(-10, 50, at(0)), (9, 55, at(0))]
    assert issue_costs([sold])[sold] == (4, 200, 220, 220)
    assert desk.correct(receipt, 9, "55", 3) is None
    assert recompute_costs([desk.product.pk], at=at(9)) == []
    assert list(check_books()) == []


def test_a_line_that_never_came_is_corrected_away_and_its_charges_go_to_the_others(desk):
    other = ProductFactory()
    lines = [ReceiptLine(desk.product.pk, 5, Decimal(10)), ReceiptLine(other.pk, 5, Decimal(30))]
    receipt = receive_goods(desk.shop, lines, by=None, at=at(0))
    desk.charge(receipt, "34", 1)
    mine, theirs = receipt.lines.order_by("pk")
    said: dict[str, Any] = {"reason": "double", "by": None, "at": at(2)}
    correct_receipt_line(mine, quantity=0, unit_cost=Decimal(10), reference="a", **said)
    assert (desk.layers(), desk.free(), LandedShare.objects.get().amount) == ([], 0, 34)
    assert ProductCost.objects.get(product=other).average == Decimal("36.8")
    with pytest.raises(Refusal, match="Take back the charges first"):
        correct_receipt_line(theirs, quantity=0, unit_cost=Decimal(30), reference="b", **said)
    correct_receipt_line(mine, quantity=2, unit_cost=Decimal(10), reference="c", **said)
    assert desk.layers() == [(2, 12)]
    assert list(check_books()) == []


def test_what_was_sold_can_not_be_corrected_away(desk):
    receipt = desk.receive(5, "10", 0)
    desk.sell(4, 1)
    with pytest.raises(Refusal, match="A12 combo: only 1 of them are here and free; 2 can't be taken off"):
        desk.correct(receipt, 3, "10", 2)
    with pytest.raises(Refusal, match="no cost of one piece"):
        desk.correct(receipt, 5, "10.00001", 2)
    assert (desk.free(), desk.layers()) == (1, [(1, 10)])


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "1e10"])
def test_an_absurd_charge_is_refused(desk, amount):
    with pytest.raises(Refusal, match="no amount to put onto a receipt"):
        desk.charge(desk.receive(5, "10", 0), amount, 1)


def test_clocks_that_differ_by_seconds_make_no_history(desk):
    """A sale that waited for a receipt says an earlier time; it still comes after it."""
    desk.receive(4, "10", 0)
    desk.receive(4, "20", 1)
    sold = desk.sell(4, 1 - 30 / 3600)
    assert StockMove.objects.get(reference=sold).at == at(1)
    assert issue_costs([sold])[sold] == (4, 60, 60, 40)
    assert not CostVariance.objects.exists()


class History(Desk):
    """Does what is asked as far as it can be done, and keeps the facts for the plain rule."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Fact] = []
        self.moves: list[str] = []
        self.receipts: list[tuple[Any, Fact]] = []
        self.charges: list[tuple[Any, Fact]] = []

    def note(self, fact: Fact, reference: str = "") -> Fact:
        self.facts.append(fact)
        self.moves.append(reference)
        return fact

    def do_receive(self, pieces: int, cost: int, hour: int) -> None:
        receipt = self.receive(pieces, str(cost), hour)
        self.receipts.append((receipt, self.note(Fact(hour, pieces, Decimal(cost)))))

    def do_take(self, pieces: int, sold: int, hour: int) -> None:
        if pieces := min(pieces, self.free()):
            reference = self.sell(pieces, hour) if sold else self.adjust(-pieces, hour)
            booked = StockMove.objects.get(reference=reference).unit_cost
            self.note(Fact(hour, -pieces, booked=booked), reference)

    def do_find(self, pieces: int, returned: int, hour: int) -> None:
        reference = self.give_back(pieces, hour) if returned else self.adjust(pieces, hour)
        self.note(Fact(hour, pieces), reference)

    def do_return(self, pieces: int, which: int, hour: int) -> None:
        sales = [place for place, name in enumerate(self.moves) if name.startswith("sale:")]
        if not sales:
            return
        place = sales[which % len(sales)]
        back = sum(fact.pieces for fact in self.facts if fact.back == place)
        if pieces := min(pieces, -self.facts[place].pieces - back):
            hour = max(hour, self.facts[place].hour)
            self.note(Fact(hour, pieces, back=place), self.give_back(pieces, hour, self.moves[place]))

    def do_charge(self, which: int, amount: int, hour: int) -> None:
        receipt, fact = self.receipts[which % len(self.receipts)]
        if fact.pieces:
            charge = self.charge(receipt, str(round(Decimal(amount) / 7, 2)), hour)
            self.charges.append((charge, fact))
            fact.charges += charge.amount

    def do_take_back(self, which: int, _amount: int, hour: int) -> None:
        if self.charges:
            charge, fact = self.charges.pop(which % len(self.charges))
            take_back_charge(charge, note="wrong", by=None, at=at(hour))
            fact.charges -= charge.amount

    def do_correct(self, which: int, cost: int, pieces: int) -> None:
        receipt, fact = self.receipts[which % len(self.receipts)]
        fact.pieces = max(pieces, fact.pieces - self.free(), 1 if fact.charges else 0)
        fact.cost = Decimal(cost)
        self.correct(receipt, fact.pieces, str(cost), 20)


amounts, hours = st.integers(1, 9), st.integers(0, 9)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), amounts, st.integers(0, 50), hours),
        st.tuples(st.sampled_from(["take", "find"]), amounts, st.integers(0, 1), hours),
        st.tuples(st.just("return"), amounts, hours, hours),
        st.tuples(st.sampled_from(["charge", "take_back"]), hours, st.integers(1, 999), hours),
        st.tuples(st.just("correct"), hours, st.integers(0, 60), hours),
    ),
    max_size=10,
)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_any_history_costs_what_it_would_have_in_true_order(steps):
    desk = History()
    for verb, *values in [("receive", 5, 10, 4), *steps]:
        getattr(desk, f"do_{verb}")(*values)
    expected = tell(desk.facts)
    worth = worth_of([desk.product.pk])[desk.product.pk]
    assert worth.pieces == desk.free() == sum(fact.pieces for fact in desk.facts)
    assert desk.layers() == [(pieces, cost.normalize()) for pieces, cost in expected.layers]
    assert worth.fifo == sum(pieces * cost for pieces, cost in expected.layers)
    assert desk.average == expected.average
    costs = issue_costs(desk.moves)
    for place, (average, fifo) in expected.issued.items():
        cost = costs[desk.moves[place]]
        assert cost.fifo == fifo
        assert not average or cost.average == cost.pieces * average
    assert recompute_costs([desk.product.pk], at=at(30)) == []
    assert list(check_books()) == []
