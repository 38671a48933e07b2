"""Doors of money owed: receivables for people who log in, `/r/` for retailers with a link."""

from django.urls import path

from . import views

app_name = "credit"
urlpatterns = [
    path("receivables/", views.InvoiceList.as_view(), name="invoice_list"),
    path("receivables/invoices/<int:pk>/", views.InvoiceDetail.as_view(), name="invoice_detail"),
    path("receivables/invoices/<int:pk>/pdf/", views.InvoicePdf.as_view(), name="invoice_pdf"),
    path("receivables/invoices/<int:pk>/paper/", views.InvoicePaper.as_view(), name="invoice_paper"),
    path("receivables/invoices/<int:pk>/sheet/", views.InvoiceSheet.as_view(), name="invoice_sheet"),
    path("receivables/invoices/<int:pk>/send/", views.InvoiceSend.as_view(), name="invoice_send"),
    path("receivables/invoices/<int:pk>/link/", views.LinkMake.as_view(), name="link_make"),
    path("receivables/invoices/<int:pk>/take-back/", views.CreditNoteAdd.as_view(), name="credit_note_add"),
    path("receivables/credit-notes/<int:pk>/pdf/", views.CreditNotePdf.as_view(), name="credit_note_pdf"),
    path("receivables/customers/<int:pk>/links/", views.LinksPanel.as_view(), name="links_panel"),
    path(
        "receivables/customers/<int:pk>/links/make/",
        views.AccountLinkMake.as_view(),
        name="account_link_make",
    ),
    path("receivables/customers/<int:pk>/links/end/", views.LinksRevoke.as_view(), name="links_revoke"),
    path("receivables/links/<int:pk>/revoke/", views.LinkRevoke.as_view(), name="link_revoke"),
    path("receivables/links/<int:pk>/replace/", views.LinkReplace.as_view(), name="link_replace"),
    path("receivables/payments/", views.PaymentList.as_view(), name="payment_list"),
    path("receivables/payments/new/", views.PaymentAdd.as_view(), name="payment_add"),
    path("receivables/payments/<int:pk>/", views.PaymentDetail.as_view(), name="payment_detail"),
    path("receivables/payments/<int:pk>/reverse/", views.PaymentReverse.as_view(), name="payment_reverse"),
    path("receivables/promises/", views.PromiseList.as_view(), name="promise_list"),
    path("receivables/promises/<int:pk>/", views.PromiseDetail.as_view(), name="promise_detail"),
    path("receivables/promises/<int:pk>/withdraw/", views.PromiseWithdraw.as_view(), name="promise_withdraw"),
    path("receivables/customers/<int:pk>/promise/", views.PromiseAdd.as_view(), name="promise_add"),
    path("receivables/disputes/", views.DisputeList.as_view(), name="dispute_list"),
    path("receivables/disputes/<int:pk>/", views.DisputeDetail.as_view(), name="dispute_detail"),
    path("receivables/disputes/<int:pk>/uphold/", views.DisputeUphold.as_view(), name="dispute_uphold"),
    path("receivables/disputes/<int:pk>/reject/", views.DisputeReject.as_view(), name="dispute_reject"),
    path("receivables/disputes/<int:pk>/withdraw/", views.DisputeWithdraw.as_view(), name="dispute_withdraw"),
    path("receivables/invoices/<int:pk>/dispute/", views.DisputeAdd.as_view(), name="dispute_add"),
    path("receivables/ageing/", views.Ageing.as_view(), name="ageing"),
    path("receivables/ageing/<int:pk>/", views.AgeingDocuments.as_view(), name="ageing_documents"),
    path("receivables/customers/<int:pk>/panel/", views.CustomerPanel.as_view(), name="customer_panel"),
    path("receivables/customers/<int:pk>/figures/", views.CustomerFigures.as_view(), name="customer_figures"),
    path("receivables/customers/<int:pk>/rating/", views.RatingWhy.as_view(), name="rating"),
    path("receivables/customers/<int:pk>/change/", views.AccountChange.as_view(), name="account_change"),
    path("receivables/customers/<int:pk>/ledger/", views.Ledger.as_view(), name="ledger"),
    path("receivables/customers/<int:pk>/statement/", views.StatementPage.as_view(), name="statement"),
    path("receivables/customers/<int:pk>/statement/pdf/", views.StatementPdf.as_view(), name="statement_pdf"),
    path(
        "receivables/customers/<int:pk>/statement/send/", views.StatementSend.as_view(), name="statement_send"
    ),
    path("receivables/documents/<str:number>/", views.DocumentByNumber.as_view(), name="document"),
    path("r/<str:token>/", views.Retailer.as_view(), name="retailer"),
    path("r/<str:token>/ask/", views.RetailerAsk.as_view(), name="retailer_ask"),
    path("r/<str:token>/statement/", views.RetailerStatement.as_view(), name="retailer_statement"),
    path("r/<str:token>/statement/pdf/", views.RetailerStatementPdf.as_view(), name="retailer_statement_pdf"),
    path("r/<str:token>/pay/", views.RetailerPay.as_view(), name="retailer_pay"),
    path("r/<str:token>/<str:number>/", views.Retailer.as_view(), name="retailer_invoice"),
    path("r/<str:token>/pdf/<str:number>/", views.RetailerPdf.as_view(), name="retailer_pdf"),
    path("r/<str:token>/paid/<str:number>/", views.RetailerPaid.as_view(), name="retailer_paid"),
    path("webhooks/<slug:name>/", views.GatewayWebhook.as_view(), name="gateway_webhook"),
    path("receivables/online/", views.GatewayPaymentList.as_view(), name="gateway_payment_list"),
    path(
        "receivables/online/<int:pk>/settle/",
        views.GatewayPaymentSettle.as_view(),
        name="gateway_payment_settle",
    ),
]
