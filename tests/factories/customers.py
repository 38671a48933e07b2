"""Who we sell to."""

import factory

from customers.models import Address, Contact, Customer, Segment

from .accounts import UserFactory


class CustomerFactory(factory.django.DjangoModelFactory):
    """A shop with a phone, an e-mail address and a sales representative; `representative=None` for one of nobody."""

    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"Shop {n}")
    phone = factory.Sequence(lambda n: f"+9198{n:08d}")
    email = factory.Sequence(lambda n: f"shop{n}@example.com")
    representative = factory.SubFactory(UserFactory, role="Sales representative")


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    customer = factory.SubFactory(CustomerFactory)
    name = factory.Sequence(lambda n: f"Contact {n}")
    designation = "Owner"
    phone = factory.Sequence(lambda n: f"+9197{n:08d}")


class AddressFactory(factory.django.DjangoModelFactory):
    """A billing address, the default of its kind; `kind="shipping"` for the other."""

    class Meta:
        model = Address

    customer = factory.SubFactory(CustomerFactory)
    kind = "billing"
    is_default = True
    street = factory.Sequence(lambda n: f"{n} Station Road")
    city = "Mumbai"
    state = "Maharashtra"
    postal_code = "400001"
    country = "IN"


class SegmentFactory(factory.django.DjangoModelFactory):
    """`customers=[…]` puts them in."""

    class Meta:
        model = Segment
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Segment {n}")

    @factory.post_generation
    def customers(self, create, extracted, **kwargs):
        for customer in extracted or []:
            self.memberships.create(customer=customer, entered_on="2026-01-01", reason="made by a test")
