"""Secrets that show by their shape: vendors' documented prefixes, keys in armour, URLs with a password.

Each vendor line is a kind and the shape its documentation or its open-source scanners' rules give. Shapes end at a
character that cannot belong to the token, and every repetition is bounded or possessive: time is linear in the text.
"""

import re
from collections.abc import Iterator

from guardrails.found import Found
from guardrails.vocabulary import WEB_SCHEMES

_VENDORS: tuple[tuple[str, str], ...] = (
    ("aws-key", r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}"),
    ("aws-key", r"ABSK[A-Za-z0-9+/]{100,}={0,2}"),
    ("alibaba-key", r"LTAI[A-Za-z0-9]{12,24}"),
    ("google-key", r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|1//0[\w-]{40,}"),
    ("azure-secret", r"[A-Za-z0-9_~.]{3}[78]Q~[\w~.-]{31,34}"),
    ("digitalocean-token", r"do[opr]_v1_[a-f0-9]{32,}"),
    ("cloudflare-key", r"v1\.0-[a-f0-9]{24}-[a-f0-9]{60,}"),
    ("heroku-key", r"HRKU-[\w-]{30,}"),
    ("fly-token", r"fo1_[\w-]{40,}|fm[12][ar]?_[\w+/=]{60,}"),
    ("openshift-token", r"sha256~[\w-]{40,}"),
    ("scaleway-key", r"SCW[A-Z0-9]{17}"),
    ("yandex-key", r"AQVN[\w-]{35,38}|t1\.[\w-]{1,300}+=*\.[\w-]{80,}"),
    ("github-token", r"gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_\w{20,255}"),
    ("gitlab-token", r"gl(?:pat|ptt|dt|rt|rtr|cbt|ft|imt|agent|oas|soat|ffct|wt)-[\w.=-]{16,}"),
    ("bitbucket-token", r"ATBB[A-Za-z0-9]{20,}"),
    ("atlassian-token", r"AT[AC]TT3[\w=-]{60,}|ATTA[a-f0-9]{60,}"),
    ("circleci-token", r"CCIP(?:AT|RJ)_\w{20,}"),
    ("buildkite-token", r"bkua_[a-z0-9]{40}"),
    ("docker-token", r"dckr_(?:pat|oat)_[\w-]{20,}"),
    ("npm-token", r"npm_[A-Za-z0-9]{36}"),
    ("pypi-token", r"pypi-[\w-]{30,}"),
    ("rubygems-key", r"rubygems_[a-f0-9]{40,}"),
    ("nuget-key", r"oy2[a-z0-9]{43}"),
    ("clojars-token", r"CLOJARS_[a-z0-9]{60}"),
    ("artifactory-key", r"AKCp[A-Za-z0-9]{60,}|cmVmdGtu[A-Za-z0-9]{50,}"),
    ("octopus-key", r"API-[A-Z0-9]{25,32}"),
    ("harness-key", r"[ps]at\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),
    ("pulumi-token", r"pul-[a-f0-9]{40}"),
    ("prefect-key", r"pn[ub]_[A-Za-z0-9]{36}"),
    ("terraform-token", r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}"),
    ("vault-token", r"hv[sbr]\.[\w-]{20,}"),
    ("doppler-token", r"dp\.(?:ct|pt|st|sa|said|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}"),
    ("infracost-key", r"ico-[A-Za-z0-9]{32}"),
    ("1password-token", r"ops_eyJ[A-Za-z0-9+/]{100,}={0,3}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{5,11}-){4,5}[A-Z0-9]{5}"),
    ("age-key", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    ("tailscale-key", r"tskey-[a-z]{2,10}-[\w-]{20,}"),
    ("slack-token", r"xox[a-z](?:\.xox[a-z])?-[\w-]{10,}|xapp-\d-[\w-]{20,}|xwfp-[\w-]{20,}"),
    ("discord-token", r"[A-Z][\w-]{23,27}\.[\w-]{6,7}\.[\w-]{27,40}"),
    ("telegram-token", r"\d{5,16}:A[\w-]{34,35}"),
    ("lark-token", r"[tu]-[a-zA-Z0-9]{42}"),
    ("openai-key", r"sk-(?:proj|svcacct|admin|None|service|live|test)-[\w-]{20,}|sk-[A-Za-z0-9]{20,}"),
    ("anthropic-key", r"sk-ant-[\w-]{20,}"),
    ("openrouter-key", r"sk-or-(?:v\d-)?[\w-]{20,}"),
    ("llm-key", r"gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{32,}|nvapi-[\w-]{40,}"),
    ("llm-key", r"hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z]{30,}|r8_[A-Za-z0-9]{30,}|tgp_v\d_[\w-]{30,}"),
    ("llm-key", r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}|apk_user_[\w=-]{40,}|cog_[a-z0-9]{40,}|pa-[\w-]{40,}"),
    ("stripe-key", r"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,}|sk_[a-f0-9]{40,}"),
    ("shopify-token", r"shp(?:at|ca|pa|ss|ua|tka)_[a-fA-F0-9]{32}"),
    ("square-token", r"EAAA[\w-]{56,64}|sq0[a-z]{3}-[\w-]{20,60}"),
    ("paypal-token", r"access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}|A21AA[\w-]{60,}"),
    ("plaid-token", r"access-(?:sandbox|development|production)-[0-9a-f-]{36}"),
    ("easypost-key", r"EZ[AT]K[A-Za-z0-9]{54}"),
    ("flutterwave-key", r"FLW(?:PUBK|SECK)(?:_TEST)?-?[A-Za-z0-9]{12,64}(?:-X)?"),
    ("shippo-token", r"shippo_(?:live|test)_[a-f0-9]{40}"),
    ("facebook-token", r"EAA[MC][A-Za-z0-9]{80,}|\d{13,17}\|[\w-]{24,32}"),
    ("sendgrid-key", r"SG\.[\w-]{16,}\.[\w-]{16,}"),
    ("mail-key", r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|xsmtpsib-[\w-]{60,}"),
    ("mail-key", r"[0-9a-f]{32}-us\d{1,2}|key-[0-9a-zA-Z]{32}"),
    ("mail-key", r"re_[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,}|[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}"),
    ("postman-key", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    ("twilio-key", r"SK[0-9a-f]{32}"),
    ("hubspot-token", r"pat-(?:na|eu|ap)\d-[0-9a-f-]{36}"),
    ("airtable-token", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    ("notion-token", r"ntn_[A-Za-z0-9]{30,}|secret_[A-Za-z0-9]{40,}"),
    ("linear-token", r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}"),
    ("figma-token", r"fig[a-z]{1,2}_[\w-]{36,}|\d{4,8}-[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
    ("typeform-token", r"tfp_[\w.=-]{40,}"),
    ("asana-token", r"[12]/\d{13,17}(?:/\d{13,17})?:[0-9a-f]{32}"),
    ("contentful-token", r"CFPAT-[\w-]{40,}"),
    ("frameio-token", r"fio-u-[\w=-]{60,}"),
    ("dropbox-token", r"sl\.(?:u\.)?[\w-]{100,}"),
    ("grafana-token", r"gl(?:c|sa)_[A-Za-z0-9+/_]{30,}={0,2}|eyJrIjoi[A-Za-z0-9]{60,}={0,2}"),
    ("sentry-token", r"sntr(?:ys|yu|yi)_[A-Za-z0-9+/=_-]{40,}"),
    ("newrelic-key", r"NR(?:AK|JS|II|RA|AL|SP)-[A-Za-z0-9-]{18,}"),
    ("dynatrace-token", r"dt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("posthog-key", r"ph[xs]_[\w-]{30,}"),
    ("sonar-token", r"sq[pua]_[a-f0-9]{40}"),
    ("sourcegraph-token", r"sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}|slk_[a-f0-9]{64}"),
    ("launchdarkly-key", r"(?:sdk|mob|api|rel)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("databricks-token", r"dapi[a-f0-9]{32}(?:-\d)?|dose[a-f0-9]{32}(?:-\d)?"),
    ("planetscale-token", r"pscale_(?:tkn|oauth|pw|app_secret)_[\w=.-]{20,}"),
    ("supabase-key", r"sbp_(?:oauth_)?[a-f0-9]{40,}|sb_secret_[\w-]{20,}"),
    ("xata-key", r"xau_[A-Za-z0-9]{40,}"),
    ("mapbox-token", r"[st]k\.eyJ[\w-]{20,}\.[\w-]{20,}"),
    ("vercel-token", r"vc[piark]_[A-Za-z0-9]{20,}"),
    ("netlify-token", r"nf[pcobu]_[A-Za-z0-9]{36}"),
    ("render-key", r"rnd_[A-Za-z0-9]{28}"),
    ("deno-token", r"dd[pw]_[A-Za-z0-9]{36}"),
    ("zuplo-key", r"zpka_[A-Za-z0-9]{32}_[a-f0-9]{8}"),
    ("duffel-token", r"duffel_(?:live|test)_[\w=-]{40,}"),
    ("salesforce-token", r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{60,}"),
    ("adobe-secret", r"p8e-[\w-]{32}"),
    ("zoho-token", r"1000\.[a-f0-9]{32}\.[a-f0-9]{32}"),
    ("maxmind-key", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    ("intra42-secret", r"s-s4t2(?:ud|af)-[a-f0-9]{64}"),
    ("jwt", r"eyJ[\w-]{10,3000}+\.eyJ[\w-]{10,}(?:\.[\w=-]*)?"),
)

_NAMES = [name for name, _ in _VENDORS]
_VENDOR = re.compile("|".join(f"({shape})" for _, shape in _VENDORS))
_CANDIDATE = re.compile(r"[\w$!+./|:~=-]{16,}+", re.ASCII)
_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]", re.ASCII)


def vendor_keys(text: str) -> Iterator[Found]:
    """Tokens with a vendor's prefix and shape, wherever in a run of token characters they start."""
    for run in _CANDIDATE.finditer(text):
        at = run.start()
        for start in _START.finditer(text, run.start(), run.end()):
            if start.start() < at:
                continue
            shape = _VENDOR.match(text, start.start(), run.end())
            if shape and not _goes_on(text, shape.end()):
                at = shape.end()
                yield Found(_NAMES[(shape.lastindex or 1) - 1], start.start(), at)


def starts_as_key(token: str) -> bool:
    """Whether a vendor's shape fits from the token's first character on."""
    return _VENDOR.match(token) is not None


def _goes_on(text: str, end: int) -> bool:
    return end < len(text) and text[end].isascii() and text[end].isalnum()


_ARMOUR = re.compile(r"[-—–]{2,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?[-—–]{2,5}")
_ARMOUR_END = re.compile(r"[-—–]{2,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?[-—–]{2,5}")
_PUTTY = "PuTTY-User-Key-File"


def private_keys(text: str) -> Iterator[Found]:
    """Armoured private keys to their end line, or to the end of the text when that is missing."""
    at = 0 if "PRIVATE KEY" in text else len(text)
    while begin := _ARMOUR.search(text, at):
        close = _ARMOUR_END.search(text, begin.end())
        at = close.end() if close else len(text)
        yield Found("private-key", begin.start(), at)
    if (putty := text.find(_PUTTY)) >= 0:
        yield Found("private-key", putty, len(text))


_URL = re.compile(r"\b([a-z][a-z0-9+.-]{1,20})://([^\s<>\"'|\x7f]{3,3000}+)", re.IGNORECASE)
_USERINFO = re.compile(r"([^\s/@:]{0,120}):([^\s/]{1,200})@(?=[\w\[.$-])")
_HOOK = re.compile(
    r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/\w+/.+|discord(?:app)?\.com/api/webhooks/\d+/.+"
    r"|[\w-]+\.webhook\.office\.com/webhook.+|hooks\.zapier\.com/hooks/catch/\d+/\w+"
    r"|chat\.googleapis\.com/v1/spaces/.+[?&]token=.+|api\.telegram\.org/bot\d+:.+",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"[$%{<\[].*|x+|\*+|\.+|pass(?:word)?|pwd|pw|secret|token|your.*", re.IGNORECASE)


def urls_with_secrets(text: str) -> Iterator[Found]:
    """Webhook addresses and database URLs whole; of other URLs the `user:password` before the host."""
    if "://" not in text:
        return
    for url in _URL.finditer(text):
        scheme, rest, at = url[1].lower().split("+")[0], url[2], url.start(2)
        if _HOOK.match(rest):
            yield Found("webhook", url.start(), url.end())
        elif (info := _USERINFO.match(rest)) and not _REFERENCE.fullmatch(info[2]):
            if scheme not in WEB_SCHEMES:
                yield Found("connection-string", url.start(), url.end())
            else:
                yield Found("login", at, at + info.end() - 1)


def url_spans(text: str) -> list[tuple[int, int]]:
    """Where links stand, with or without a scheme: their paths are addresses, not keys."""
    return [link.span() for link in _LINK.finditer(text)]


_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:(?://|(?=image/|text/|application/|font/))|\bwww\."
    r"|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}/)[^\s<>\"'|\x7f]{1,20000}+",
    re.IGNORECASE,
)


def kinds() -> frozenset[str]:
    """Every type named here."""
    return frozenset(_NAMES) | {"private-key", "webhook", "connection-string", "login"}
