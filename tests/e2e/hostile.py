"""Values that want to be obeyed: by terminals, spreadsheets, browsers, shells, parsers, or eyes."""

import unicodedata

ESC, CSI, OSC = "\x1b", "\x9b", "\x9d"

VALUES = {
    # Spreadsheets
    "formula_equals": '=HYPERLINK("http://127.0.0.1:9/?"&A1,"mine")',
    "formula_plus": "+1+cmd|' /C calc'!A0",
    "formula_minus": "-2+3+cmd|' /C calc'!A0",
    "formula_at": "@SUM(1+9)*cmd|' /C calc'!A0",
    "formula_tab": "\t=1+1",
    "formula_cr": "\r=1+1",
    "formula_wide": "\uff1d1+1",
    "formula_dde": "=cmd|'/C calc'!A1",
    # Terminals
    "ansi_clear": f"{ESC}[2J{ESC}[Hgone",
    "ansi_colour": f"{ESC}[31mred{ESC}[0m",
    "ansi_up": f"{ESC}[5A{ESC}[KAll rows are accounted for",
    "ansi_answer": f"{ESC}[6n{ESC}[c{ESC}]10;?{ESC}\\",
    "osc_title": f"{ESC}]0;owned\x07",
    "osc_link": f"{ESC}]8;;http://127.0.0.1:9/{ESC}\\click{ESC}]8;;{ESC}\\",
    "osc_clipboard": f"{ESC}]52;c;cm0gLXJmIH4=\x07",
    "dcs": f"{ESC}P+q544e{ESC}\\",
    "c1_csi": f"{CSI}31mred",
    "c1_osc": f"{OSC}0;owned\x9c",
    "c1_all": "".join(chr(code) for code in range(0x80, 0xA0)),
    "c0_all": "".join(chr(code) for code in range(1, 0x20)),
    "delete": "abc\x7f\x7f\x7fxyz",
    "backspaces": "secret\b\b\b\b\b\bpublic",
    "carriage_return": "rows 1/2\rAll rows are accounted for",
    "line_feed": "a\nrehome: all is well\nb",
    "shift_out": "\x0eabc\x0f",
    "bell": "\x07\x07\x07",
    # Eyes
    "bidi_override": "\u202egpj.exe\u202c",
    "bidi_embedding": "\u202aabc\u202b\u05d0\u202c",
    "bidi_isolates": "\u2066abc\u2067\u05d0\u2068x\u2069",
    "bidi_marks": "a\u200eb\u200fc\u061cd",
    "zero_width": "ad\u200bmin\u200c@\u200dexample\u2060.com\ufeff",
    "soft_hyphen": "pay\u00adpal",
    "hangul_filler": "\u3164\u115f\u1160\uffa0",
    "tags": "a" + "".join(chr(0xE0000 + ord(letter)) for letter in "hidden"),
    "selectors": "a" + "".join(chr(0xE0100 + ord(letter)) for letter in "hidden"),
    "annotation": "\ufff9base\ufffaabove\ufffb",
    "music": "\U0001d173\U0001d17a",
    "joiner": "a\u034fb",
    "rtl_text": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "combining_tower": "Z" + "\u0301\u0302\u0303\u0304\u0305" * 12 + "algo",
    "emoji_zwj": "\U0001f469\u200d\U0001f4bb \U0001f3f3\ufe0f\u200d\U0001f308 \U0001f1e9\U0001f1ea",
    "wide": "\u6f22\u5b57\uff21\uff22\uff23",
    "homoglyph": "p\u0430yp\u0430l@ex\u0430mple.com",
    "braille_blank": "\u2800\u2800",
    # Browsers
    "script": "<script>document.title='taken'</script>",
    "script_end": "</script><script>document.title='taken'</script>",
    "script_end_odd": "</ScRiPt\t><svg onload=alert(1)>",
    "comment": "<!--<script>",
    "comment_end": "--><img src=http://127.0.0.1:9/ onerror=alert(1)>",
    "attribute": '" autofocus onfocus=alert(1) x="',
    "attribute_single": "' onmouseover='alert(1)",
    "entity": "&lt;script&gt;&#x3c;b&#62;&amp;",
    "url": "javascript:alert(1)",
    "template": "{{constructor.constructor('alert(1)')()}}${alert(1)}",
    "cdata": "]]><![CDATA[",
    "style_end": "</style><style>*{display:none}",
    # Parsers
    "json_breaker": '","_outcome":"created","x":"',
    "json_escapes": '\\"\\u0000\\ud800\\',
    "json_separators": "a\u2028b\u2029c",
    "csv_quotes": '""","",""',
    "csv_delimiters": "a;b,c|d\te",
    "nul_like": "\\0%00\u2400\\x00&#0;",
    "last_code_points": "\ufffd\ufffe\uffff\U0010ffff\ue000",
    "next_line": "a\u0085b\x0bc\x0cd",
    # Shells, formats, paths, queries
    "shell": "$(touch owned)`touch owned`;touch owned&&:|:",
    "printf": "%n%s%s%x%1000000d%%",
    "path": "../../../../etc/passwd",
    "option": "--api-key-file=/etc/passwd",
    "sql": "'; DROP TABLE effect; --",
    "log4j": "${jndi:ldap://127.0.0.1:9/a}",
    "crlf_header": "x\r\nX-Injected: 1\r\n\r\n",
}

# Letters of Arabic and Syriac writing that are of the category of formats.
LETTERS = {0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x06DD, 0x070F, 0x08E2}
BLANK = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xE0100, 0xE01F0)}


def steers(letter):
    """Whether it could steer a terminal, or reorder or hide what stands beside it."""
    code = ord(letter)
    if code in LETTERS:
        return False
    return unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") or code in BLANK


def steering(text):
    """What of this text does, but for its line ends."""
    return sorted({letter for letter in text if letter != "\n" and steers(letter)})


def visible(text):
    """The same text in letters that do nothing, so that a golden file can be looked at."""
    return "".join(
        letter if letter == "\n" or 32 <= ord(letter) < 127 else ascii(letter)[1:-1]
        for letter in text.replace("\\", "\\\\")
    )
