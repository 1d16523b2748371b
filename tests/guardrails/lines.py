"""Lines as people write them, with and without a secret in them: made by a seed, so the same on every machine.

`secret_lines` gives (family, text, secret); `plain_lines` gives (family, text). No key stands here whole.
"""

import random
import re
import string
from base64 import b64encode
from collections.abc import Callable, Iterator
from uuid import UUID

_ALPHABETS = {
    "A": string.ascii_letters + string.digits,
    "L": string.ascii_lowercase + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "C": string.ascii_letters,
    "D": string.digits,
    "H": "0123456789abcdef",
    "X": "0123456789ABCDEF",
    "W": string.ascii_letters + string.digits + "_-",
    "B": string.ascii_letters + string.digits + "+/",
}


def _words(text: str) -> list[str]:
    return text.split()


_BLANK = re.compile(r"\{([A-Z])(\d+)\}")

SHAPES = _words(
    """
    aws:AKIA{U16} aws-session:ASIA{U16} alibaba:LTAI{A20} google:AIza{W35} google-oauth:GOCSPX-{W28}
    google-access:ya29.{W60} azure:{A3}8Q~{A34} digitalocean:dop_v1_{H64} heroku:HRKU-{A36} openshift:sha256~{W43}
    scaleway:SCW{U17} github:ghp_{A36} github-app:ghs_{A36} github-fine:github_pat_{A22}_{A59} gitlab:glpat-{A20}
    gitlab-runner:glrt-{A20} bitbucket:ATBB{A32} atlassian:ATATT3{A180} circleci:CCIPAT_{A22}_{H40}
    buildkite:bkua_{H40} docker:dckr_pat_{A27} npm:npm_{A36} pypi:pypi-AgEI{W80} rubygems:rubygems_{H48}
    nuget:oy2{L43} clojars:CLOJARS_{L60} artifactory:AKCp{A69} octopus:API-{U26} pulumi:pul-{H40} prefect:pnu_{A36}
    terraform:{A14}.atlasv1.{A67} vault:hvs.{A90} doppler:dp.pt.{A43} infracost:ico-{A32} age:AGE-SECRET-KEY-1{U58}
    tailscale:tskey-auth-{A12}-{A32} slack-bot:xoxb-{D12}-{D12}-{A24} slack-app:xapp-1-{U11}-{D13}-{H64}
    slack-user:xoxp-{D12}-{D12}-{D12}-{H32} discord:M{A25}.{A6}.{A38} telegram:{D10}:AA{W33} openai:sk-proj-{A48}
    openai-old:sk-{A48} anthropic:sk-ant-api03-{W95} openrouter:sk-or-v1-{H64} groq:gsk_{A52} xai:xai-{A80}
    perplexity:pplx-{A48} nvidia:nvapi-{W64} huggingface:hf_{C34} replicate:r8_{A37} langsmith:lsv2_pt_{H32}_{H10}
    stripe:sk_live_{A24} stripe-restricted:rk_live_{A24} stripe-hook:whsec_{A32} shopify:shpat_{H32}
    square:sq0atp-{W22} plaid:access-production-{H8}-{H4}-{H4}-{H4}-{H12} easypost:EZAK{A54}
    flutterwave:FLWSECK-{H32}-X shippo:shippo_live_{H40} sendgrid:SG.{A22}.{A43} brevo:xkeysib-{H64}-{A16}
    mailgun:key-{H32} mailchimp:{H32}-us12 resend:re_{A8}_{A24} postman:PMAK-{H24}-{H34} twilio:SK{H32}
    hubspot:pat-na1-{H8}-{H4}-{H4}-{H4}-{H12} airtable:pat{A14}.{H64} notion:ntn_{D11}{A35} linear:lin_api_{A40}
    figma:figd_{W40} typeform:tfp_{W40}_{A16} contentful:CFPAT-{W43} dropbox:sl.{W135} grafana:glsa_{A32}_{H8}
    sentry:sntryu_{H64} newrelic:NRAK-{U27} dynatrace:dt0c01.{U24}.{U64} posthog:phx_{A43} sonar:sqp_{H40}
    sourcegraph:sgp_{H40} databricks:dapi{H32} planetscale:pscale_tkn_{W43} supabase:sbp_{H40} netlify:nfp_{A36}
    render:rnd_{A28} duffel:duffel_live_{W43} salesforce:00D{A12}!{A96} readme:rdme_{L70} apify:apify_api_{A36}
    cerebras:csk-{L48} clickup:pk_{D8}_{U32} neon:napi_{L64} pinecone:pcsk_{A63} razorpay:rzp_live_{A14}
    settlemint:sm_pat_{A16} trigger:tr_prod_{A24} wakatime:waka_{H40} sqs-like:{A40} hex-key:{H40}
    uuid-key:{H8}-{H4}-4{H3}-a{H3}-{H12} base36:{L24} base36-long:{L32} base64-key:{B43}= upper-key:{U24}
    hex-short:{H32} dashed:{L8}-{L8}-{L8}
    """
)

WORDS = (
    "API key|api key|token|access token|secret key|API token|secret|api-key|apikey|access key|auth token|service key"
)
CHAT = [
    "here is our {word} {key}, please use it",
    "the {word} is {key}",
    "{word}: {key}",
    "{word} = {key}",
    "{word} -> {key}",
    "my {word} for the CRM is `{key}`",
    "use {key} as the {word}",
    "{key} is the {word} for the report app",
    "please connect the bot to the CRM with {word} {key}",
    "I put the {word} ({key}) in the doc",
    "hey, can you store this {word} for me? {key}",
    "```\n{key}\n```\nthis is the {word}",
    "the {word}:\n{key}\nthanks!",
    "- host: crm.example.com\n- {word}: {key}\n- region: eu",
    "1. open the form\n2. enter the {word} {key}\n3. save",
    '"{key}" is our new {word}',
    "our {word} changed from {old} to {key}",
    "the {word} you asked for: *{key}*",
    "does the {word} {key} still work?",
    "is {key} still a valid {word}?",
    "I think {key} has expired, can you renew the {word}?",
    "for the CRM use the {word} '{key}' and for the wiki nothing",
    "btw {word} for staging → {key}",
    "the old {word} {key} was leaked, build me a form to report that",
    "FYI the {word} will be {key} from Monday on",
    "der {word} lautet {key}",
    "unser {word} ist {key}, bitte eintragen",
    "hier der {word}: {key} danke",
    "bitte nimm {key} als {word}",
    "{key} ist der {word} für das Formular",
    "Zugangsschlüssel: {key}",
    "der neue API-Schlüssel ist {key}",
    "kannst du prüfen, ob {key} noch gültig ist?",
    "mach mir eine App, die sich mit dem {word} {key} anmeldet",
    "<@U024BE7LH> the {word} is {key} :+1:",
    "> {word}: {key}",
    "| {word} | {key} |",
    "set the header to Bearer {key}",
    "send `Authorization: Bearer {key}` with it",
    "{word}:{key}",
    "({word}: {key})",
    "the {word} is:{key} and the channel is #ops",
    "credentials for the CRM: {key}",
    "our creds ({key}) are in the vault too",
    "plug in {key} where it asks for auth",
    "use {key} to authenticate",
    "hey, can you keep this {word} for us? {key}",
    "client id is 4711, client secret is {key}",
    "please use these credentials:\n{key}",
    "mon token est {key}",
    "la clave de API es {key}",
    "Zugriffstoken: {key}",
]
CODE = [
    "CRM_API_KEY={key}",
    "export CRM_TOKEN={key}",
    "export CRM_SECRET='{key}'",
    "CRM_ACCESS_KEY: {key}",
    '{{"apiKey": "{key}"}}',
    '{{"name": "crm", "client_secret": "{key}", "retries": 3}}',
    "crm:\n  url: https://crm.example.com\n  token: {key}\n",
    "crm:\n  api_key: '{key}'  # staging\n",
    '[crm]\napi_key = "{key}"\ntimeout = 5',
    "<apiKey>{key}</apiKey>",
    "<crm>\n  <token>\n    {key}\n  </token>\n</crm>",
    '<add key="ApiKey" value="{key}" />',
    'variable "api_token" {{\n  default = "{key}"\n}}',
    'const apiKey = "{key}";',
    "let token = '{key}'",
    "client = Client(api_key='{key}')",
    'client = Client(token="{key}", timeout=3)',
    'apiToken := "{key}"',
    'var secretKey string = "{key}"',
    'private static final String API_KEY = "{key}";',
    'config["api_key"] = "{key}"',
    "$config['secret_key'] = '{key}';",
    "'api_key' => '{key}',",
    'headers = {{"Authorization": "Bearer {key}"}}',
    'headers: {{ "X-Api-Key": "{key}" }}',
    'curl -H "Authorization: Bearer {key}" https://crm.example.com/v1',
    "curl -H 'X-Auth-Token: {key}' https://crm.example.com",
    "curl https://crm.example.com/v1?api_key={key}&limit=5",
    "https://crm.example.com/v1?access_token={key}",
    "crm login --token {key}",
    "crm deploy --api-key={key} --yes",
    "ENV CRM_TOKEN={key}",
    "ENV CRM_TOKEN {key}",
    "setx CRM_TOKEN {key}",
    '$env:CRM_TOKEN = "{key}"',
    'os.environ["CRM_TOKEN"] = "{key}"',
    'process.env.CRM_TOKEN = "{key}"',
    'System.setProperty("CRM_TOKEN", "{key}")',
    "//registry.example.com/:_authToken={key}",
    "token={key}; Path=/; HttpOnly",
]
_FIRST = _words("Winter Summer Dragon Berlin Coffee Monkey Sunny Falcon Tiger Rocket Sommer Herbst Kaffee Fussball")
PASSWORDS: dict[str, Callable[[random.Random], str]] = {
    "word and digits": lambda d: d.choice(_FIRST) + str(d.randint(10, 9999)),
    "word, digits, sign": lambda d: d.choice(_FIRST) + str(d.randint(10, 2030)) + d.choice("!#$?*"),
    "lower and digits": lambda d: d.choice(_FIRST).lower() + str(d.randint(10, 999)),
    "leetspeak": lambda d: d.choice(["p4ssw0rd", "h4ck3rm4n", "c0ff33t1me", "s3cr3tly", "l3tm31n", "0p3nS3same"]),
    "random": lambda d: "".join(d.choice(string.ascii_letters + string.digits + "!$%&*#") for _ in range(11)) + "7x",
    "random and long": lambda d: "".join(d.choice(string.ascii_letters + string.digits) for _ in range(20)) + "9q",
    "with signs": lambda d: d.choice(_FIRST) + d.choice(["@", "$", "&", "+"]) + d.choice(_FIRST).lower() + "1",
    "dashed words": lambda d: f"{d.choice(_FIRST)}-{d.choice(_FIRST).lower()}-{d.randint(10, 99)}",
    "ends with a sign": lambda d: d.choice(_FIRST) + d.choice(_FIRST).lower() + "!",
    "plain word": lambda d: d.choice(["swordfish", "rumpelstilz", "bluewhale", "himbeere", "qwertz", "letmein"]),
}
SAID = [
    "the password is {pw}",
    "my pw is {pw}",
    "pw: {pw}",
    "Password: {pw}",
    "password is {pw}, please don't share",
    "the wifi password is {pw}",
    "the password for the printer is {pw}",
    "password = {pw}",
    'the password is "{pw}"',
    "the password is `{pw}`",
    "the pass is {pw}.",
    "user: svc_report\npassword: {pw}",
    "username svc_report, password {pw}",
    "login svc_report password {pw}",
    "das Passwort ist {pw}",
    "das Passwort lautet {pw}.",
    "Passwort: {pw}",
    "Kennwort: {pw}",
    "PW ist {pw}",
    "DB_PASSWORD={pw}",
    'password="{pw}"',
    '{{"user": "svc", "password": "{pw}"}}',
    "mysql -u root --password={pw}",
    "password: '{pw}'",
    "password (case sensitive): {pw}",
    "your new password: {pw}",
    "Passwort (neu): {pw}",
    "Ihr Einmalpasswort lautet {pw}",
    "WLAN-Passwort: {pw}",
    "das PW für den Server ist {pw}",
    "密码: {pw}",
]
SAID_STRONG = [
    "use {pw} as the password",
    "{pw} is the password",
    "the login is svc_report / {pw}",
    "login: svc_report / {pw}",
    "log in as svc_report with {pw}",
    "credentials: svc_report:{pw}",
    "creds are svc_report / {pw}",
    "Zugangsdaten: svc_report / {pw}",
    "Anmeldung mit svc_report und {pw}",
    "the password (it is {pw}) expires",
    "{pw} ist das Passwort",
    "nimm {pw} als Kennwort",
    "curl -u svc_report:{pw} https://crm.example.com",
    "we changed the password from Oldie77! to {pw}",
    "reset the password to {pw}",
    "Password\n{pw}",
    "temporary password {pw}",
    "just type {pw} when it asks for the password",
    "it's {pw} btw, the password",
    "svc_report's password is {pw}",
    "admin / {pw}",
    "Benutzer admin, Kennwort {pw}",
    "密码是{pw}",
]
_PHRASE_WORDS = _words("correct horse battery staple river window yellow planet garden silver thunder apple basket")
PHRASES = [
    'the passphrase is "{pw}"',
    "passphrase: {pw}",
    "pass phrase: {pw}",
    'password: "{pw}"',
    "the wifi password is '{pw}'",
    'Passphrase ist "{pw}"',
]
PINS = ["the PIN is {pw}", "PIN: {pw}", "pin code: {pw}", "die PIN lautet {pw}", "my door pin is {pw}", "PIN = {pw}"]
CONNECTIONS = [
    "postgres://{user}:{pw}@db.internal:5432/app",
    "postgresql+psycopg://{user}:{pw}@db.internal/app",
    "mysql://{user}:{pw}@10.0.0.4:3306/crm",
    "mariadb://{user}:{pw}@db/crm",
    "mongodb://{user}:{pw}@mongo.internal:27017/crm?authSource=admin",
    "mongodb+srv://{user}:{pw}@cluster0.example.net/crm",
    "redis://:{pw}@cache.internal:6379/0",
    "rediss://{user}:{pw}@cache.internal:6380",
    "amqp://{user}:{pw}@queue.internal:5672/vhost",
    "amqps://{user}:{pw}@queue.internal",
    "https://{user}:{pw}@git.example.com/team/repo.git",
    "ftp://{user}:{pw}@files.example.com/in",
    "sftp://{user}:{pw}@files.example.com",
    "smtp://{user}:{pw}@mail.example.com:587",
    "ldap://{user}:{pw}@ldap.example.com",
    "jdbc:postgresql://db.internal/app?user={user}&password={pw}",
    "jdbc:sqlserver://db.internal:1433;user={user};password={pw};encrypt=true",
    "Server=db.internal;Database=app;User Id={user};Password={pw};",
    "Data Source=db;Initial Catalog=app;Uid={user};Pwd={pw}",
    "DefaultEndpointsProtocol=https;AccountName=crm;AccountKey={pw};EndpointSuffix=core.windows.net",
    "clickhouse://{user}:{pw}@ch.internal:8443/default",
    "snowflake://{user}:{pw}@acct/db",
    "nats://{user}:{pw}@nats.internal:4222",
]
AROUND = [
    "{}",
    "connect to {} please",
    "the url is {}",
    "DATABASE_URL={}",
    '"{}"',
    "use `{}` for it",
    "bitte nimm {} dafür",
]


def _wide(key: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in key)


DISGUISES: dict[str, Callable[[str], str]] = {
    "full width": _wide,
    "zero width": lambda s: "\u200b".join(s),
    "one zero width": lambda s: s[:7] + "\u200d" + s[7:],
    "byte order marks": lambda s: s[:4] + "\ufeff" + s[4:9] + "\ufeff" + s[9:],
    "soft hyphen": lambda s: s[:11] + "\u00ad" + s[11:],
    "new line": lambda s: s[: len(s) // 2] + "\n" + s[len(s) // 2 :],
    "new line and quote": lambda s: s[: len(s) // 2] + "\n> " + s[len(s) // 2 :],
    "base64": lambda s: b64encode(s.encode()).decode(),
    "base64 in a sentence": lambda s: b64encode(f"the token is {s}".encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "percent": lambda s: "".join(f"%{ord(c):02x}" for c in s),
    "bold": lambda s: f"*{s}*",
    "strong": lambda s: f"**{s}**",
    "italic": lambda s: f"_{s}_",
    "struck": lambda s: f"~{s}~",
    "half bold": lambda s: s[:6] + "*" + s[6:12] + "*" + s[12:],
    "code": lambda s: f"`{s}`",
    "block": lambda s: f"```{s}```",
    "slack link": lambda s: f"<https://crm.example.com/?key={s}|crm>",
    "slack label": lambda s: f"<https://crm.example.com|{s}>",
    "curly quotes": lambda s: f"„{s}“",
    "entities": lambda s: f"&lt;{s}&gt;",
    "followed by a comma": lambda s: f"{s},",
    "followed by a bracket": lambda s: f"({s})",
    "string sum": lambda s: f'"{s[:10]}" + "{s[10:]}"',
    "spaced out": " ".join,
    "spaced out by fours": lambda s: " ".join(s[at : at + 4] for at in range(0, len(s), 4)),
    "hyphenated": "-".join,
    "hyphenated by fives": lambda s: "-".join(s[at : at + 5] for at in range(0, len(s), 5)),
    "dotted by threes": lambda s: ".".join(s[at : at + 3] for at in range(0, len(s), 3)),
    "commas between": ", ".join,
    "Cyrillic letters": lambda s: s.translate(str.maketrans("AEKMOPCTXaeopcx", "АЕКМОРСТХаеорсх")),
    "Greek letters": lambda s: s.translate(str.maketrans("AEKMOPTXo", "ΑΕΚΜΟΡΤΧο")),
    "one Cyrillic letter, spaced out": lambda s: " ".join(s).replace("A", "А", 1),
    "continued line": lambda s: s[:10] + "\\\n" + s[10:],
}


def key(shape: str, dice: random.Random) -> str:
    """A random token of this shape, with a digit beside a letter as real ones have."""
    body = shape.split(":", 1)[1]
    return _BLANK.sub(lambda blank: "".join(dice.choices(_ALPHABETS[blank[1]], k=int(blank[2]))), body)


def prefixed(shape: str) -> bool:
    """Whether a vendor's prefix is in the shape."""
    return SHAPES.index(shape) < len(SHAPES) - 9


def secret_lines(seed: int, each: int) -> Iterator[tuple[str, str, str]]:
    """(family, text, secret): every shape in `each` chat phrasings and code lines, every password in every phrasing."""
    dice = random.Random(seed)
    for shape in SHAPES:
        family = "prefixed" if prefixed(shape) else "opaque"
        for frame in dice.sample(CHAT, each):
            one = key(shape, dice)
            text = frame.format(key=one, word=dice.choice(WORDS.split("|")), old=key(shape, dice))
            yield f"chat {family}", text, one
        for frame in dice.sample(CODE, each):
            one = key(shape, dice)
            yield f"code {family}", frame.format(key=one), one
    for kind, make in PASSWORDS.items():
        said = SAID if kind == "plain word" else SAID + SAID_STRONG if kind in _STRONG else SAID + SAID_STRONG[:2]
        for frame in said:
            one = make(dice)
            yield "chat password", frame.format(pw=one), one
    for _ in range(each):
        for frame in PHRASES:
            one = " ".join(dice.sample(_PHRASE_WORDS, dice.randint(3, 5)))
            yield "chat passphrase", frame.format(pw=one), one
        for frame in PINS:
            one = str(dice.randint(1000, 999999))
            yield "chat pin", frame.format(pw=one), one
        for frame in CONNECTIONS:
            one = PASSWORDS["random and long" if "AccountKey" in frame else "word, digits, sign"](dice).replace(
                "#", "!"
            )
            one = one.replace("?", "!")
            yield "connection", dice.choice(AROUND).format(frame.format(user="svc_report", pw=one)), one


_STRONG = {"word, digits, sign", "random", "with signs", "random and long", "ends with a sign"}


def disguised_lines(seed: int, each: int) -> Iterator[tuple[str, str, str]]:
    """(disguise, text, what the key looks like in it): vendors' keys in each disguise."""
    dice = random.Random(seed)
    for name, wear in DISGUISES.items():
        for shape in dice.sample([one for one in SHAPES if prefixed(one)], each):
            one = key(shape, dice)
            worn = wear(one)
            frame = dice.choice(["please look at {}", "the token is {}", "{}", "use {} for the CRM", "hier: {} danke"])
            yield name, frame.format(worn), one if one in worn else worn


PLAIN = """
the key question is whether we ship on Friday
password reset takes 5 minutes
the password is required
secret santa draws on December 12th, budget 20 €
a small token of appreciation for the team
the token expired yesterday, please log in again
Please log in with your company account
who has the key to room 2.14?
the key takeaways from Q3-2026 are in the doc
we need a password policy with at least 12 characters
my password expired 3 days ago
i forgot my password for SAP4HANA
forgot password link does not work on iOS17
the secret of good coffee is 92 degrees
the api is slow since v2.14.3
API version 2024-06-01 is deprecated
access was granted on 2026-05-04 at 14:30
auth is done by OAuth2 and OpenID
our API returns HTTP 503 since 9am
account 4711 is locked
user u12345 cannot log in
the admin is away until Monday 8th
pass the salt
did you pass the AWS-SAA-C03 exam?
the login page has 2 fields: user name and password
username and password fields are required
add a field "API key" to the form, 40 characters long
the license key field should be optional
password protected PDF, 12 pages
two-factor tokens arrive by SMS within 30s
please rotate the on-call schedule every 2 weeks
is the meeting room still valid for 14:00?
key figures: 12,5 % growth, 4.2 Mio. € revenue
private appointment at 15:45, do not disturb
the webhook fires 3 times per hour
survey with 5 questions about our login experience
Der Schlüssel zum Erfolg ist Geduld
Das Passwort muss mindestens 12 Zeichen haben
Passwort vergessen? Bitte an IT-Support wenden, Tel. 4711
Ich habe mein Passwort vergessen
das Passwort ist abgelaufen
Der Zugang zum Büro ist ab 7:30 offen
Die Anmeldung zum Sommerfest läuft bis 30.06.2026
Bitte melde dich mit deinem Konto an
Der Schlüssel für Raum 3.12 hängt am Empfang
Benutzer können sich ab Montag anmelden
Geheimnis gelüftet: das Fest ist am 24.12.
Konto 1234567890 bei der Sparkasse
Login geht nicht seit dem Update auf 14.2.1
Zugangsdaten bekommst du von der IT
Kennwörter bitte nie per Mail schicken
Der Token ist seit gestern abgelaufen
key account manager meeting with ACME at 10:00
keyboard shortcuts: Ctrl+Shift+P, Cmd+K
monkey business since 1952
authorise the payment of $1,250.00 to vendor 88231
the passenger list has 42 names
compass and passport needed for trip 7
the secretary will send 3 invitations
the tokenizer splits at 4,096 tokens
max_tokens=4096, temperature=0.7
tokens: 1234, cost: $0.02
how many tokens does gpt-4o-mini cost?
sign in sheet for the workshop, 25 people
user story US-1234: as a user I want to log in
account manager for EMEA is Jane (ext. 2231)
the valid range is 10-20
this coupon SAVE20 is valid until May 5
leak in the kitchen on floor 3, room 3.07
the working group meets every 2nd Tuesday
working on ticket OPS-1224 since 8:15
accessible toilets are on level 1 and 4
hotkey F5 refreshes, F12 opens the tools
primary key is user_id, foreign key order_id
the cache key is user:42:profile
keyword density 3.2%
public key infrastructure course, 2 days
""".strip().splitlines()
MADE = [
    "order {D8}-{D2} for customer {D6} is late",
    "invoice INV-2026-{D5} over {D3},{D2} €",
    "Bestellung Nr. {D10} vom 12.03.2026",
    "IBAN DE{D2} {D4} {D4} {D4} {D4} {D2}",
    "IBAN: DE{D20}",
    "tracking number 1Z{U16}",
    "parcel JJD{D18} arrives today",
    "version {D1}.{D2}.{D1}-rc{D1} is out",
    "upgrade node to v{D2}.{D1}.{D1}",
    "commit {H40} broke the login",
    "see commit {H7} and {H8}",
    "fixed in {H40}",
    "revert {H12}, the token check was wrong",
    "sha256: {H64}",
    "md5 {H32} of the file",
    "checksum {H64}  setup.exe",
    "request id {uuid} failed",
    "user {uuid} cannot log in",
    "trace {H32} span {H16}",
    "{uuid}",
    "{H40}",
    "device {uuid} lost its session token",
    "https://github.com/acme/app/commit/{H40}",
    "https://github.com/acme/app/pull/{D4}/files#diff-{H64}",
    "https://docs.google.com/document/d/{W44}/edit?usp=sharing",
    "https://docs.google.com/spreadsheets/d/{W44}/edit#gid={D9}",
    "https://drive.google.com/file/d/{W33}/view",
    "https://acme.slack.com/archives/C{U10}/p{D16}",
    "https://acme.slack.com/files/U{U10}/F{U10}/plan.pdf",
    "<https://acme.slack.com/archives/C{U10}/p{D16}?thread_ts={D10}.{D6}|thread>",
    "<@U{U10}> please approve in <#C{U10}|ops>",
    "https://www.notion.so/acme/Roadmap-{H32}",
    "https://www.figma.com/file/{A22}/Login-page?node-id={D3}-{D4}",
    "https://miro.com/app/board/uXj{A9}=/",
    "https://acme.atlassian.net/wiki/spaces/OPS/pages/{D9}/Password+policy",
    "https://acme.atlassian.net/browse/OPS-{D4}",
    "https://acme.sharepoint.com/:w:/s/team/E{A43}?e={A6}",
    "https://us02web.zoom.us/j/{D11}",
    "https://meet.google.com/abc-defg-hij",
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_{A44}%40thread.v2/0",
    "https://www.youtube.com/watch?v={A11}",
    "https://maps.app.goo.gl/{A17}",
    "https://forms.gle/{A17}",
    "https://calendar.google.com/calendar/event?eid={A60}",
    "https://cdn.example.com/assets/main.{H20}.js",
    "https://s3.amazonaws.com/acme/report-{D8}.pdf",
    "mail to ana.b{D2}@example.com or it-support@example.org",
    "call +49 {D3} {D7} or 0{D4}/{D6}",
    "colours #{H6}, #{H6} and #{H3}",
    "background: rgba({D2}, {D2}, {D2}, 0.5); color: #{H6}",
    "file report_2026-{D2}-0{D1}_final_v{D1}.xlsx",
    "see IMG_{D8}_{D6}.jpg and DSC0{D4}.png",
    "screenshot-2026-05-04-at-{D2}.{D2}.{D2}.png",
    "![logo](data:image/png;base64,iVBORw0KGgo{B100}=)",
    "url(data:font/woff2;base64,d09GMgABAAAAA{B90}==)",
    "*/15 8-18 * * 1-5 /usr/bin/report --daily",
    "0 7 * * 1 send the reminder",
    "(3 + 4) * 12 / 7 = 12",
    "x^2 + 4x - {D2} = 0 and y = {D2}x",
    "f(x) = sin(2*pi*x)/x",
    "for (let i = 0; i < {D2}; i++) {{ total += rows[i].amount }}",
    "def total(rows): return sum(row.amount for row in rows)",
    "SELECT name, count(*) FROM orders WHERE id > {D5} GROUP BY name",
    "if user.password is None: raise ValueError('password missing')",
    "password = request.form['password']",
    "password = getpass.getpass()",
    "api_key = os.environ['CRM_API_KEY']",
    "api_key = settings.crm_api_key",
    "const token = await getToken(user)",
    "token = response.json()['access_token']",
    "apiKey: process.env.CRM_API_KEY,",
    "password: ${{DB_PASSWORD}}",
    "password: {{{{ vault_db_password }}}}",
    "token: ${{{{ secrets.CRM_TOKEN }}}}",
    "PASSWORD=<your password>",
    "API_KEY=your-api-key-here",
    "api_key: xxxxxxxxxxxxxxxxxxxxxxxx",
    "TOKEN=********",
    "CRM_TOKEN=changeme-example-token",
    "curl -u $USER:$PASSWORD https://crm.example.com",
    "curl -H 'Authorization: Bearer $TOKEN' https://crm.example.com",
    "def check(password: str, token: str | None = None) -> bool:",
    "public string Password {{ get; set; }}",
    "type Login = {{ username: string; password: string }}",
    "<input type='password' name='password' id='pw{D1}'>",
    "CREATE TABLE users (id int primary key, password varchar(255) not null)",
    "token_endpoint: https://id.example.com/oauth2/token",
    "key_id: {H12}",
    'etag "{H32}"',
    '"integrity": "sha512-{B86}=="',
    "image registry.example.com/app@sha256:{H64}",
    "arn:aws:iam::{D12}:role/report-reader",
    "i-0{H16} is stopped in eu-central-1",
    "vpc-0{H16}, subnet-0{H16}",
    "pod crm-api-{H9}-x7k2p restarted 4 times",
    "PR #{D4} closes OPS-{D4} and ABC-{D3}",
    "ISBN 978-3-{D2}-{D6}-{D1}",
    "VIN WVWZZZ1JZXW{D6}",
    "flight LH{D3} seat 23A, booking code {U6}",
    "train ICE {D3} leaves at 14:{D2}",
    "serial number SN-{U10}",
    "licence plate B-XY {D4}",
    "room A{D3}, floor {D1}, building {D2}b",
    "meeting id {D3} {D4} {D4}",
    "IP 10.{D2}.{D2}.{D1}, MAC 00:1b:{H2}:{H2}:{H2}:{H2}",
    "fe80::{H4}:{H4}:{H4}:{H4}",
    "epoch {D10} is 2026",
    "lat 52.{D6}, lon 13.{D6}",
    "ticket {U3}-{D4} about the expired token",
    "the token count was {D4} of {D5}",
    "password attempts: {D1} of 5",
    "login failed {D2} times since 0{D1}:30",
]


def plain_lines(seed: int, each: int) -> Iterator[tuple[str, str]]:
    """(the pattern, a text without a secret)."""
    dice = random.Random(seed)
    for text in PLAIN:
        yield text, text
    for frame in MADE:
        for _ in range(each):
            filled = _BLANK.sub(
                lambda blank: "".join(dice.choices(_ALPHABETS[blank[1]], k=int(blank[2]))), frame
            ).replace("{uuid}", str(UUID(int=dice.getrandbits(128), version=4)))
            yield frame, filled.replace("{{", "{").replace("}}", "}")
