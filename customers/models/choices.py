"""The words a customer record chooses from."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Gender(TextChoices):
    MALE = "male", _("male")
    FEMALE = "female", _("female")
    OTHER = "other", _("other")


class CustomerType(TextChoices):
    INDIVIDUAL = "individual", _("Individual")
    BUSINESS = "business", _("Business")
    WHOLESALER = "wholesaler", _("Wholesaler")
    VIP = "vip", _("VIP")
    GOVERNMENT = "government", _("Government")
    NGO = "ngo", _("NGO")


class Status(TextChoices):
    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    BLOCKED = "blocked", _("Blocked")
    BLACKLISTED = "blacklisted", _("Blacklisted")


class TaxTreatment(TextChoices):
    STANDARD = "standard", _("Standard")
    EXEMPT = "exempt", _("Exempt")
    EXPORT = "export", _("Export")


class PaymentMethod(TextChoices):
    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    BANK = "bank", _("Bank transfer")
    MOBILE_MONEY = "mobile_money", _("Mobile money")


class DeliveryMethod(TextChoices):
    PICKUP = "pickup", _("Pickup")
    COURIER = "courier", _("Courier")
    OWN_LOGISTICS = "own_logistics", _("Own logistics")


class Channel(TextChoices):
    """A way to reach a person. The order of the words is the usual order of preference."""

    WHATSAPP = "whatsapp", _("WhatsApp")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")


class ContactMethod(TextChoices):
    WHATSAPP = "whatsapp", _("WhatsApp")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone call")
    NOTIFICATION = "notification", _("Notification")


class AddressKind(TextChoices):
    BILLING = "billing", _("Billing")
    SHIPPING = "shipping", _("Shipping")
