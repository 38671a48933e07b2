"""The words a new installation starts with, in Hindi as shops speak it: bill, order and link keep their names."""

from __future__ import annotations

from .default_words import Words

HINDI: dict[str, Words] = {
    "invoice_issued": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपका बिल *{{number}}* तैयार है, रकम *{{total}}*. भुगतान की आख़िरी तारीख़ {{due_on}} है।"
            "\n\nबिल देखने, डाउनलोड करने और भुगतान के लिए:\n{{link}}\n\nऑर्डर के लिए धन्यवाद।"
        ),
        sms="{{company}}: बिल {{number}}, रकम {{total}}, तारीख़ {{due_on}} तक। देखें और भुगतान करें: {{link}}",
        subject="{{company}} का बिल {{number}}",
        email=(
            "नमस्ते {{customer}},\n\nआपका बिल {{number}} तैयार है, रकम {{total}}. भुगतान की आख़िरी तारीख़ {{due_on}} है; "
            "इसमें से {{outstanding}} बाक़ी है।\n\nबिल देखने, डाउनलोड करने और भुगतान के लिए:\n{{link}}\n\n"
            "ऑर्डर के लिए धन्यवाद।\n{{company}}"
        ),
    ),
    "document_issued": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\n*{{total}}* का {{document}} *{{number}}* आपके लिए तैयार है। "
            "यहाँ पढ़ें और रखें:\n{{link}}\n\nकुछ ग़लत लगे तो इसी संदेश का जवाब दें।"
        ),
        sms="{{company}}: {{document}} {{number}}, {{total}}: {{link}}",
        subject="{{company}} से {{document}} {{number}}",
        email=(
            "नमस्ते {{customer}},\n\n{{total}} का {{document}} {{number}} आपके लिए तैयार है। "
            "यहाँ पढ़ें और रखें:\n{{link}}\n\nकुछ ग़लत लगे तो हमें लिखें।\n{{company}}"
        ),
    ),
    "payment_received": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपका भुगतान *{{amount}}* मिल गया, रसीद {{number}}. "
            "अब आपका बकाया *{{balance}}* है।\n\nआपके खुले बिल:\n{{link}}\n\nधन्यवाद।"
        ),
        sms="{{company}}: {{amount}} मिल गए, रसीद {{number}}. बकाया {{balance}}. {{link}}",
        subject="भुगतान मिल गया, रसीद {{number}}",
        email=(
            "नमस्ते {{customer}},\n\nआपका भुगतान {{amount}} मिल गया, रसीद {{number}}. अब आपका बकाया {{balance}} है।\n\n"
            "आपके खुले बिल:\n{{link}}\n\nधन्यवाद।\n{{company}}"
        ),
    ),
    "cheque_bounced": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nबैंक ने आपका चेक *{{number}}* ({{bank}}), *{{amount}}*, लौटा दिया: {{reason}}\n\n"
            "उससे चुकाए बिल फिर खुल गए हैं; आपका बकाया *{{balance}}* है। कृपया यहाँ भुगतान करें:\n{{link}}\n\n"
            "कुछ ग़लत है? इसी संदेश का जवाब दें।"
        ),
        sms="{{company}}: आपका चेक {{number}}, {{amount}}, लौट आया: {{reason}}. बकाया {{balance}}. {{link}}",
        subject="आपका चेक {{number}} लौट आया",
        email=(
            "नमस्ते {{customer}},\n\nबैंक ने आपका चेक {{number}} ({{bank}}), {{amount}}, लौटा दिया: {{reason}}\n\n"
            "उससे चुकाए बिल फिर खुल गए हैं; आपका बकाया {{balance}} है। कृपया यहाँ भुगतान करें:\n{{link}}\n\n"
            "कुछ ग़लत है? हमें लिखें।\n{{company}}"
        ),
    ),
    "statement": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\n{{days}} का आपका खाता विवरण: आपका बकाया *{{balance}}* है।\n\n"
            "यहाँ देखें, रखें और भुगतान करें:\n{{link}}\n\nकुछ ग़लत लगे तो इसी संदेश का जवाब दें।"
        ),
        sms="{{company}}: {{days}} का खाता विवरण, बकाया {{balance}}. {{link}}",
        subject="{{days}} का खाता विवरण",
        email=(
            "नमस्ते {{customer}},\n\n{{days}} का आपका खाता विवरण: आपका बकाया {{balance}} है।\n\n"
            "यहाँ देखें, रखें और भुगतान करें:\n{{link}}\n\nकुछ ग़लत लगे तो हमें लिखें।\n{{company}}"
        ),
    ),
    "link_renewed": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपके बिल और बकाये का नया लिंक यह है:\n{{link}}\n\n"
            "अगर आपने नहीं माँगा था, तो कुछ करने की ज़रूरत नहीं।"
        ),
        sms="{{company}}: आपके बिल और बकाये का नया लिंक: {{link}}",
        subject="{{company}} से आपका नया लिंक",
        email=(
            "नमस्ते {{customer}},\n\nआपके बिल और बकाये का नया लिंक यह है:\n{{link}}\n\n"
            "अगर आपने नहीं माँगा था, तो कुछ करने की ज़रूरत नहीं।\n{{company}}"
        ),
    ),
    "dispute_answered": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nबिल *{{number}}* पर आपने जो बताया था: {{outcome}}\n\n{{answer}}\n\n"
            "बिल यहाँ देखें:\n{{link}}\n\nअब भी कुछ ग़लत लगे तो इसी संदेश का जवाब दें।"
        ),
        sms="{{company}}: बिल {{number}}: {{outcome}} {{answer}} {{link}}",
        subject="बिल {{number}} पर हमारा जवाब",
        email=(
            "नमस्ते {{customer}},\n\nबिल {{number}} पर आपने जो बताया था: {{outcome}}\n\n{{answer}}\n\n"
            "बिल यहाँ देखें:\n{{link}}\n\nअब भी कुछ ग़लत लगे तो हमें लिखें।\n{{company}}"
        ),
    ),
    "order_confirmed": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपका ऑर्डर *{{number}}* पक्का हो गया: {{pieces}} पीस, रकम *{{total}}*.\n\n"
            "हम इसे तैयार कर रहे हैं।"
        ),
        sms="{{company}}: ऑर्डर {{number}} पक्का हो गया, {{pieces}} पीस, रकम {{total}}.",
        subject="ऑर्डर {{number}} पक्का हो गया",
        email=(
            "नमस्ते {{customer}},\n\nआपका ऑर्डर {{number}} पक्का हो गया: {{pieces}} पीस, रकम {{total}}.\n\n"
            "हम इसे तैयार कर रहे हैं।\n{{company}}"
        ),
    ),
    "order_held": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपका ऑर्डर *{{number}}* (रकम {{total}}) मंज़ूरी के लिए रुका है। {{reason}}\n\n"
            "फ़ैसला होते ही हम आपको बताएँगे।"
        ),
        sms="{{company}}: ऑर्डर {{number}} (रकम {{total}}) मंज़ूरी के लिए रुका है। {{reason}}",
        subject="ऑर्डर {{number}} मंज़ूरी के लिए रुका है",
        email=(
            "नमस्ते {{customer}},\n\nआपका ऑर्डर {{number}} (रकम {{total}}) मंज़ूरी के लिए रुका है। {{reason}}\n\n"
            "फ़ैसला होते ही हम आपको बताएँगे।\n{{company}}"
        ),
    ),
    "order_hold_rejected": Words(
        whatsapp=(
            "नमस्ते {{customer}},\n\nआपका ऑर्डर *{{number}}* (रकम {{total}}) हम आगे नहीं बढ़ा सके। {{reason}}\n\n"
            "कृपया हमें फ़ोन करें, कोई रास्ता निकालेंगे।"
        ),
        sms="{{company}}: ऑर्डर {{number}} (रकम {{total}}) आगे नहीं बढ़ सका। {{reason}} कृपया फ़ोन करें।",
        subject="ऑर्डर {{number}} आगे नहीं बढ़ सका",
        email=(
            "नमस्ते {{customer}},\n\nआपका ऑर्डर {{number}} (रकम {{total}}) हम आगे नहीं बढ़ा सके। {{reason}}\n\n"
            "कृपया हमें फ़ोन करें, कोई रास्ता निकालेंगे।\n{{company}}"
        ),
    ),
}
