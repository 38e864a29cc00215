"""Addresses of the back office: nouns, with special actions as sub-resources."""

from django.urls import path

from . import orders_list, record_lists

app_name = "backoffice"

urlpatterns = [
    path("orders/", orders_list.orders, name="orders"),
    path("customers/", record_lists.customers, name="customers"),
    path("products/", record_lists.products, name="products"),
    path("invoices/", record_lists.invoices, name="invoices"),
    path("payments/", record_lists.payments, name="payments"),
]
