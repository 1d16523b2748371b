"""A second development set, made by a seed: formats that vendors document, wherever people and programs write them.

`format_lines` and `asked_lines` give (family, text, secret), `command_lines` and `said_lines` the same for passwords,
`calm_lines` gives (the pattern, a text without a secret). The formats are those that the vendors' documentation,
GitHub's list of secret scanning patterns and gitleaks' rules describe; none of their examples stands here, and no key
stands whole.
"""

import random
import string
from base64 import b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote
from uuid import UUID

from tests.guardrails.lines import PASSWORDS, _words, key

FORMATS = _words(
    """
    adyen:AQE{L1}hmfxL{W40}-{W40} age-plugin:AGE-SECRET-KEY-PQ-1{U58} akeyless:p-{L12}mw
    anthropic-admin:sk-ant-admin01-{W95} assembla:asm_{A40} atlassian-ops:ATSTT3{A180}
    auth0-management:eyJ{A33}.eyJ{A120}.{W86} aws-bedrock:ABSK{B128}
    aws-bedrock-short:bedrock-api-key-YmVkcm9jay{A80} aws-role:ASIA{U16} azure-cosmos:{B76}ACDb{B5}==
    azure-devops:{A52}JQQJ99{A14}AZDO{A4} azure-functions:{W44}AzFu{A5}w== azure-storage:{B76}+ASt{B6}==
    azure-registry:{B42}+ACR{A6} azure-search:{A42}AzSe{A6} azure-events:{B33}+AEh{B5}= baseten:{A8}.{A32}
    beamer:b_{A43}= browserbase:bb_live_{W27} buildkite-cluster:bkct_{L40} cargo:cio{A32}
    circleci-project:CCIPRJ_{A22}_{H40} clerk-live:sk_live_{A40} cloudinary:cloudinary://{D15}:{W27}@acme
    cockroach:CCDB1_{A22}_{A40} composio:ak_{W20} consul-like:{A3}8Q~{W34} convex:prod:happy-otter-{D3}|{B60}
    coveralls-like:{A33} cursor:key_{H64} crsr:crsr_{H64} databricks-oauth:dose{H32} datadog-app:ddapp_{A34}
    deepseek:sk-{H32} descope:K2{A25}:{A60} discord-hook:https://discord.com/api/webhooks/{D18}/{W68}
    django:django-insecure-{L40} docker-org:dckr_oat_{W32} dropbox-short:sl.u.{W130} duffel-test:duffel_test_{W43}
    elevenlabs:sk_{H48} facebook:EAAM{A90} fastly-like:{W32} fauna:fnA{A5}{W32} figma-oauth:figo_{W40}
    firebase-cloud:AAAA{W7}:APA91b{W134} fireworks:fw_{A24} flickr-like:{H16} fly-macaroon:fm2_{B100}
    frameio:fio-u-{W64} freshbooks:{H64} gcp-hmac:GOOG1E{U56} gemini:AQ.Ab8RN6{W45} github-old-oauth:gho_{A36}
    github-refresh:ghr_{A76} github-user:ghu_{A36} gitlab-deploy:gldt-{W20} gitlab-feed:glft-{W20}
    gitlab-ci:glcbt-64_{W20} gitlab-routable:glpat-{W27}.01.{L9} gitlab-scim:glsoat-{W20}
    gitlab-runner-old:GR1348941{W20} gitlab-agent:glagent-{W50} gitlab-trigger:glptt-{H40} ghost:{H24}:{H64}
    gitea-like:gitea_{H40} grafana-cloud:glc_eyJ{A60}= grafana-old:eyJrIjoi{A80} gumroad-like:{W43}
    harness:pat.{W22}.{H24}.{A20} helicone:sk-helicone-{L7}-{L7}-{L7}-{L7} heroku-new:HRKU-AA{W58}
    hashicorp-batch:hvb.{W140} vault-old:s.{A24} honeycomb:hcaik_01{L56}
    hubspot-eu:pat-eu1-{H8}-{H4}-{H4}-{H4}-{H12} infisical:st.{H8}-{H4}-{H4}-{H4}-{H12}.{H32}.{H32}
    intercom:dG9rO{A54}= jfrog-reference:cmVmdGtu{A56} jfrog:AKCp8{A68} jsr:jsrp_{A36} jwt:eyJ{A33}.eyJ{A60}.{W43}
    klaviyo:pk_{H34} langfuse:sk-lf-{H8}-{H4}-{H4}-{H4}-{H12} laravel:base64:{B43}=
    launchdarkly:api-{H8}-{H4}-{H4}-{H4}-{H12} linkedin:WPL_AP1.{A16}.{B8} lob:live_{H35} mailchimp:{H32}-us21
    mailjet-like:{H32} mailersend:mlsn.{H64} mandrill:md-{W22} mapbox:sk.eyJ1{A60}.{W22} mem0:m0-{A40}
    messagebird-like:{L25} microsoft-graph:{A3}8Q~{W34} modal:as-{A22} modal-id:ak-{A22}
    mongodb-agent:mdb_sa_sk_{W42} ngrok:2{A26}_{A21} ngrok-key:ak_2{A26} newrelic-insert:NRII-{W32}
    newrelic-license:{H36}NRAL newrelic-browser:NRJS-{H19} newrelic-rest:NRRA-{H42} nightfall:NF-{A32}
    nostr:nsec1{L58} npm-granular:npm_{A36} nvidia:nvapi-{W64} okta:00{W40}
    openai-service:sk-svcacct-{W74}T3BlbkFJ{W74} openai-admin:sk-admin-{W58}T3BlbkFJ{W58} ory:ory_pat_{A32}
    ory-access:ory_at_{W40} packagist:packagist_ort_{H80} pagerduty:u+{W18} paystack:sk_live_{H40}
    pipedream:pd_{A40} pinecone:pcsk_{A6}_{A63} planetscale-password:pscale_pw_{W43} posthog-project:phc_{A43}
    postmark-like:{H8}-{H4}-{H4}-{H4}-{H12} private-ai:{H32} pulumi:pul-{H40} pypi-test:pypi-AgENdGVz{W120}
    railway-like:{H8}-{H4}-{H4}-{H4}-{H12} rapidapi:{H10}msh{H15}p1{H6}jsn{H12} replicate:r8_{A37}
    resend:re_{A8}_{A24} runpod:rpa_{U40} sanity:sk{A80} scaleway:SCW{U17} segment:sgp_{A64} semgrep:{H64}
    sendgrid:SG.{W22}.{W43} sentry-org:sntrys_eyJ{A80}={W43} shodan-like:{A32} shopify-app:shpss_{H32}
    shopify-delegate:shpat_{H32} sidekiq:{H8}:{H8} slack-config:xoxe.xoxp-1-{A146} slack-refresh:xoxe-1-{A146}
    slack-cookie:xoxd-{A80} slack-browser:xoxc-{D12}-{D12}-{D13}-{H64}
    slack-workflow:https://hooks.slack.com/workflows/T{U8}/A{U8}/{D18}/{A24}
    slack-hook:https://hooks.slack.com/services/T{U8}/B{U8}/{A24} snowflake-like:{W43} socket:sktsec_{W43}_api
    sonar-user:squ_{H40} sonar-global:sqa_{H40} square-sandbox:EAAA{W60} stripe-test:sk_test_{A99}
    stripe-restricted:rk_test_{A99} stripe-org:sk_org_live_{A60} stytch:secret-live-{W36}=
    supabase-secret:sb_secret_{W22}_{A8}
    teams-hook:https://acme.webhook.office.com/webhookb2/{H8}-{H4}-{H4}-{H4}-{H12}@{H8}-{H4}-{H4}-{H4}-{H12}/IncomingWebhook/{H32}/{H8}
    tencent:AKID{A32} terraform:{A14}.atlasv1.{W67} together:tgp_v1_{W43} twilio-key:SK{H32} twitch-like:{L30}
    twitter-bearer:AAAAAAAAAAAAAAAAAAAAA{A24}%2B{A40} unkey:unkey_{A22} upstash-like:{A42}
    vault-service:hvs.CAES{A90} vercel-blob:vercel_blob_rw_{A16}_{A30} vercel-new:vcp_{A56} voyage:pa-{W43}
    vonage-like:{A16} volcengine:AKLT{A44} wandb:{H40} weaviate-like:{A36} wireguard:{B42}A= woocommerce:cs_{H40}
    wise-like:{H8}-{H4}-{H4}-{H4}-{H12} workos:sk_live_{W60} xai:xai-{A80} yandex-cloud:AQVN{W36}
    yandex-oauth:y0_{W55} zapier-hook:https://hooks.zapier.com/hooks/catch/{D7}/{L7}/ zendesk-like:{A40}
    zoho:1000.{H32}.{H32} bitcoin-wif:5K{A49} bitcoin-xprv:xprv9{A106} aws-secret:{B40} hetzner-like:{A64}
    npmrc-basic:{B40}== rails-key:{H128} rails-master:{H32} jenkins:11{H32} gradle:{L52} telegram:{D10}:AAH{W32}
    tailscale-client:tskey-client-{A16}CNTRL-{A32} trello:ATTA{H72} twilio-auth:{H32} cohere-like:{A40}
    mistral-like:{A32} deepgram-like:{H40} clickhouse-cloud:4b1d{A38} sourcegraph-local:sgp_local_{H40}
    airtable:pat{A14}.{H64} asana:2/{D16}/{D16}:{H32} notion-new:ntn_{D11}{A35} notion-old:secret_{A43}
    linear-oauth:lin_oauth_{H64} typeform:tfp_{A44}_{A14} canva:cnvca{A50} miro-like:{W27} gocardless:live_{W40}
    mollie:live_{A30} razorpay:rzp_live_{A14} flutterwave:FLWSECK-{H32}-X midtrans:Mid-server-{W24}
    xendit:xnd_production_{A56} coinbase-like:{A64} docker-swarm:SWMTKN-1-{L50}-{L25} kubernetes-join:{L6}.{L16}
    """
)
"""`name:shape`. A name that ends in `-like`, and the others without a prefix, need a word that announces them."""

_BARE = _words(
    """
    -like okta twilio-auth rails-key rails-master aws-secret wireguard npmrc-basic gradle wandb semgrep
    jenkins sidekiq freshbooks private-ai kubernetes-join akeyless vault-old pagerduty ngrok rapidapi sanity
    newrelic-license bitcoin-wif baseten ghost laravel modal-id modal linkedin composio descope adyen convex
    """
)


def bare(shape: str) -> bool:
    """Whether nothing in the shape says whose it is."""
    name = shape.partition(":")[0]
    return any(name == one or (one[0] == "-" and name.endswith(one)) for one in _BARE)


PLACES: dict[str, Callable[[str], str]] = {
    "chat": lambda s: f"hi, please use {s} for it, thanks",
    "chat with a cue": lambda s: f"the token is {s}.",
    "code": lambda s: f'API_TOKEN = "{s}"',
    "yaml": lambda s: f"service:\n  api_key: {s}\n  region: eu",
    "json": lambda s: f'{{"region": "eu", "secret": "{s}"}}',
    "query": lambda s: f"https://api.example.com/v1/items?limit=5&access_token={quote(s, safe='')}",
    "header": lambda s: f"curl -H 'Authorization: Bearer {s}' https://api.example.com",
    "Slack code": lambda s: f"here you go: `{s}` (new)",
    "Slack block": lambda s: f"```TOKEN={s}\nREGION=eu```",
    "Slack link": lambda s: f"see <https://api.example.com/cb?token={quote(s, safe='')}|the callback>",
    "Slack label": lambda s: f"it is <https://api.example.com|{s}>",
    "entities": lambda s: f"&lt;token&gt;{s}&lt;/token&gt;",
    "base64": lambda s: f"the secret: {b64encode(s.encode()).decode()}",
    "two lines": lambda s: f"the token is {s[: len(s) // 2]}\n{s[len(s) // 2 :]}",
    "German": lambda s: f"nimm bitte {s} als Zugriffstoken",
    "question": lambda s: f"is the API key {s} still valid?",
}
"""Where a key stands. For those without a prefix only places with a cue are fair."""
_NEEDS_PREFIX = ("chat", "Slack code", "Slack label")
_WHOLE = ("query", "Slack link")


def format_lines(seed: int) -> Iterator[tuple[str, str, str]]:
    """(format @ place, text, the key as it stands there)."""
    dice = random.Random(seed)
    for shape in FORMATS:
        for place, put in PLACES.items():
            one = key(shape, dice)
            if (place in _NEEDS_PREFIX and bare(shape)) or (place in _WHOLE and "://" in one):
                continue
            text = put(one)
            for form in (
                one,
                quote(one, safe=""),
                b64encode(one.encode()).decode(),
                *([text] if place == "two lines" else ()),
            ):
                if form in text:
                    secret = form if form != text else text.partition(" is ")[2]
                    yield f"{shape.partition(':')[0]} @ {place}", text, secret
                    break


COMMANDS = [
    "PGPASSWORD={pw} psql -h db.internal -U app",
    "sshpass -p {pw} ssh ops@10.0.0.4",
    "sshpass -p '{pw}' scp a b:",
    "mysql -u root -p{pw} crm",
    "docker login -u acme -p {pw} registry.example.com",
    "docker login --username acme --password {pw}",
    "redis-cli -h cache.internal -a {pw} ping",
    "curl --user acme:{pw} https://api.example.com",
    "wget --http-password={pw} https://api.example.com/x",
    "openssl pkcs12 -in a.p12 -passin pass:{pw}",
    "htpasswd -b .htpasswd acme {pw}",
    "kubectl create secret generic db --from-literal=password={pw}",
    "net use Z: \\\\files\\team /user:acme {pw}",
    'ConvertTo-SecureString "{pw}" -AsPlainText -Force',
    "spring.datasource.password={pw}",
    "machine api.example.com login acme password {pw}",
    "db.internal:5432:crm:acme:{pw}",
    "CREATE USER acme IDENTIFIED BY '{pw}';",
    "ALTER ROLE acme WITH PASSWORD '{pw}';",
    "CREATE USER acme WITH ENCRYPTED PASSWORD '{pw}';",
    "GRANT ALL ON crm.* TO 'acme'@'%' IDENTIFIED BY '{pw}'",
    "az login -u acme@example.com -p {pw}",
    "ldapsearch -D cn=admin -w {pw} -b dc=example",
    "rclone config create x sftp pass {pw}",
    "smbclient //files/team -U acme%{pw}",
    "mongosh -u admin -p {pw} --authenticationDatabase admin",
    "$pass = '{pw}';",
    "'password' => env('DB_PASSWORD', '{pw}'),",
    'os.environ.get("DB_PASSWORD", "{pw}")',
    "const db = new Pool({{ user: 'acme', password: '{pw}' }})",
    'conn = connect("db.internal", user="acme", passwd="{pw}")',
    '<property name="connection.password">{pw}</property>',
    '<user name="acme" password="{pw}"/>',
    "<password>{pw}</password>",
    "    password: |\n      {pw}",
    "DATABASE_URL=postgres://acme:{pw}@db.internal/crm",
    "Server=tcp:crm.database.windows.net,1433;User ID=acme;Password={pw};Encrypt=True",
    "mongodb+srv://acme:{pw}@cluster0.ab1cd.mongodb.net/?retryWrites=true",
    "Endpoint=sb://crm.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={long}=",
    "AccountName=crm;AccountKey={long}==;EndpointSuffix=core.windows.net",
    "https://crm.blob.core.windows.net/in?sv=2024-01-01&sp=r&sig={long}%3D",
    "https://crm.s3.amazonaws.com/a?X-Amz-Credential=x&X-Amz-Signature={hex}",
    "Authorization: Basic {basic}",
    '"auth": "{basic}"',
    "Cookie: session={long}; Path=/",
    "Set-Cookie: sessionid={long}; HttpOnly",
    "root:$6$rounds=5000$ab12CD34${long}{long}:19000:0:99999:7:::",
    "acme:$2y$10${A22}{A31}",
    "client-key-data: LS0tLS1CRUdJTi{long}{long}",
]
SPOKEN = [
    "the pw is {pw}",
    "pw's {pw}",
    "the pw for the CRM: {pw}",
    "password for the CRM is {pw}, user is acme",
    "log in with acme / {pw}",
    "log in with acme and {pw} please",
    "sign in as acme, password {pw}",
    "username: acme password: {pw}",
    "user acme pw {pw}",
    "creds: acme / {pw}",
    "login acme:{pw}",
    "you can use acme/{pw} to log in",
    "acme@example.com / {pw}",
    "email acme@example.com, password {pw}",
    "the new password will be {pw} from tomorrow",
    "i set the password to {pw}",
    "we changed it, the password is now {pw}",
    "its password? {pw}",
    "what's the password? it's {pw}",
    "Q: wifi password? A: {pw}",
    "wifi: Acme-Guest, password: {pw}",
    "WiFi Acme-Guest / {pw}",
    "passwd {pw}",
    "the root password ({pw}) must change",
    "the password - {pw} - is on the note",
    "default password {pw}",
    "unlock it with {pw} (that's the password)",
    "the vault's passphrase is {pw}",
    "das PW ist {pw}",
    "Passwort lautet: {pw}",
    "das Passwort fürs WLAN ist {pw}",
    "melde dich mit acme / {pw} an",
    "Login ist acme, Passwort {pw}",
    "Benutzername: acme, Kennwort: {pw}",
    "Zugang: acme / {pw}",
    "Zugangsdaten lauten acme / {pw}",
    "mit dem Passwort {pw} kommst du rein",
    "mein Passwort war {pw}",
    "ich habe das Passwort auf {pw} geändert",
    "Passwort wurde auf {pw} zurückgesetzt",
    "das Kennwort heißt {pw}",
    "nutze {pw} als Passwort",
    "User: acme\nPasswort: {pw}\nDanke!",
    "user acme\npass {pw}",
    "- user: acme\n- pw: {pw}",
    "*Password:* {pw}",
    "*Passwort*: `{pw}`",
    "| user | password |\n|---|---|\n| acme | {pw} |",
    "Password 👉 {pw}",
    "the secret word for the door is {pw}",
    "mot de passe : {pw}",
    "la contraseña es {pw}",
]


def command_lines(seed: int) -> Iterator[tuple[str, str, str]]:
    """(the frame, text, secret) of passwords in commands, settings and connection strings."""
    dice = random.Random(seed)
    for frame in COMMANDS:
        for kind in ("word, digits, sign", "random", "leetspeak"):
            pw = (
                PASSWORDS[kind](dice)
                .replace("#", "!")
                .replace("?", "!")
                .replace("&", "!")
                .replace("%", "!")
                .replace("*", "!")
                .replace("$", "!")
            )
            long = "".join(dice.choices(string.ascii_letters + string.digits, k=43))
            blanks = {
                "{pw}": pw,
                "{long}": long,
                "{hex}": key(":{H64}", dice),
                "{basic}": b64encode(f"acme:{pw}".encode()).decode(),
                "{A22}{A31}": key(":{A22}{A31}", dice),
            }
            text = frame.replace("{{", "{").replace("}}", "}")
            secret = next(value for blank, value in blanks.items() if blank in frame)
            for blank, value in blanks.items():
                text = text.replace(blank, value)
            yield frame, text, secret


def said_lines(seed: int) -> Iterator[tuple[str, str, str]]:
    """(the frame, text, secret) of passwords that people say."""
    dice = random.Random(seed)
    for frame in SPOKEN:
        for kind in ("word, digits, sign", "word and digits", "random", "leetspeak", "with signs"):
            pw = PASSWORDS[kind](dice)
            yield frame, frame.format(pw=pw), pw


ASKED = [
    "hey team the {v} key got rotated, new one {k}",
    "can someone update {v}? key = {k}",
    "{v} creds below\n{k}\ndont share",
    "fyi our {v} token ({k}) ends Friday",
    "@bot build a dashboard that pulls from {v}, auth with {k}",
    "build me a form that posts to {v} - api key {k} - and mails ops",
    "I need an app which calls {v} using the key {k}",
    "make a tracker, the {v} secret is {k}, show last 10 items",
    "pls use this {v} api token: {k} for the integration",
    "{v} API_KEY {k}",
    "{v}_key: {k}",
    "the {v} one is {k} (token)",
    "Token for {v} below ⬇️\n{k}",
    "Here's the {v} secret you need 👉 {k}",
    "here you go, {v} key: {k} :thumbsup:",
    "let's use {k} — that's the {v} api key",
    "you'll need the {v} auth token {k} to test it",
    "test creds: {k}",
    "I pasted {v}'s api key here: {k}",
    "we authenticate to {v} with {k}",
    "set {v} token to {k} in the app please",
    "please store {k} as the {v} secret",
    "hook it up to {v} (key {k})",
    "Bitte baue eine App, die {v} abfragt, der API-Key ist {k}",
    "der {v}-Token wäre {k}",
    "hier mein {v} Schlüssel {k}",
    "verwende für {v} den Schlüssel {k}",
    "Token ({v}): {k}",
    "unser {v} Secret lautet {k}, bitte nicht weitersagen",
    "ich hab den {v} Key auf {k} geändert",
    "the key for {v} was {k} last week, is it still?",
    "is this the right {v} key? {k}",
    "whats wrong with this {v} token {k}",
    "got 401 from {v} with key {k}, any idea?",
    "getting an error with my {v} api key {k} when I run the report",
    "the {v} integration uses {k} as its access token",
    "env: {v}_TOKEN={k}",
    "x-api-key: {k}",
    "Authorization: Token {k}",
    "?apikey={k}",
    "client_id=abc client_secret={k}",
    'the shared secret with {v} is "{k}"',
    "{v} webhook secret {k}",
    "{v} signing secret → {k}",
    "encryption key {k} for the {v} export",
    "license key: {k}",
    "app password for {v}: {k}",
    "{v} PAT: {k}",
    "my personal access token for {v} is {k}",
    "{v} session token {k}",
    "{v} refresh token {k}",
    "{v} bot token {k}",
    "deploy key for {v} is {k}",
    "service account key {k}",
    "here's my key for {v}: {k}, can you check whether it works",
    "credentials ({v}): {k}",
    "the {v} account's key, {k}, needs rotating",
]
SERVICES = _words("HubSpot Stripe GitHub Datadog Twilio CRM Zendesk Jira Mailgun Okta Notion")
OPAQUE = _words(
    """
    :{H40} :{H32} :{H8}-{H4}-4{H3}-a{H3}-{H12} :{L24} :{L32} :{A40} :{A20} :{W43} :{B43}= :{U20} :{C32}
    :{D6}{L14} :{A64} :{A8}-{A8}-{A8}
    """
)


def asked_lines(seed: int) -> Iterator[tuple[str, str, str]]:
    """(the frame, text, key) of keys without a prefix in what people write to a bot."""
    dice = random.Random(seed)
    for frame in ASKED:
        for shape in OPAQUE:
            one = key(shape, dice)
            yield frame, frame.replace("{v}", dice.choice(SERVICES)).replace("{k}", one), one


KEYS_IN_ARMOUR = [
    "-----BEGIN {} PRIVATE KEY-----\n{}\n-----END {} PRIVATE KEY-----",
    "here is the key:\n```\n-----BEGIN {} PRIVATE KEY-----\n{}\n-----END {} PRIVATE KEY-----\n```",
    '"private_key": "-----BEGIN {} PRIVATE KEY-----\\n{}\\n-----END {} PRIVATE KEY-----\\n"',
    "KEY='-----BEGIN {} PRIVATE KEY-----\n{}\n-----END {} PRIVATE KEY-----'",
    "&gt; -----BEGIN {} PRIVATE KEY-----\n&gt; {}\n&gt; -----END {} PRIVATE KEY-----",
]


def armoured(seed: int) -> Iterator[tuple[str, str, str]]:
    """(the algorithm, text, the key's body)."""
    dice = random.Random(seed)
    for frame in KEYS_IN_ARMOUR:
        for name in ("RSA", "EC", "OPENSSH", "DSA", "ENCRYPTED"):
            body = key(":{B64}", dice)
            yield name, frame.format(name, body, name), body


CALM = """
deployed {H40} to staging
cherry-pick {H8} onto release/2.4
git show {H7}
HEAD is now at {H9} fix the login
diff --git a/x b/x⏎index {H7}..{H7} 100644
merge base {H40}..{H40}
Co-authored-by: Ana <ana@example.com>
FROM python:3.11@sha256:{H64}
digest: sha256:{H64}
sha512:{H128}
integrity sha384-{B64}
etag: W/"{H32}"
session {uuid} ended
event_id={uuid}
uuid {uuid} is the app's id
X-Request-Id: {uuid}
traceparent: 00-{H32}-{H16}-01
order #{D7}
order ORD-2026-{D6} is late
Bestellnummer {D9}
PO {D8}
RMA-{U8}
case {D8} is closed
SKU {U3}-{D5}-XL
tracking DHL {D12}
UPS 1Z{U16}
ISBN 978-0-{D2}-{D6}-{D1}
ISBN-10: {D1}-{D4}-{D4}-{D1}
EAN {D13}
DOI 10.{D4}/{L8}.{D4}
Kundennummer {D8}
Steuernummer {D2}/{D3}/{D5}
USt-IdNr. DE{D9}
VAT GB{D9}
cost center {D6}
badge {D5}
+49 30 {D8}
+1 (415) 555-{D4}
0{D3} {D7}
Tel.: +43 1 {D3} {D4}
fax 0049-{D3}-{D6}
call me at 0171/{D7}
background #{H6}
--accent: #{H8};
rgb({D2}, {D2}, {D2})
hsl({D2}, 50%, {D2}%)
v{D1}.{D2}.{D2}-beta.{D1}
python 3.11.{D1}
node_modules/@acme/ui@{D1}.{D2}.{D1}
numpy=={D1}.{D2}.{D1}
requires >= {D1}.{D2}
build 2026.{D2}.{D2}.{D4}
Chrome/1{D2}.0.{D4}.{D2}
![x](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA{B200}==)
src="data:image/jpeg;base64,/9j/4AAQSkZJRg{B160}"
AKIAIOSFODNN7EXAMPLE
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
export TOKEN=<your-token>
token: YOUR_API_KEY
Authorization: Bearer <token>
password: changeme
set the password to `changeme` in the docs
api_key: $API_KEY
API_KEY=${API_KEY}
password=%PASSWORD%
token: {{ .Values.token }}
secret: !Ref DbSecret
key: xxxx-xxxx-xxxx
password: ********
pw: •••••••
sk-...
sk-xxxxxxxxxxxxxxxxxxxx
ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bearer ...
password=None
token = None
secret_name: crm-db-secret
secretKeyRef: {{name: crm, key: password}}
vault kv get secret/crm/password
Donaudampfschifffahrtsgesellschaftskapitän
Rechtsschutzversicherungsgesellschaften are insured
pneumonoultramicroscopicsilicovolcanoconiosis
Kraftfahrzeughaftpflichtversicherung für {D2} Wagen
getUserAccountSettingsByOrganizationId()
com.acme.crm.security.TokenRefreshFilter
AbstractSingletonProxyFactoryBean
test_the_token_is_refreshed_before_it_expires_again
MAX_LOGIN_ATTEMPTS_PER_USER = {D1}
https://www.amazon.de/dp/B0{U8}
https://youtu.be/{W11}
https://stackoverflow.com/questions/{D8}/how-to-reset-password
https://docs.google.com/presentation/d/1{W43}/edit#slide=id.p
https://github.com/acme/app/blob/{H40}/src/token.py#L{D2}
https://github.com/acme/app/actions/runs/{D11}
https://gitlab.com/acme/app/-/jobs/{D10}
https://linear.app/acme/issue/OPS-{D4}/rotate-the-token
https://acme.atlassian.net/wiki/x/{A8}
https://open.spotify.com/track/{A22}
https://www.dropbox.com/s/{L15}/plan.pdf
https://trello.com/c/{A8}/12-login
https://app.asana.com/0/{D16}/{D16}
https://www.loom.com/share/{H32}
https://airtable.com/app{A14}/tbl{A14}/viw{A14}
https://www.canva.com/design/DAF{W8}/view
https://whimsical.com/flow-{A22}
https://cdn.discordapp.com/attachments/{D18}/{D18}/a.png
https://i.imgur.com/{A7}.png
https://bit.ly/{A7}
https://grafana.example.com/d/{A9}/login?orgId=1&from=now-6h
https://sentry.io/organizations/acme/issues/{D10}/
https://app.datadoghq.com/dashboard/{L3}-{L3}-{L3}
https://console.aws.amazon.com/ec2/home?region=eu-central-1#InstanceDetails:instanceId=i-0{H16}
arn:aws:s3:::acme-{H8}
sg-0{H16}
ami-0{H16}
eni-{H17}
projects/acme-{D6}/locations/eu
subscription {uuid}
tenant {uuid} has 3 users
pod web-{H10}-{L5} is pending
container {H12} exited
image {H12}
IMG_{D8}_{D6}.HEIC
Screenshot 2026-0{D1}-1{D1} at 1{D1}.{D2}.{D2}.png
report_{D8}_{H8}.csv
C:\\Users\\ana\\AppData\\Local\\Temp\\{H8}
/var/lib/docker/overlay2/{H64}/merged
MAC 3c:22:fb:{H2}:{H2}:{H2}
2001:db8:{H4}:{H4}::{H4}
10.{D2}.{D2}.{D2}/24
52.52{D3}, 13.40{D3}
geo:52.{D6},13.{D6}
plus code 9F4M{U4}+{U2}
<@U0{U9}> asked in <#C0{U9}|ops>
<!subteam^S0{U9}|@ops>
p{D16} in <#C0{U9}>
thread_ts {D10}.{D6}
<mailto:ana@example.com|ana@example.com>
<tel:+4930{D6}|call>
Wir brauchen ein Formular für Passwörter-Reset-Anfragen (max. {D2} Zeichen)
Umfrage: Wie sicher ist dein Passwort? 1-5
poll: change the password policy, yes / no / later
a form with user / password / e-mail fields
login / logout buttons
admin / user / guest roles
the token budget is {D4} / {D5}
key / value store, {D3} rows
password rotation every {D2} days
passwords must have 12+ characters, 1 digit, 1 symbol
Kennwortlänge: mindestens {D2}
a PIN has 4 to 6 digits
ask for the last 4 digits of the card
the API returned 401 Unauthorized: invalid token
Error: token expired at 2026-0{D1}-1{D1}T1{D1}:00:00Z
403 Forbidden (request {H16})
jwt malformed
invalid_grant: Bad Request
SELECT password_hash FROM users WHERE id = {D4}
UPDATE users SET password = ? WHERE id = ?
password = hash(form.password)
if (token === undefined) return
type Secret = string
let key = map.keys().next().value
for key, value in items:
public_key_algorithm = 'RS256'
private readonly logger = new Logger()
access: private
auth: required
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{B43} ana@laptop
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB{B300}== ana
-----BEGIN CERTIFICATE-----⏎MIID{B60}⏎-----END CERTIFICATE-----
-----BEGIN PUBLIC KEY-----⏎MFkwEwYHKoZIzj0C{B60}⏎-----END PUBLIC KEY-----
fingerprint SHA256:{B43}
GPG key {X16}
key id 0x{X16}
SHA1 Fingerprint={X2}:{X2}:{X2}:{X2}:{X2}
version {D1}.{D1}, released 2026-0{D1}-0{D1}
KW {D2}: Dienstplan
Raum {D1}.{D2}
budget {D2}.{D3},00 €
USD {D1},{D3}.{D2}
{D2} % off with code WELCOME{D2}
voucher SUMMER-{D4}
flight BA{D4}, seat {D2}C, ref {U6}
license plate M-AB {D4}
chassis WBA{U14}
serial C02{U9}
IMEI {D15}
SSCC {D18}
ticket INC{D7}
CHG{D7} approved
KB{D7} breaks printing
CVE-2026-{D5}
RFC {D4}
ISO 27001:2022 A.8.{D2}
lorem ipsum dolor sit amet, consectetur adipiscing elit
9f86d081 is a short hash
md5sum: {H32}  backup.tar.gz
{H64}  slipway-1.2.tar.gz
crc32 {H8}
ulid 01J{U23}
ksuid {A27}
nanoid id={W21}
object id {H24}
cuid c{L24}
xid {L20}
""".strip().splitlines()
"""What looks like a key and is none; `⏎` is a new line."""


def calm_lines(seed: int, each: int) -> Iterator[tuple[str, str]]:
    """(the pattern, a text without a secret)."""
    dice = random.Random(seed)
    for frame in CALM:
        for _ in range(each if "{" in frame else 1):
            filled = key(f":{frame}", dice).replace("{uuid}", str(UUID(int=dice.getrandbits(128), version=4)))
            yield frame, filled.replace("{{", "{").replace("}}", "}").replace("⏎", "\n")
