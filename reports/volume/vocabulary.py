"""Words to make shops, people, places and goods of. None of them is anybody."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


FIRST_NAMES = _words(
    """
Aarav Aditi Ajay Akash Alka Amit Anand Anita Anjali Arjun Asha Ashok Bharat Deepa Deepak Dinesh Divya Farid Farida
Gaurav Geeta Gopal Harish Hema Imran Irfan Jaya Kabir Kamal Karan Kavita Kiran Lalit Latha Mahesh Manish Meena Mohan
Mukesh Nadia Naresh Neeraj Nisha Omkar Pankaj Pooja Prakash Priya Rahul Raj Rajesh Rakesh Ramesh Rashid Ravi Rekha
Rohan Sachin Salim Sandeep Sanjay Sarita Seema Shabana Shyam Sonia Sunil Sunita Suresh Swati Tariq Uday Usha Vijay
Vikram Vinod Yasmin Yusuf Zahid Zoya
"""
)
SURNAMES = [
    start + end
    for start in _words("""
Ag Am An Ar Ba Bal Bha Bi Cha Chau Da De Dha Do Ga Gho Gu Ha In Ja Jo Ka Kan Kha Ku La Ma Mal Man Me Mi Mu Na Nai Pa
Pan Pra Ra Ran Ro Sa Sal San Sha She Si Sou Su Ta Tan Te Tri Va Ve Vi Wa Ya Za
""")
    for end in _words(
        "bani dari gale garwal jani kar kale lani mani nath pati rekar rana shekar tani vale wani"
    )
]
SHOP_KINDS = (
    """
Mobiles|Mobile Point|Telecom|Cell Care|Phone Clinic|Communications|Mobile World|Spares|Display Centre|LCD House|Repair
Lab|Electronics|Gadgets|Phone Doctor|Enterprises|Traders|Mobile Hub|Smart Repair|Touch & Glass|Accessories
""".replace("\n", " ")
    .strip()
    .split("|")
)
SHOP_NAMES = _words(
    """
Shree Om New Royal Star Sai Balaji Ganesh Krishna Diamond Golden Silver Lucky National Bharat Metro City Modern Global
Super Prime Perfect Classic Rainbow Galaxy Apollo Orbit Pearl Crystal Lotus Sunrise Moonlight Everest Himalaya
"""
)
STREETS = """
Station Road|Main Bazaar|Gandhi Road|Market Street|College Road|Temple Road|Ring Road|Church Street|Mill Road|Fort
""".strip().split("|")
PLACES = [
    line.split("|")
    for line in """
Delhi|Delhi|1100|14
Mumbai|Maharashtra|4000|12
Pune|Maharashtra|4110|6
Nagpur|Maharashtra|4400|3
Ahmedabad|Gujarat|3800|6
Surat|Gujarat|3950|4
Rajkot|Gujarat|3600|2
Bengaluru|Karnataka|5600|8
Mysuru|Karnataka|5700|2
Hyderabad|Telangana|5000|7
Chennai|Tamil Nadu|6000|6
Coimbatore|Tamil Nadu|6410|2
Kolkata|West Bengal|7000|6
Jaipur|Rajasthan|3020|4
Jodhpur|Rajasthan|3420|2
Lucknow|Uttar Pradesh|2260|4
Kanpur|Uttar Pradesh|2080|3
Agra|Uttar Pradesh|2820|2
Indore|Madhya Pradesh|4520|3
Bhopal|Madhya Pradesh|4620|2
Patna|Bihar|8000|3
Ludhiana|Punjab|1410|2
Amritsar|Punjab|1430|2
Kochi|Kerala|6820|2
Guwahati|Assam|7810|1
""".strip().splitlines()
]
"""City, state, the first four digits of its postal codes, and its weight."""
MAKERS = {
    "Samsung": (["Galaxy A", "Galaxy M", "Galaxy S", "Galaxy F"], "SM-A{:03}F"),
    "Xiaomi": (["Redmi ", "Redmi Note ", "Poco X", "Mi "], "M21{:02}K7A"),
    "Vivo": (["Y", "V", "T"], "V2{:03}"),
    "OPPO": (["A", "F", "Reno "], "CPH2{:03}"),
    "Realme": (["C", "Narzo ", "GT "], "RMX2{:03}"),
    "Apple": (["iPhone "], "A2{:03}"),
    "OnePlus": (["Nord ", "Ace "], "AC2{:03}"),
    "Motorola": (["Moto G", "Edge "], "XT2{:03}"),
}
"""Each maker's series, and how its model codes look."""
PARTS = [
    ("display combo, incell", "Displays", "incell", 1400),
    ("display combo, original", "Displays", "original", 3200),
    ("display combo, soft OLED", "Displays", "oled_soft", 4100),
    ("display combo, TFT", "Displays", "tft", 950),
    ("battery", "Batteries", "original", 420),
    ("back panel", "Housings", "copy", 160),
    ("charging board", "Flex and boards", "premium_copy", 140),
    ("rear camera", "Cameras", "original", 760),
    ("loud speaker", "Small parts", "copy", 70),
    ("power and volume flex", "Flex and boards", "copy", 90),
]
"""What we sell for a phone: words, shelf, grade, and about what it costs to buy, in rupees."""
COLOURS = ["black", "white", "blue", "green", "gold"]
