from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from credit.queries.retailer import OFFERS

        from .queries.shop import shop_offers

        if shop_offers not in OFFERS:
            OFFERS.append(shop_offers)
