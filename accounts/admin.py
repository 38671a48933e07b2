"""Users, teams and roles in the admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from .models import Team, User

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ModelAdmin):
    """Roles, read-only: `accounts/roles.py` is what counts and `migrate` writes them here."""

    readonly_fields = ["name", "permissions"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Team)
class TeamAdmin(ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["name", "email", "team", "is_active", "is_staff"]
    list_filter = ["is_active", "groups", "team"]
    search_fields = ["name", "email", "phone"]
    ordering = ["name"]
    readonly_fields = ["joined_at", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "phone", "language"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "team"]}),
        ("Dates", {"fields": ["joined_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "name", "password1", "password2"]})]
