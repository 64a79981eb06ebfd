"""A LibreTranslate server in a process of its own, which can be killed: `python translator.py PORT [NUMBER]`.

It knows the sentences of `article`, and kills itself when it is asked for one with NUMBER in it.
"""

import json
import os
import re
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SENTENCES = {
    "Il mercato del paese riapre con {} banchi": "The market of the village reopens with {} stalls",
    "Il mercato ha riaperto questa mattina con {} banchi di frutta e verdura, dopo due anni di lavori.": (
        "The market reopened this morning with {} stalls of fruit and vegetables, after two years of works."
    ),
    "Il sindaco ha ringraziato i volontari che hanno ripulito la piazza per {} giorni.": (
        "The mayor thanked the volunteers who had been cleaning the square for {} days."
    ),
}


def article(number):
    headline, *sentences = (sentence.format(number) for sentence in SENTENCES)
    return f"{headline}\n\n4 marzo 2025\n\n{' '.join(sentences)}\n"


class Translator(BaseHTTPRequestHandler):
    def do_GET(self):
        languages = [{"code": code, "name": code, "targets": ["it", "en"]} for code in ("it", "en")]
        self.answer(languages if self.path == "/languages" else {"charLimit": -1})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer({"translatedText": [english(text) for text in asked["q"]]})

    def answer(self, said):
        content = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def english(text):
    for number in re.findall(r"\d+", text):
        if number in sys.argv[2:]:
            os.kill(os.getpid(), signal.SIGKILL)
        text = text.replace(number, "{}")
        return SENTENCES[text].format(number)
    return text.upper()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Translator)
    print(server.server_address[1], flush=True)
    server.serve_forever()
