"""Photos of a product: from a file or the camera, ordered, taken off and put back; and the pictures themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import Refusal
from core.keys import read_key
from core.screens import Crumb, Screen
from inventory import operations
from inventory.models import Product, ProductPhoto

from .products import STOCK

CHANGE = "inventory.change_product"
ACCEPT = "image/jpeg,image/png,image/webp"
MOST_AT_ONCE = 20


class ProductPhotos(Screen):
    model = Product
    permission_required = "inventory.view_product"
    template_name = "inventory/product_photos.html"

    def get_title(self) -> str:
        return gettext_now("Photos")

    def get_crumbs(self) -> list[Crumb]:
        return [STOCK, Crumb(str(self.product), "inventory:product_detail", (self.product.pk,))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.product = self.get_object()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        photos = list(self.product.photos.select_related("by", "removed_by"))
        user: Any = self.request.user
        return super().get_context_data(
            product=self.product,
            photos=[photo for photo in photos if photo.removed_at is None],
            removed=[photo for photo in photos if photo.removed_at is not None],
            may_change=user.has_perm(CHANGE),
            accept=ACCEPT,
            **kwargs,
        )


class ProductPhotosArrange(Screen):
    """Photos added, put in order, taken off and put back."""

    model = Product
    permission_required = CHANGE
    title = _("Photos")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Files, or `do=first:7`, `earlier:7`, `later:7`, `remove:7`, `restore:7`."""
        self.product = self.get_object()
        if request.FILES:
            self._add(request)
        else:
            verb, _colon, pk = request.POST.get("do", "").partition(":")
            photo = get_object_or_404(self.product.photos, pk=read_key(pk))
            try:
                self._change(verb, photo)
            except Refusal as refusal:
                messages.error(request, refusal.text)
        return HttpResponseRedirect(reverse("inventory:product_photos", args=[self.product.pk]))

    def _add(self, request: HttpRequest) -> None:
        added = 0
        for file in request.FILES.getlist("photo")[:MOST_AT_ONCE]:
            try:
                operations.add_photo(self.product, file, by=request.user, at=timezone.now())
                added += 1
            except Refusal as refusal:
                messages.error(request, f"{file.name}: {refusal.text}")
        if added:
            messages.success(request, ngettext("%d photo added.", "%d photos added.", added) % added)

    def _change(self, verb: str, photo: ProductPhoto) -> None:
        rows = list(self.product.photos.filter(removed_at=None).values_list("pk", flat=True))
        place = rows.index(photo.pk) if photo.pk in rows else 0
        if verb == "first":
            operations.place_photo(photo, 0)
        elif verb in {"earlier", "later"}:
            operations.place_photo(photo, max(0, place + (1 if verb == "later" else -1)))
        elif verb == "remove":
            operations.remove_photo(photo, by=self.request.user, at=timezone.now())
        elif verb == "restore":
            operations.restore_photo(photo)


class ProductPicture(Screen):
    """The picture of a photo for lists: drawn anew, never the file that was sent. It never changes."""

    queryset = ProductPhoto.objects.all()
    permission_required = "inventory.view_product"
    title = _("Photo")
    size = "small"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        photo = self.get_object()
        try:
            file = getattr(photo, self.size).open("rb")
        except OSError as error:
            raise Http404 from error
        safe = {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=31536000, immutable",
        }
        return FileResponse(file, content_type="image/jpeg", headers=safe)


class LargePicture(ProductPicture):
    """The picture to look at."""

    size = "large"
