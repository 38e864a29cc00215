"""Addresses of the customer portal."""

from django.urls import path

from . import closure, invoices, links, orders, preview, statements

app_name = "portal"

urlpatterns = [
    path("", orders.home, name="home"),
    path("orders/<order_number:number>/", orders.order, name="order"),
    path("orders/<order_number:number>/pdf/", orders.order_pdf, name="order_pdf"),
    path("orders/<order_number:number>/acceptance/", orders.acceptance, name="acceptance"),
    path("orders/<order_number:number>/messages/", orders.message, name="messages"),
    path("orders/<order_number:number>/closure/", closure.closure, name="closure"),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<int:pk>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("statement/", statements.statement, name="statement"),
    path("statement/pdf/", statements.statement_pdf, name="statement_pdf"),
    path("link/<token>/", links.link, name="link"),
    path("leaving/", links.leaving, name="leaving"),
    path("preview/<order_number:number>/", preview.preview, name="preview"),
]
