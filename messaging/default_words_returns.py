"""What a customer reads about goods that come back, in the words a new installation starts with."""

from __future__ import annotations

from .default_words import Words

ENGLISH: dict[str, Words] = {
    "return_asked": Words(
        whatsapp=(
            "Hello {{customer}},\n\nwe have noted your return *{{number}}* of {{pieces}} pieces. "
            "Please put this slip into the box:\n{{link}}\n\nWe write again when the goods are here."
        ),
        sms="{{company}}: return {{number}} of {{pieces}} pieces is noted. The slip for the box: {{link}}",
        subject="Return {{number}} noted",
        email=(
            "Hello {{customer}},\n\nwe have noted your return {{number}} of {{pieces}} pieces. "
            "Please put this slip into the box:\n{{link}}\n\nWe write again when the goods are here.\n{{company}}"
        ),
    ),
    "return_accepted": Words(
        whatsapp=(
            "Hello {{customer}},\n\nyour return *{{number}}* is accepted: please send the goods. "
            "The slip for the box:\n{{link}}\n\nWe write again when they are here."
        ),
        sms="{{company}}: return {{number}} is accepted, please send the goods. The slip for the box: {{link}}",
        subject="Return {{number}} accepted",
        email=(
            "Hello {{customer}},\n\nyour return {{number}} is accepted: please send the goods. "
            "The slip for the box:\n{{link}}\n\nWe write again when they are here.\n{{company}}"
        ),
    ),
    "return_rejected": Words(
        whatsapp=(
            "Hello {{customer}},\n\nwe can't take back the goods of return *{{number}}*: {{reason}}\n\n"
            "Please call us if that is not right."
        ),
        sms="{{company}}: we can't take back the goods of return {{number}}: {{reason}} Please call us.",
        subject="Return {{number}} not possible",
        email=(
            "Hello {{customer}},\n\nwe can't take back the goods of return {{number}}: {{reason}}\n\n"
            "Please call us if that is not right.\n{{company}}"
        ),
    ),
    "return_received": Words(
        whatsapp=(
            "Hello {{customer}},\n\n{{pieces}} pieces of your return *{{number}}* are here. "
            "We look at them and write again when it is settled."
        ),
        sms="{{company}}: {{pieces}} pieces of return {{number}} are here. We write again when it is settled.",
        subject="The goods of return {{number}} are here",
        email=(
            "Hello {{customer}},\n\n{{pieces}} pieces of your return {{number}} are here. "
            "We look at them and write again when it is settled.\n{{company}}"
        ),
    ),
    "return_settled": Words(
        whatsapp=(
            "Hello {{customer}},\n\nyour return *{{number}}* is settled: {{outcome}}.\n\nThe slip:\n{{link}}\n\n"
            "Is something not right? Answer this message."
        ),
        sms="{{company}}: return {{number}} is settled: {{outcome}}. {{link}}",
        subject="Return {{number}} is settled",
        email=(
            "Hello {{customer}},\n\nyour return {{number}} is settled: {{outcome}}.\n\nThe slip:\n{{link}}\n\n"
            "Is something not right? Write to us.\n{{company}}"
        ),
    ),
}
HINDI: dict[str, Words] = {
    "return_asked": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपका रिटर्न *{{number}}* ({{pieces}} पीस) दर्ज हो गया है। "
            "यह पर्ची डिब्बे में रख दीजिए:\n{{link}}\n\nमाल पहुँचते ही हम आपको बताएँगे।"
        ),
        sms="{{company}}: रिटर्न {{number}} ({{pieces}} पीस) दर्ज हो गया है। डिब्बे में रखने की पर्ची: {{link}}",
        subject="रिटर्न {{number}} दर्ज हो गया है",
        email=(
            "नमस्ते {{customer}},\n\nआपका रिटर्न {{number}} ({{pieces}} पीस) दर्ज हो गया है। "
            "यह पर्ची डिब्बे में रख दीजिए:\n{{link}}\n\nमाल पहुँचते ही हम आपको बताएँगे।\n{{company}}"
        ),
    ),
    "return_accepted": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपका रिटर्न *{{number}}* मंज़ूर है: माल भेज दीजिए। "
            "डिब्बे में रखने की पर्ची:\n{{link}}\n\nमाल पहुँचते ही हम आपको बताएँगे।"
        ),
        sms="{{company}}: रिटर्न {{number}} मंज़ूर है, माल भेज दीजिए। डिब्बे में रखने की पर्ची: {{link}}",
        subject="रिटर्न {{number}} मंज़ूर है",
        email=(
            "नमस्ते {{customer}},\n\nआपका रिटर्न {{number}} मंज़ूर है: माल भेज दीजिए। "
            "डिब्बे में रखने की पर्ची:\n{{link}}\n\nमाल पहुँचते ही हम आपको बताएँगे।\n{{company}}"
        ),
    ),
    "return_rejected": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nरिटर्न *{{number}}* का माल हम वापस नहीं ले सकते: {{reason}}\n\n"
            "अगर यह सही नहीं है तो हमें कॉल कीजिए।"
        ),
        sms="{{company}}: रिटर्न {{number}} का माल हम वापस नहीं ले सकते: {{reason}} हमें कॉल कीजिए।",
        subject="रिटर्न {{number}} नहीं हो सकता",
        email=(
            "नमस्ते {{customer}},\n\nरिटर्न {{number}} का माल हम वापस नहीं ले सकते: {{reason}}\n\n"
            "अगर यह सही नहीं है तो हमें कॉल कीजिए।\n{{company}}"
        ),
    ),
    "return_received": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपके रिटर्न *{{number}}* के {{pieces}} पीस हमें मिल गए हैं। "
            "हम उन्हें देखकर हिसाब होते ही आपको बताएँगे।"
        ),
        sms="{{company}}: रिटर्न {{number}} के {{pieces}} पीस मिल गए हैं। हिसाब होते ही हम बताएँगे।",
        subject="रिटर्न {{number}} का माल मिल गया है",
        email=(
            "नमस्ते {{customer}},\n\nआपके रिटर्न {{number}} के {{pieces}} पीस हमें मिल गए हैं। "
            "हम उन्हें देखकर हिसाब होते ही आपको बताएँगे।\n{{company}}"
        ),
    ),
    "return_settled": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपके रिटर्न *{{number}}* का हिसाब हो गया है: {{outcome}}।\n\nपर्ची:\n{{link}}\n\n"
            "कुछ सही नहीं है? इसी संदेश का जवाब दीजिए।"
        ),
        sms="{{company}}: रिटर्न {{number}} का हिसाब हो गया है: {{outcome}}। {{link}}",
        subject="रिटर्न {{number}} का हिसाब हो गया है",
        email=(
            "नमस्ते {{customer}},\n\nआपके रिटर्न {{number}} का हिसाब हो गया है: {{outcome}}।\n\nपर्ची:\n{{link}}\n\n"
            "कुछ सही नहीं है? हमें लिखिए।\n{{company}}"
        ),
    ),
}
ARABIC: dict[str, Words] = {
    "return_asked": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nسجّلنا مرتجعك *{{number}}* وعدد قطعه {{pieces}}. "
            "يرجى وضع هذه القسيمة في الصندوق:\n{{link}}\n\nسنكتب لك عند وصول البضاعة."
        ),
        sms="{{company}}: سجّلنا المرتجع {{number}} وعدد قطعه {{pieces}}. قسيمة الصندوق: {{link}}",
        subject="سجّلنا المرتجع {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nسجّلنا مرتجعك {{number}} وعدد قطعه {{pieces}}. "
            "يرجى وضع هذه القسيمة في الصندوق:\n{{link}}\n\nسنكتب لك عند وصول البضاعة.\n{{company}}"
        ),
    ),
    "return_accepted": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nقبلنا مرتجعك *{{number}}*: يرجى إرسال البضاعة. "
            "قسيمة الصندوق:\n{{link}}\n\nسنكتب لك عند وصولها."
        ),
        sms="{{company}}: قبلنا المرتجع {{number}}، يرجى إرسال البضاعة. قسيمة الصندوق: {{link}}",
        subject="قبلنا المرتجع {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nقبلنا مرتجعك {{number}}: يرجى إرسال البضاعة. "
            "قسيمة الصندوق:\n{{link}}\n\nسنكتب لك عند وصولها.\n{{company}}"
        ),
    ),
    "return_rejected": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nلا يمكننا استرجاع بضاعة المرتجع *{{number}}*: {{reason}}\n\n"
            "يرجى الاتصال بنا إن كان ذلك غير صحيح."
        ),
        sms="{{company}}: لا يمكننا استرجاع بضاعة المرتجع {{number}}: {{reason}} يرجى الاتصال بنا.",
        subject="تعذّر قبول المرتجع {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nلا يمكننا استرجاع بضاعة المرتجع {{number}}: {{reason}}\n\n"
            "يرجى الاتصال بنا إن كان ذلك غير صحيح.\n{{company}}"
        ),
    ),
    "return_received": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nوصلت {{pieces}} قطعة من مرتجعك *{{number}}*. "
            "سنفحصها ونكتب لك عند تسويتها."
        ),
        sms="{{company}}: وصلت {{pieces}} قطعة من المرتجع {{number}}. سنكتب لك عند تسويته.",
        subject="وصلت بضاعة المرتجع {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nوصلت {{pieces}} قطعة من مرتجعك {{number}}. "
            "سنفحصها ونكتب لك عند تسويتها.\n{{company}}"
        ),
    ),
    "return_settled": Words(
        whatsapp=(
            "مرحبًا {{customer}}،\n\nتمت تسوية مرتجعك *{{number}}*: {{outcome}}.\n\nالقسيمة:\n{{link}}\n\n"
            "هل من خطأ؟ أجب على هذه الرسالة."
        ),
        sms="{{company}}: تمت تسوية المرتجع {{number}}: {{outcome}}. {{link}}",
        subject="تمت تسوية المرتجع {{number}}",
        email=(
            "مرحبًا {{customer}}،\n\nتمت تسوية مرتجعك {{number}}: {{outcome}}.\n\nالقسيمة:\n{{link}}\n\n"
            "هل من خطأ؟ اكتب إلينا.\n{{company}}"
        ),
    ),
}
