"""The words a new installation reminds with, by language: friendly before the due date, then plainer, never rude."""

from __future__ import annotations

from .default_words import Words

ENGLISH: dict[str, Words] = {
    "dunning_friendly": Words(
        whatsapp=(
            "Hello {{customer}},\n\na friendly reminder: *{{amount}}* is due on {{due_on}} ({{invoices}}).\n\n"
            "See it and pay it here:\n{{link}}\n\nPaid already? Then thank you, and forget this message."
        ),
        sms="{{company}}: {{amount}} is due on {{due_on}} ({{invoices}}). See and pay: {{link}}",
        subject="{{amount}} is due on {{due_on}}",
        email=(
            "Hello {{customer}},\n\na friendly reminder: {{amount}} is due on {{due_on}} ({{invoices}}).\n\n"
            "See it and pay it here:\n{{link}}\n\nPaid already? Then thank you, and forget this message.\n{{company}}"
        ),
    ),
    "dunning_first": Words(
        whatsapp=(
            "Hello {{customer}},\n\nit may have slipped through: *{{amount}}* is overdue, {{count}} "
            "({{invoices}}). The oldest was due on {{due_on}}.\n\nSee them and pay here:\n{{link}}\n\n"
            "Is something not right? Answer this message."
        ),
        sms="{{company}}: {{amount}} is overdue since {{due_on}} ({{invoices}}). See and pay: {{link}}",
        subject="Reminder: {{amount}} is overdue",
        email=(
            "Hello {{customer}},\n\nit may have slipped through: {{amount}} is overdue, {{count}} ({{invoices}}). "
            "The oldest was due on {{due_on}}.\n\nSee them and pay here:\n{{link}}\n\n"
            "Is something not right? Write to us.\n{{company}}"
        ),
    ),
    "dunning_second": Words(
        whatsapp=(
            "Hello {{customer}},\n\n*{{amount}}* is still open, {{count}} ({{invoices}}), the oldest {{days}} late. "
            "Please pay now, or tell us by when you will.\n\nPay here:\n{{link}}\n\nCall us to talk about it."
        ),
        sms="{{company}}: {{amount}} still open, {{days}} late ({{invoices}}). Please pay now: {{link}}",
        subject="Second reminder: {{amount}} is {{days}} late",
        email=(
            "Hello {{customer}},\n\n{{amount}} is still open, {{count}} ({{invoices}}); the oldest is {{days}} late. "
            "Please pay now, or tell us by when you will.\n\nPay here:\n{{link}}\n\n"
            "Call us if you need to talk about it.\n{{company}}"
        ),
    ),
    "dunning_last": Words(
        whatsapp=(
            "Hello {{customer}},\n\nthis is our last notice: *{{amount}}* has not been paid, {{count}} "
            "({{invoices}}); the oldest is {{days}} late. Until it is paid we can't deliver on credit.\n\n"
            "Pay here:\n{{link}}\n\nPlease call us today."
        ),
        sms="{{company}}: LAST NOTICE. {{amount}} is {{days}} late ({{invoices}}). Pay today: {{link}} or call us.",
        subject="Last notice: {{amount}} is {{days}} late",
        email=(
            "Hello {{customer}},\n\nthis is our last notice: {{amount}} has not been paid, {{count}} ({{invoices}}); "
            "the oldest is {{days}} late. Until it is paid we can't deliver on credit.\n\nPay here:\n{{link}}\n\n"
            "Please call us today.\n{{company}}"
        ),
    ),
}

HINDI: dict[str, Words] = {
    "dunning_friendly": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nएक छोटी सी याद: *{{amount}}* का भुगतान {{due_on}} तक करना है ({{invoices}})।\n\n"
            "यहाँ देखें और भुगतान करें:\n{{link}}\n\nभुगतान कर चुके हैं? तो धन्यवाद, इस संदेश को भूल जाइए।"
        ),
        sms="{{company}}: {{amount}} का भुगतान {{due_on}} तक ({{invoices}})। देखें और भुगतान करें: {{link}}",
        subject="{{amount}} का भुगतान {{due_on}} तक",
        email=(
            "नमस्ते {{customer}},\n\nएक छोटी सी याद: {{amount}} का भुगतान {{due_on}} तक करना है ({{invoices}})।\n\n"
            "यहाँ देखें और भुगतान करें:\n{{link}}\n\nभुगतान कर चुके हैं? तो धन्यवाद, इस संदेश को भूल जाइए।\n{{company}}"
        ),
    ),
    "dunning_first": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nशायद ध्यान से रह गया: *{{amount}}* की तारीख़ निकल चुकी है, {{count}} ({{invoices}})। "
            "सबसे पुरानी तारीख़ {{due_on}} थी।\n\nयहाँ देखें और भुगतान करें:\n{{link}}\n\n"
            "कुछ ग़लत लगे तो इसी संदेश का जवाब दें।"
        ),
        sms="{{company}}: {{amount}} की तारीख़ {{due_on}} को निकल गई ({{invoices}})। देखें और भुगतान करें: {{link}}",
        subject="याद दिलाना: {{amount}} की तारीख़ निकल चुकी है",
        email=(
            "नमस्ते {{customer}},\n\nशायद ध्यान से रह गया: {{amount}} की तारीख़ निकल चुकी है, {{count}} ({{invoices}})। "
            "सबसे पुरानी तारीख़ {{due_on}} थी।\n\nयहाँ देखें और भुगतान करें:\n{{link}}\n\n"
            "कुछ ग़लत लगे तो हमें लिखें।\n{{company}}"
        ),
    ),
    "dunning_second": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\n*{{amount}}* अब भी बाक़ी है, {{count}} ({{invoices}}); सबसे पुराना {{days}} लेट है। "
            "कृपया अभी भुगतान करें, या बताएँ कब तक करेंगे।\n\nयहाँ भुगतान करें:\n{{link}}\n\n"
            "बात करनी हो तो हमें फ़ोन करें।"
        ),
        sms="{{company}}: {{amount}} अब भी बाक़ी, {{days}} लेट ({{invoices}})। कृपया अभी भुगतान करें: {{link}}",
        subject="दूसरी याद: {{amount}} {{days}} लेट है",
        email=(
            "नमस्ते {{customer}},\n\n{{amount}} अब भी बाक़ी है, {{count}} ({{invoices}}); सबसे पुराना {{days}} लेट है। "
            "कृपया अभी भुगतान करें, या बताएँ कब तक करेंगे।\n\nयहाँ भुगतान करें:\n{{link}}\n\n"
            "बात करनी हो तो हमें फ़ोन करें।\n{{company}}"
        ),
    ),
    "dunning_last": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nयह हमारी आख़िरी सूचना है: *{{amount}}* का भुगतान नहीं हुआ, {{count}} ({{invoices}}); "
            "सबसे पुराना {{days}} लेट है। भुगतान होने तक हम उधार पर माल नहीं दे सकते।\n\nयहाँ भुगतान करें:\n{{link}}\n\n"
            "कृपया आज ही हमें फ़ोन करें।"
        ),
        sms="{{company}}: आख़िरी सूचना। {{amount}}, {{days}} लेट ({{invoices}})। आज भुगतान करें: {{link}} या फ़ोन करें।",
        subject="आख़िरी सूचना: {{amount}} {{days}} लेट है",
        email=(
            "नमस्ते {{customer}},\n\nयह हमारी आख़िरी सूचना है: {{amount}} का भुगतान नहीं हुआ, {{count}} ({{invoices}}); "
            "सबसे पुराना {{days}} लेट है। भुगतान होने तक हम उधार पर माल नहीं दे सकते।\n\nयहाँ भुगतान करें:\n{{link}}\n\n"
            "कृपया आज ही हमें फ़ोन करें।\n{{company}}"
        ),
    ),
}

ARABIC: dict[str, Words] = {
    "dunning_friendly": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nتذكير ودي: يستحق مبلغ *{{amount}}* بتاريخ {{due_on}} ({{invoices}}).\n\n"
            "للاطلاع والدفع:\n{{link}}\n\nإذا كنت قد دفعت فشكرًا لك، وتجاهل هذه الرسالة."
        ),
        sms="{{company}}: يستحق {{amount}} بتاريخ {{due_on}} ({{invoices}}). للاطلاع والدفع: {{link}}",
        subject="يستحق {{amount}} بتاريخ {{due_on}}",
        email=(
            "مرحبًا {{customer}}،\n\nتذكير ودي: يستحق مبلغ {{amount}} بتاريخ {{due_on}} ({{invoices}}).\n\n"
            "للاطلاع والدفع:\n{{link}}\n\nإذا كنت قد دفعت فشكرًا لك، وتجاهل هذه الرسالة.\n{{company}}"
        ),
    ),
    "dunning_first": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nربما فاتك الأمر: تأخر دفع *{{amount}}*، {{count}} ({{invoices}}). "
            "أقدمها استحق بتاريخ {{due_on}}.\n\nللاطلاع والدفع:\n{{link}}\n\nهل هناك خطأ؟ أجب على هذه الرسالة."
        ),
        sms="{{company}}: تأخر دفع {{amount}} منذ {{due_on}} ({{invoices}}). للاطلاع والدفع: {{link}}",
        subject="تذكير: تأخر دفع {{amount}}",
        email=(
            "مرحبًا {{customer}}،\n\nربما فاتك الأمر: تأخر دفع {{amount}}، {{count}} ({{invoices}}). "
            "أقدمها استحق بتاريخ {{due_on}}.\n\nللاطلاع والدفع:\n{{link}}\n\nهل هناك خطأ؟ اكتب لنا.\n{{company}}"
        ),
    ),
    "dunning_second": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nما زال *{{amount}}* غير مدفوع، {{count}} ({{invoices}})، أقدمها متأخر {{days}}."
            " نرجو الدفع الآن أو إخبارنا بموعد الدفع.\n\nللدفع:\n{{link}}\n\nاتصل بنا إذا أردت الحديث في الأمر."
        ),
        sms="{{company}}: ما زال {{amount}} غير مدفوع، متأخر {{days}} ({{invoices}}). نرجو الدفع الآن: {{link}}",
        subject="تذكير ثانٍ: {{amount}} متأخر {{days}}",
        email=(
            "مرحبًا {{customer}}،\n\nما زال مبلغ {{amount}} غير مدفوع، {{count}} ({{invoices}})، أقدمها متأخر {{days}}."
            " نرجو الدفع الآن أو إخبارنا بموعد الدفع.\n\nللدفع:\n{{link}}\n\n"
            "اتصل بنا إذا أردت الحديث في الأمر.\n{{company}}"
        ),
    ),
    "dunning_last": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nهذا إشعارنا الأخير: لم يُدفع مبلغ *{{amount}}*، {{count}} ({{invoices}})، "
            "وأقدمها متأخر {{days}}. لا يمكننا البيع بالآجل حتى يتم الدفع.\n\nللدفع:\n{{link}}\n\n"
            "نرجو الاتصال بنا اليوم."
        ),
        sms="{{company}}: إشعار أخير. {{amount}} متأخر {{days}} ({{invoices}}). ادفع اليوم: {{link}} أو اتصل بنا.",
        subject="إشعار أخير: {{amount}} متأخر {{days}}",
        email=(
            "مرحبًا {{customer}}،\n\nهذا إشعارنا الأخير: لم يُدفع مبلغ {{amount}}، {{count}} ({{invoices}})، "
            "وأقدمها متأخر {{days}}. لا يمكننا البيع بالآجل حتى يتم الدفع.\n\nللدفع:\n{{link}}\n\n"
            "نرجو الاتصال بنا اليوم.\n{{company}}"
        ),
    ),
}
