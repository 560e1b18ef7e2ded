"""Hands and a scanner at a real browser's keyboard: each key with the moment at which the hardware sent it."""

import string
import time

CODES = {
    "-": "Minus", ".": "Period", "/": "Slash", ":": "Semicolon", "|": "Backslash", ",": "Comma", " ": "Space",
    "\t": "Tab", "\n": "Enter", "\\": "Backslash", "=": "Equal", "?": "Slash", "_": "Minus",
}  # fmt: skip
SHIFTED = set(string.ascii_uppercase) | set(":|?_")
HUMAN = 40  # ms a key: anything quicker than 30 is a scanner
INPUT_METHOD = 229  # the key code of every key that an input method has taken


class Keyboard:
    """Sends raw key events; `gap` (ms) is called before each key."""

    def __init__(self, page):
        self.page = page
        self.line = page.context.new_cdp_session(page)
        self.at = time.time()

    def type(self, text: str, gap, composing: bool = False) -> None:
        """Type the text; with `composing` an input method takes letters and shows them as candidates."""
        self.at = max(self.at + 0.5, time.time())
        candidates = ""
        for sign in text:
            self.at += gap() / 1000
            taken = composing and sign.isascii() and sign.isalnum()
            if taken:
                candidates += sign.lower()
            self._key(sign, taken)
            if taken:
                self.line.send("Input.imeSetComposition",
                               {"text": candidates, "selectionStart": len(candidates), "selectionEnd": len(candidates)})  # fmt: skip

    def press(self, key: str, modifiers: int = 0) -> None:
        self.at = max(self.at + 0.2, time.time())
        self._send(key, key if len(key) > 1 else f"Key{key.upper()}", "", modifiers)

    def _key(self, sign: str, taken: bool) -> None:
        code = CODES.get(sign) or (f"Digit{sign}" if sign.isdigit() and sign.isascii() else f"Key{sign.upper()}")
        if not sign.isascii():
            code = ""  # a reader puts such a character in whole
        shift = 8 if sign in SHIFTED else 0
        if sign in "\t\n":
            return self._send(code, code, "\r" if sign == "\n" else "", 0)
        if taken:
            return self._send("Process", code, "", shift, INPUT_METHOD)
        return self._send(sign, code, sign, shift)

    def _send(self, key: str, code: str, text: str, modifiers: int, number: int = 0) -> None:
        number = number or {"Enter": 13, "Tab": 9}.get(key, ord(key.upper()) if len(key) == 1 and key.isalnum() else 0)
        event = {
            "key": key, "code": code, "modifiers": modifiers, "timestamp": self.at,
            "windowsVirtualKeyCode": min(number, 255) if number < 256 else 0,
        }  # fmt: skip
        down = {"type": "keyDown" if text else "rawKeyDown", **event} | ({"text": text} if text else {})
        self.line.send("Input.dispatchKeyEvent", down)
        if not text or key == "Enter":
            self.line.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
