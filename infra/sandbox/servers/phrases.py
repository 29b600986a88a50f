"""What buyers write below listings, by language: plain words that tell nothing of an offer."""

from __future__ import annotations

NAMES = {
    "en": (
        "Oliver",
        "Priya",
        "Marta",
        "J. Whitlock",
        "Tomasz",
        "Aisha",
        "Ben",
        "Carla",
        "Dev",
        "Ewa",
    ),
    "es": ("Lucía", "Mateo", "Camila", "J. Ortega", "Sofía", "Diego", "Valeria", "Raúl", "Inés"),
    "de": ("Anke", "Jürgen", "Selin", "Lukas", "M. Vogt", "Heike", "Pavel", "Clara", "Thilo"),
    "zh": ("小***鱼", "阿***明", "w***8", "晴***天", "大***力", "l***y", "南***风", "木***子"),
}

HEADLINES = {
    "en": ("Does the job", "Quick delivery", "Better than expected", "Just fine", "Happy with it"),
    "es": ("Cumple", "Llegó rápido", "Mejor de lo esperado", "Está bien", "Contenta con la compra"),
    "de": ("Passt", "Schnell geliefert", "Besser als gedacht", "In Ordnung", "Bin zufrieden"),
    "zh": ("还可以", "物流快", "比想象的好", "一般", "满意"),
}

SENTENCES = {
    "en": (
        "Arrived two days earlier than announced and was packed with care.",
        "The colour is a little darker than on my screen, but I like it.",
        "I bought it as a present for my sister and she uses it every day.",
        "The box had a dent in one corner; the contents were fine.",
        "I had a question about the size and got an answer within the hour.",
        "It feels solid in the hand and nothing rattles.",
        "After three weeks of daily use there is nothing to complain about.",
        "The instructions are short, yet they say all that is needed.",
        "Postage took longer than I hoped, though the seller kept me posted.",
        "I compared several before I chose this one and would choose it again.",
        "Fits as described. I would recommend going by the size chart.",
        "My second order here, and it went as smoothly as the first.",
    ),
    "es": (
        "Llegó dos días antes de lo anunciado y muy bien empacado.",
        "El color es un poco más oscuro que en mi pantalla, pero me gusta.",
        "Lo compré como regalo para mi hermana y lo usa todos los días.",
        "La caja tenía un golpe en una esquina; el contenido venía bien.",
        "Pregunté por la talla y me contestaron en menos de una hora.",
        "Se siente firme en la mano y no hace ruidos.",
        "Después de tres semanas de uso no tengo quejas.",
        "El envío tardó más de lo que esperaba, aunque me avisaron.",
        "Comparé varios antes de elegir este y lo volvería a elegir.",
        "Es mi segunda compra aquí y salió igual de bien que la primera.",
    ),
    "de": (
        "Kam zwei Tage früher als angekündigt und war sorgfältig verpackt.",
        "Die Farbe ist etwas dunkler als auf dem Bildschirm, gefällt mir aber.",
        "War ein Geschenk für meine Schwester, sie benutzt es jeden Tag.",
        "Der Karton hatte eine Delle, der Inhalt war in Ordnung.",
        "Auf meine Frage zur Größe kam binnen einer Stunde eine Antwort.",
        "Liegt gut in der Hand, nichts klappert.",
        "Nach drei Wochen täglichem Gebrauch gibt es nichts zu beanstanden.",
        "Der Versand dauerte länger als erhofft, ich wurde aber informiert.",
        "Habe mehrere verglichen und würde wieder dieses nehmen.",
        "Meine zweite Bestellung hier, genauso reibungslos wie die erste.",
    ),
    "zh": (
        "比预计早到了两天，包装很仔细。",
        "颜色比屏幕上稍微深一点，不过很喜欢。",
        "买来送给妹妹的，她每天都在用。",
        "盒子有一个角压坏了，里面的东西没事。",
        "问了尺码的问题，很快就回复了。",
        "拿在手里很扎实，没有异响。",
        "用了三个星期，没有什么问题。",
        "物流慢了一点，客服一直有说明。",
        "对比了好几家才选的，下次还会来。",
        "第二次购买了，和第一次一样顺利。",
    ),
}
