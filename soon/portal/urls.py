"""Addresses of the customer portal."""

from django.urls import path

from . import closure, invoices, links, offers, orders, preview, receipts, statements

app_name = "portal"

urlpatterns = [
    path("", orders.home, name="home"),
    path("orders/<order_number:number>/", orders.order, name="order"),
    path("orders/<order_number:number>/pdf/", orders.order_pdf, name="order_pdf"),
    path("orders/<order_number:number>/acceptance/", orders.acceptance, name="acceptance"),
    path("orders/<order_number:number>/messages/", orders.message, name="messages"),
    path("orders/<order_number:number>/closure/", closure.closure, name="closure"),
    path("orders/<order_number:number>/closure/visit/", closure.close_visit, name="close_visit"),
    path("orders/<order_number:number>/closure/undo/", closure.closure_undo, name="closure_undo"),
    path("orders/<order_number:number>/closure/reason/", closure.closure_reason, name="closure_reason"),
    path("orders/<order_number:number>/closure/offer/", offers.offer, name="offer"),
    path("orders/<order_number:number>/closure/offer/acceptance/", offers.offer_acceptance, name="offer_acceptance"),
    path("orders/<order_number:number>/closure/receipt/", receipts.closure_receipt, name="closure_receipt"),
    path("orders/<order_number:number>/resuming/", closure.resuming, name="resuming"),
    path("exit-package/", receipts.exit_package, name="exit_package"),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<int:pk>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("statement/", statements.statement, name="statement"),
    path("statement/pdf/", statements.statement_pdf, name="statement_pdf"),
    path("link/<token>/", links.link, name="link"),
    path("leaving/", links.leaving, name="leaving"),
    path("preview/<order_number:number>/", preview.preview, name="preview"),
]
