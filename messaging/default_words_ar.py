"""The words a new installation starts with, in Arabic as traders write it, with the digits of invoices."""

from __future__ import annotations

from .default_words import Words

ARABIC: dict[str, Words] = {
    "invoice_issued": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nفاتورتك *{{number}}* بمبلغ *{{total}}* جاهزة. تاريخ الاستحقاق {{due_on}}.\n\n"
            "لعرضها وتنزيلها ودفعها:\n{{link}}\n\nشكرًا لطلبك."
        ),
        sms="{{company}}: الفاتورة {{number}} بمبلغ {{total}} جاهزة، تستحق في {{due_on}}. للعرض والدفع: {{link}}",
        subject="الفاتورة {{number}} من {{company}}",
        email=(
            "مرحبًا {{customer}}،\n\nفاتورتك {{number}} بمبلغ {{total}} جاهزة. تاريخ الاستحقاق {{due_on}}، "
            "والمتبقي منها {{outstanding}}.\n\nلعرضها وتنزيلها ودفعها:\n{{link}}\n\nشكرًا لطلبك.\n{{company}}"
        ),
    ),
    "document_issued": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\n{{document}} *{{number}}* بمبلغ *{{total}}* جاهز لك. "
            "اقرأه واحتفظ به من هنا:\n{{link}}\n\nهل من خطأ؟ أجب على هذه الرسالة."
        ),
        sms="{{company}}: {{document}} {{number}} بمبلغ {{total}}: {{link}}",
        subject="{{document}} {{number}} من {{company}}",
        email=(
            "مرحبًا {{customer}}،\n\n{{document}} {{number}} بمبلغ {{total}} جاهز لك. "
            "اقرأه واحتفظ به من هنا:\n{{link}}\n\nهل من خطأ؟ اكتب إلينا.\n{{company}}"
        ),
    ),
    "payment_received": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nوصلتنا دفعتك *{{amount}}*، الإيصال {{number}}. رصيدك المستحق الآن *{{balance}}*."
            "\n\nفواتيرك المفتوحة:\n{{link}}\n\nشكرًا لك."
        ),
        sms="{{company}}: استلمنا {{amount}}، الإيصال {{number}}. الرصيد المستحق {{balance}}. {{link}}",
        subject="استلمنا دفعتك، الإيصال {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nوصلتنا دفعتك {{amount}}، الإيصال {{number}}. رصيدك المستحق الآن {{balance}}.\n\n"
            "فواتيرك المفتوحة:\n{{link}}\n\nشكرًا لك.\n{{company}}"
        ),
    ),
    "cheque_bounced": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nأعاد البنك شيكك *{{number}}* ({{bank}}) بمبلغ *{{amount}}*: {{reason}}\n\n"
            "عادت الفواتير التي سدّدها مفتوحة، ورصيدك المستحق *{{balance}}*. يُرجى الدفع من هنا:\n{{link}}\n\n"
            "هل من خطأ؟ أجب على هذه الرسالة."
        ),
        sms="{{company}}: أُعيد شيكك {{number}} بمبلغ {{amount}}: {{reason}}. الرصيد المستحق {{balance}}. {{link}}",
        subject="أُعيد شيكك {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nأعاد البنك شيكك {{number}} ({{bank}}) بمبلغ {{amount}}: {{reason}}\n\n"
            "عادت الفواتير التي سدّدها مفتوحة، ورصيدك المستحق {{balance}}. يُرجى الدفع من هنا:\n{{link}}\n\n"
            "هل من خطأ؟ اكتب إلينا.\n{{company}}"
        ),
    ),
    "statement": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nكشف حسابك عن {{days}}: رصيدك المستحق *{{balance}}*.\n\n"
            "اطّلع عليه واحتفظ به وادفع من هنا:\n{{link}}\n\nهل من خطأ؟ أجب على هذه الرسالة."
        ),
        sms="{{company}}: كشف الحساب عن {{days}}، الرصيد {{balance}}. {{link}}",
        subject="كشف الحساب عن {{days}}",
        email=(
            "مرحبًا {{customer}}،\n\nكشف حسابك عن {{days}}: رصيدك المستحق {{balance}}.\n\n"
            "اطّلع عليه واحتفظ به وادفع من هنا:\n{{link}}\n\nهل من خطأ؟ اكتب إلينا.\n{{company}}"
        ),
    ),
    "link_renewed": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nهذا رابطك الجديد إلى فواتيرك ورصيدك:\n{{link}}\n\n"
            "إن لم تطلبه فلا حاجة إلى فعل شيء."
        ),
        sms="{{company}}: رابطك الجديد إلى فواتيرك ورصيدك: {{link}}",
        subject="رابطك الجديد من {{company}}",
        email=(
            "مرحبًا {{customer}}،\n\nهذا رابطك الجديد إلى فواتيرك ورصيدك:\n{{link}}\n\n"
            "إن لم تطلبه فلا حاجة إلى فعل شيء.\n{{company}}"
        ),
    ),
    "dispute_answered": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nبشأن ما أخبرتنا به عن الفاتورة *{{number}}*: {{outcome}}\n\n{{answer}}\n\n"
            "اطّلع على الفاتورة من هنا:\n{{link}}\n\nألا يزال هناك خطأ؟ أجب على هذه الرسالة."
        ),
        sms="{{company}}: الفاتورة {{number}}: {{outcome}} {{answer}} {{link}}",
        subject="ردّنا بشأن الفاتورة {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nبشأن ما أخبرتنا به عن الفاتورة {{number}}: {{outcome}}\n\n{{answer}}\n\n"
            "اطّلع على الفاتورة من هنا:\n{{link}}\n\nألا يزال هناك خطأ؟ اكتب إلينا.\n{{company}}"
        ),
    ),
    "order_confirmed": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nتأكد طلبك *{{number}}*: عدد القطع {{pieces}} بمبلغ *{{total}}*.\n\nنجهّزه الآن."
        ),
        sms="{{company}}: تأكد الطلب {{number}}، عدد القطع {{pieces}} بمبلغ {{total}}.",
        subject="تأكد الطلب {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nتأكد طلبك {{number}}: عدد القطع {{pieces}} بمبلغ {{total}}."
            "\n\nنجهّزه الآن.\n{{company}}"
        ),
    ),
    "order_held": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nطلبك *{{number}}* بمبلغ {{total}} في انتظار الموافقة. {{reason}}\n\n"
            "سنكتب لك فور اتخاذ القرار."
        ),
        sms="{{company}}: الطلب {{number}} بمبلغ {{total}} في انتظار الموافقة. {{reason}}",
        subject="الطلب {{number}} في انتظار الموافقة",
        email=(
            "مرحبًا {{customer}}،\n\nطلبك {{number}} بمبلغ {{total}} في انتظار الموافقة. {{reason}}\n\n"
            "سنكتب لك فور اتخاذ القرار.\n{{company}}"
        ),
    ),
    "order_hold_rejected": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nتعذّر علينا تنفيذ طلبك *{{number}}* بمبلغ {{total}}. {{reason}}\n\n"
            "يرجى الاتصال بنا وسنجد حلًا."
        ),
        sms="{{company}}: تعذّر تنفيذ الطلب {{number}} بمبلغ {{total}}. {{reason}} يرجى الاتصال بنا.",
        subject="تعذّر تنفيذ الطلب {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nتعذّر علينا تنفيذ طلبك {{number}} بمبلغ {{total}}. {{reason}}\n\n"
            "يرجى الاتصال بنا وسنجد حلًا.\n{{company}}"
        ),
    ),
}
