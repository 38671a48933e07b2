"""Roles as code, and the groups that migrate makes of them."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.operations import create_user, sync_roles
from accounts.roles import ROLES, Visibility
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def permissions_of(group: Group) -> set[str]:
    return {
        f"{app}.{codename}"
        for app, codename in group.permissions.values_list("content_type__app_label", "codename")
    }


def test_migrate_made_a_group_of_every_role_with_exactly_its_permissions():
    groups = {group.name: permissions_of(group) for group in Group.objects.all()}
    assert groups == {role.name: set(role.permissions) for role in ROLES.values()}


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_every_permission_of_a_role_exists(role):
    known = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert sorted(role.permissions - known) == []


def test_syncing_takes_away_what_the_code_does_not_grant():
    group = Group.objects.get(name="Storekeeper")
    extra = Permission.objects.get(codename="delete_customer", content_type__app_label="customers")
    group.permissions.add(extra)
    sync_roles()
    assert permissions_of(group) == set(ROLES["Storekeeper"].permissions)


@pytest.mark.parametrize(
    ("role", "sees", "authority"),
    [
        ("Sales representative", Visibility.OWN, Decimal(0)),
        ("Sales manager", Visibility.TEAM, Decimal(200000)),
        ("Credit controller", Visibility.ALL, Decimal(50000)),
        ("Storekeeper", Visibility.ALL, Decimal(0)),
        ("Advertising manager", Visibility.ALL, Decimal(0)),
        ("Support agent", Visibility.ALL, Decimal(0)),
        ("Accountant", Visibility.ALL, Decimal(0)),
    ],
)
def test_a_role_says_how_far_a_person_sees_and_may_approve(role, sees, authority):
    user = UserFactory(role=role)
    assert (user.sees, user.authority) == (sees, authority)


def test_the_widest_role_counts():
    user = UserFactory(roles=["Sales manager", "Credit controller"])
    assert (user.sees, user.authority) == (Visibility.ALL, Decimal(200000))


def test_nobody_s_role_sees_only_its_own_and_approves_nothing():
    user = UserFactory()
    assert (user.role_names, user.sees, user.authority) == ([], Visibility.OWN, Decimal(0))


def test_a_super_admin_sees_all_and_approves_without_bound():
    user = UserFactory(is_superuser=True)
    assert (user.sees, user.authority) == (Visibility.ALL, None)


def test_a_group_that_is_no_role_gives_no_sight():
    user = UserFactory()
    user.groups.add(Group.objects.create(name="Friends"))
    assert (user.role_names, user.sees) == ([], Visibility.OWN)


def test_create_user_gives_the_roles_by_name():
    user = create_user("Asha@Example.com", "Asha", password="a-long-password", roles=["Storekeeper"])
    assert user.email == "asha@example.com"
    assert user.role_names == ["Storekeeper"]
    assert user.has_perm("inventory.receive_goods")
    assert not user.has_perm("orders.confirm_order")


def test_create_user_refuses_a_role_that_does_not_exist():
    with pytest.raises(KeyError):
        create_user("b@example.com", "B", password=None, roles=["Emperor"])
