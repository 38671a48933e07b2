"""Doors of reports."""

from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("books/", views.Books.as_view(), name="books"),
    path("books/verify/", views.BooksVerify.as_view(), name="books_verify"),
]
