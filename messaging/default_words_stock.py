"""What a new installation says of goods that wait, to customers, and of shortages, to its own people; by language."""

from __future__ import annotations

from .default_words import Words

ENGLISH: dict[str, Words] = {
    "backorder_expected": Words(
        whatsapp=(
            "Hello {{customer}},\n\nyour order *{{number}}* waits for goods. We expect:\n{{goods}}\n\n"
            "We write again when they are here. Your account:\n{{link}}\n\nQuestions? Answer this message."
        ),
        sms="{{company}}: order {{number}}, we expect {{goods}}. {{link}}",
        subject="When the rest of order {{number}} comes",
        email=(
            "Hello {{customer}},\n\nyour order {{number}} waits for goods. We expect:\n{{goods}}\n\n"
            "We write again when they are here. Your account:\n{{link}}\n\nQuestions? Write to us.\n{{company}}"
        ),
    ),
    "backorder_arrived": Words(
        whatsapp=(
            "Hello {{customer}},\n\ngoods that your order *{{number}}* waited for are here:\n{{goods}}\n\n"
            "We get them ready for you. Your account:\n{{link}}\n\nThank you for waiting."
        ),
        sms="{{company}}: here for order {{number}}: {{goods}}. {{link}}",
        subject="Goods for order {{number}} are here",
        email=(
            "Hello {{customer}},\n\ngoods that your order {{number}} waited for are here:\n{{goods}}\n\n"
            "We get them ready for you. Your account:\n{{link}}\n\nThank you for waiting.\n{{company}}"
        ),
    ),
    "order_closed_short": Words(
        whatsapp=(
            "Hello {{customer}},\n\nthese goods of your order *{{number}}* are not coming:\n{{goods}}\n\n"
            "You pay only for what was delivered. Your account:\n{{link}}\n\nQuestions? Answer this message."
        ),
        sms="{{company}}: not coming of order {{number}}: {{goods}}. You pay only what was delivered. {{link}}",
        subject="The rest of order {{number}} is not coming",
        email=(
            "Hello {{customer}},\n\nthese goods of your order {{number}} are not coming:\n{{goods}}\n\n"
            "You pay only for what was delivered. Your account:\n{{link}}\n\nQuestions? Write to us.\n{{company}}"
        ),
    ),
    "shortage_alert": Words(
        whatsapp="Low stock: {{goods}}\n\nSee what is short:\n{{link}}\n\nThis is told once.",
        sms="Low stock: {{goods}} {{link}}",
        subject="Low stock",
        email="Hello {{customer}},\n\n{{goods}}\n\nSee what is short, and order it:\n{{link}}\n\n{{company}}",
    ),
    "shortage_report": Words(
        whatsapp=(
            "Shortages on {{day}}: *{{products}}* products are short, {{uncovered}} of them not on order. "
            "{{shops}} customers wait for {{pieces}} pieces.\n\nThe list:\n{{link}}\n\nOrder what is missing."
        ),
        sms=(
            "Shortages {{day}}: {{products}} products, {{uncovered}} not on order, {{pieces}} pieces for "
            "{{shops}} customers. {{link}}"
        ),
        subject="Shortages on {{day}}: {{products}} products",
        email=(
            "Hello {{customer}},\n\non {{day}} {{products}} products are short, {{uncovered}} of them not on order. "
            "{{shops}} customers wait for {{pieces}} pieces. The list is enclosed.\n\nSee it as it is now:\n{{link}}"
            "\n\n{{company}}"
        ),
    ),
}

HINDI: dict[str, Words] = {
    "backorder_expected": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपके ऑर्डर *{{number}}* का कुछ माल अभी नहीं आया है। उम्मीद है:\n{{goods}}\n\n"
            "माल आते ही हम फिर लिखेंगे। आपका खाता:\n{{link}}\n\nकोई सवाल? इसी मैसेज का जवाब दें।"
        ),
        sms="{{company}}: ऑर्डर {{number}}, आने की उम्मीद: {{goods}}. {{link}}",
        subject="ऑर्डर {{number}} का बाकी माल कब आएगा",
        email=(
            "नमस्ते {{customer}},\n\nआपके ऑर्डर {{number}} का कुछ माल अभी नहीं आया है। उम्मीद है:\n{{goods}}\n\n"
            "माल आते ही हम फिर लिखेंगे। आपका खाता:\n{{link}}\n\nकोई सवाल? हमें लिखें।\n{{company}}"
        ),
    ),
    "backorder_arrived": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nऑर्डर *{{number}}* का जिस माल का इंतज़ार था, वह आ गया है:\n{{goods}}\n\n"
            "हम इसे आपके लिए तैयार कर रहे हैं। आपका खाता:\n{{link}}\n\nइंतज़ार के लिए धन्यवाद।"
        ),
        sms="{{company}}: ऑर्डर {{number}} का माल आ गया: {{goods}}. {{link}}",
        subject="ऑर्डर {{number}} का माल आ गया",
        email=(
            "नमस्ते {{customer}},\n\nऑर्डर {{number}} का जिस माल का इंतज़ार था, वह आ गया है:\n{{goods}}\n\n"
            "हम इसे आपके लिए तैयार कर रहे हैं। आपका खाता:\n{{link}}\n\nइंतज़ार के लिए धन्यवाद।\n{{company}}"
        ),
    ),
    "order_closed_short": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपके ऑर्डर *{{number}}* का यह माल अब नहीं आएगा:\n{{goods}}\n\n"
            "आपको सिर्फ़ मिले हुए माल का भुगतान करना है। आपका खाता:\n{{link}}\n\nकोई सवाल? इसी मैसेज का जवाब दें।"
        ),
        sms="{{company}}: ऑर्डर {{number}} का यह माल नहीं आएगा: {{goods}}. भुगतान सिर्फ़ मिले माल का। {{link}}",
        subject="ऑर्डर {{number}} का बाकी माल नहीं आएगा",
        email=(
            "नमस्ते {{customer}},\n\nआपके ऑर्डर {{number}} का यह माल अब नहीं आएगा:\n{{goods}}\n\n"
            "आपको सिर्फ़ मिले हुए माल का भुगतान करना है। आपका खाता:\n{{link}}\n\nकोई सवाल? हमें लिखें।\n{{company}}"
        ),
    ),
    "shortage_alert": Words(
        whatsapp="स्टॉक कम है: {{goods}}\n\nक्या कम है, यहाँ देखें:\n{{link}}\n\nयह एक बार बताया जाता है।",
        sms="स्टॉक कम है: {{goods}} {{link}}",
        subject="स्टॉक कम है",
        email="नमस्ते {{customer}},\n\n{{goods}}\n\nक्या कम है, यहाँ देखें और मँगाएँ:\n{{link}}\n\n{{company}}",
    ),
    "shortage_report": Words(
        whatsapp=(
            "{{day}} की कमी: *{{products}}* प्रोडक्ट कम हैं, इनमें से {{uncovered}} ऑर्डर नहीं हुए हैं। "
            "{{shops}} ग्राहक {{pieces}} पीस का इंतज़ार कर रहे हैं।\n\nसूची:\n{{link}}\n\nजो कम है, उसे मँगाएँ।"
        ),
        sms=(
            "कमी {{day}}: {{products}} प्रोडक्ट, {{uncovered}} ऑर्डर नहीं हुए, {{shops}} ग्राहकों के {{pieces}} पीस "
            "बाकी। {{link}}"
        ),
        subject="{{day}} की कमी: {{products}} प्रोडक्ट",
        email=(
            "नमस्ते {{customer}},\n\n{{day}} को {{products}} प्रोडक्ट कम हैं, इनमें से {{uncovered}} ऑर्डर नहीं हुए हैं। "
            "{{shops}} ग्राहक {{pieces}} पीस का इंतज़ार कर रहे हैं। सूची साथ में है।\n\nअभी की सूची:\n{{link}}"
            "\n\n{{company}}"
        ),
    ),
}

ARABIC: dict[str, Words] = {
    "backorder_expected": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nطلبك *{{number}}* ينتظر بضاعة. نتوقع:\n{{goods}}\n\n"
            "سنكتب لك حين تصل. حسابك:\n{{link}}\n\nهل لديك سؤال؟ أجب على هذه الرسالة."
        ),
        sms="{{company}}: الطلب {{number}}، نتوقع {{goods}}. {{link}}",
        subject="متى تصل بقية الطلب {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nطلبك {{number}} ينتظر بضاعة. نتوقع:\n{{goods}}\n\n"
            "سنكتب لك حين تصل. حسابك:\n{{link}}\n\nهل لديك سؤال؟ اكتب إلينا.\n{{company}}"
        ),
    ),
    "backorder_arrived": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nوصلت البضاعة التي ينتظرها طلبك *{{number}}*:\n{{goods}}\n\n"
            "نحن نجهزها لك. حسابك:\n{{link}}\n\nشكرًا لانتظارك."
        ),
        sms="{{company}}: وصلت بضاعة الطلب {{number}}: {{goods}}. {{link}}",
        subject="وصلت بضاعة الطلب {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nوصلت البضاعة التي ينتظرها طلبك {{number}}:\n{{goods}}\n\n"
            "نحن نجهزها لك. حسابك:\n{{link}}\n\nشكرًا لانتظارك.\n{{company}}"
        ),
    ),
    "order_closed_short": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nهذه البضاعة من طلبك *{{number}}* لن تصل:\n{{goods}}\n\n"
            "تدفع ثمن ما استلمته فقط. حسابك:\n{{link}}\n\nهل لديك سؤال؟ أجب على هذه الرسالة."
        ),
        sms="{{company}}: لن يصل من الطلب {{number}}: {{goods}}. تدفع ثمن ما استلمته فقط. {{link}}",
        subject="بقية الطلب {{number}} لن تصل",
        email=(
            "مرحبًا {{customer}}،\n\nهذه البضاعة من طلبك {{number}} لن تصل:\n{{goods}}\n\n"
            "تدفع ثمن ما استلمته فقط. حسابك:\n{{link}}\n\nهل لديك سؤال؟ اكتب إلينا.\n{{company}}"
        ),
    ),
    "shortage_alert": Words(
        whatsapp="المخزون منخفض: {{goods}}\n\nانظر ما ينقص:\n{{link}}\n\nيُقال هذا مرة واحدة.",
        sms="المخزون منخفض: {{goods}} {{link}}",
        subject="المخزون منخفض",
        email="مرحبًا {{customer}}،\n\n{{goods}}\n\nانظر ما ينقص واطلبه:\n{{link}}\n\n{{company}}",
    ),
    "shortage_report": Words(
        whatsapp=(
            "النواقص في {{day}}: *{{products}}* من المنتجات ناقصة، منها {{uncovered}} لم تُطلب. "
            "عدد العملاء المنتظرين {{shops}} وعدد القطع {{pieces}}.\n\nالقائمة:\n{{link}}\n\nاطلب ما ينقص."
        ),
        sms=(
            "النواقص {{day}}: المنتجات {{products}}، لم يُطلب منها {{uncovered}}، القطع {{pieces}}، العملاء "
            "{{shops}}. {{link}}"
        ),
        subject="النواقص في {{day}}: {{products}} منتج",
        email=(
            "مرحبًا {{customer}}،\n\nفي {{day}} عدد المنتجات الناقصة {{products}}، منها {{uncovered}} لم تُطلب. "
            "عدد العملاء المنتظرين {{shops}} وعدد القطع {{pieces}}. القائمة مرفقة.\n\nالقائمة الآن:\n{{link}}"
            "\n\n{{company}}"
        ),
    ),
}
