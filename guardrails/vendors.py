"""The token shapes that vendors document, or that open-source scanners know: a kind and a pattern each.

Shapes are as exact as the vendor is: a fixed length is written as one. They end at a character that cannot belong to
the token, and every repetition is bounded or possessive: time is linear in the text.
"""

import re
from functools import cache

VENDORS: tuple[tuple[str, str], ...] = (
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
    ("slack-token", r"xox[a-z](?:\.xox[a-z])?-(?:\d-)?[\w-]*[A-Za-z0-9]{10}[\w-]*|xapp-\d-[\w-]{20,}|xwfp-[\w-]{20,}"),
    ("discord-token", r"[A-Z][\w-]{23,27}\.[\w-]{6,7}\.[\w-]{27,40}"),
    ("telegram-token", r"\d{5,16}:A[\w-]{34,35}"),
    ("lark-token", r"[tu]-[a-zA-Z0-9]{42}"),
    ("openai-key", r"sk-(?:proj|svcacct|admin|None|service|live|test)-[\w-]{20,}"),
    ("openai-key", r"sk-(?![0-9a-f]{1,31}(?![A-Za-z0-9]))[A-Za-z0-9]{20,}"),
    ("anthropic-key", r"sk-ant-[\w-]{20,}"),
    ("openrouter-key", r"sk-or-(?:v\d-)?[\w-]{20,}"),
    ("llm-key", r"gsk_[A-Za-z0-9]{40,}|xai-[\w-]{40,}|pplx-[A-Za-z0-9]{32,}|nvapi-[\w-]{40,}"),
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
    ("newrelic-key", r"NR(?:AK|JS|II|IQ|RA|AL|SP)-[\w-]{18,}"),
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
    ("adafruit-key", r"aio_[A-Za-z0-9]{28}"),
    ("apify-token", r"apify_api_[A-Za-z0-9]{30,}"),
    ("axiom-token", r"xa[ap]t-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    # The signatures that Microsoft puts into its keys so that scanners can tell them (security-utilities, CASK).
    (
        "azure-secret",
        r"[\w+/-]{32,76}(?:AzFu|AzSe|AzCa|AIoT|APIM|ACDb|JQQJ99|\+A(?:St|Ba|Eh|Sb|CR|Mc))[\w+/-]{4,30}={0,2}",
    ),
    ("buildkite-token", r"bk(?:aj|ct|pt|ua|at)_[A-Za-z0-9]{36,}"),
    ("canva-secret", r"cnvca[A-Za-z0-9_-]{40,}"),
    ("checkly-key", r"cu_[a-f0-9]{32}"),
    ("clerk-key", r"ak_[A-Za-z0-9]{32,}"),
    ("clickhouse-key", r"4b1d[A-Za-z0-9]{38}"),
    ("clickup-token", r"pk_\d{6,12}_[A-Z0-9]{32}"),
    ("cloudflare-key", r"cf(?:ut|at|k)_[A-Za-z0-9]{40,}"),
    ("contentstack-token", r"blt[a-f0-9]{16,24}|cs[a-f0-9]{34}"),
    ("databento-key", r"db-[A-Za-z0-9]{29}"),
    ("dbt-token", r"dbt[cu]_[\w-]{30,}"),
    ("defined-key", r"dnkey-[\w=-]{26}-[\w=-]{52}"),
    ("devcycle-key", r"dvc_(?:mobile|server|client)_[\w-]{20,}"),
    ("endor-token", r"endr\+[\w-]{16,}"),
    ("elastic-key", r"essu_[\w+/=-]{20,}"),
    ("e2b-key", r"e2b_[a-f0-9]{40}"),
    ("ethereum-key", r"0x[a-fA-F0-9]{64}"),
    ("gocardless-token", r"live_[\w=-]{40}"),
    ("honeycomb-key", r"hc[abx][ilm]k_[a-z0-9]{50,}"),
    ("instagram-token", r"IG(?:AA|QV)[\w-]{60,}"),
    ("langfuse-key", r"sk-lf-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    (
        "llm-key",
        r"csk-[a-z0-9]{40,}|fw_[A-Za-z0-9]{22,}|jina_[\w-]{40,}|tvly-[\w-]{20,}|fc-[a-f0-9]{32}|rpa_[A-Z0-9]{40,}",
    ),
    ("lob-key", r"(?:live|test)_(?:pub_)?[a-f0-9]{30,40}"),
    ("mailgun-key", r"pubkey-[a-f0-9]{32}"),
    ("mollie-key", r"(?:live|test)_[A-Za-z0-9]{30,}"),
    ("n8n-key", r"n8n_api_[\w.-]{20,}"),
    ("neon-key", r"napi_[a-z0-9]{40,}"),
    ("paddle-key", r"pdl_(?:live|sdbx)_\w{20,}"),
    ("persona-key", r"persona_(?:production|sandbox)_[\w-]{20,}"),
    ("pinecone-key", r"pcsk_\w{40,}"),
    ("planetscale-token", r"pscale_[a-z_]{2,12}_[\w=.-]{20,}"),
    ("ramp-secret", r"ramp_(?:sec|id|tok)_[A-Za-z0-9]{40,}"),
    ("razorpay-key", r"rzp_(?:live|test)_[A-Za-z0-9]{14}"),
    ("readme-key", r"rdme_[a-z0-9]{60,}"),
    ("retool-key", r"retool_[A-Za-z0-9_]{20,}"),
    ("scalingo-token", r"tk-us-[\w-]{40,}"),
    ("settlemint-token", r"sm_(?:aat|pat|sat)_[A-Za-z0-9]{16}"),
    ("snyk-token", r"snyk_(?:uat|sat)\.[a-z0-9]{8}\.[\w-]{60,}"),
    ("sourcegraph-token", r"sgp_[A-Za-z0-9]{64}"),
    ("teamwork-token", r"tkn\.v1_[\w+/=-]{40,}"),
    ("telnyx-key", r"KEY[A-Z0-9]{32}_[A-Za-z0-9]{22}|KEY[A-Za-z0-9_-]{55}"),
    ("trigger-key", r"tr_(?:dev|prod|stg|preview|pat)_[A-Za-z0-9]{20,}"),
    ("unkey-key", r"unkey_[A-Za-z0-9]{20,}"),
    ("upcloud-token", r"ucat_[A-Z0-9]{26}"),
    ("valtown-token", r"vtwn_[\w-]{28,}"),
    ("wakatime-key", r"waka_(?:tok_|sec_)?[a-z0-9-]{36,}"),
    ("wandb-key", r"wandb_v1_[\w-]{40,}"),
    ("workos-key", r"sk_(?:live|test|prod)_[\w=+/]{20,}"),
    ("aikido-secret", r"aik_(?:ci|secret|client)_[\w-]{20,}"),
    ("asaas-key", r"aact_[\w:=-]{40,}"),
    ("astra-token", r"AstraCS:[\w:-]{30,}"),
    ("bitbucket-token", r"BBDC-[A-Za-z0-9+/=]{40,}"),
    ("brave-key", r"BSA[\w-]{27,}"),
    ("buildkite-token", r"bka[ar]_[A-Za-z0-9]{36,}"),
    ("cockroach-key", r"CCDB1_[A-Za-z0-9]{16,}_[A-Za-z0-9]{30,}"),
    ("configcat-key", r"configcat-sdk-1/[\w-]{22}/[\w-]{22}"),
    ("gitlab-token", r"GR1348941[\w-]{20,}"),
    ("llm-key", r"llx-[A-Za-z0-9]{40,}|sk_car_[A-Za-z0-9]{20,}"),
    ("mailersend-token", r"mlsn\.[a-f0-9]{60,}"),
    ("mercury-token", r"mercury_production_\w{20,}"),
    ("mergify-key", r"mergify_application_key_\w{20,}"),
    ("midtrans-key", r"(?:SB-)?Mid-server-[\w-]{20,}"),
    ("mongodb-secret", r"mdb_sa_sk_[\w-]{30,}"),
    ("nylas-key", r"nyk_(?:v\d_)?[A-Za-z0-9]{40,}"),
    ("onesignal-key", r"os_v2_(?:app|org)_[a-z0-9]{60,}"),
    ("onfido-token", r"api_(?:live|sandbox)(?:_[a-z]{2})?\.[\w.-]{20,}"),
    ("pinterest-token", r"pina_[A-Za-z0-9]{32,}"),
    ("polar-token", r"polar_[a-z]{2,3}_[A-Za-z0-9]{20,}"),
    ("rootly-token", r"rootly_[a-f0-9]{40,}"),
    ("samsara-token", r"samsara_api_[A-Za-z0-9]{20,}"),
    ("swarm-token", r"SWM(?:KEY|TKN)-1-[\w+/=-]{40,}"),
    ("workato-token", r"wrka[a-z]{2}-[\w.-]{40,}"),
    ("xendit-key", r"xnd_(?:production|development)_[A-Za-z0-9]{40,}"),
    ("age-key", r"AGE-SECRET-KEY-PQ-1[A-Z0-9]{40,}"),
    ("assembla-token", r"asm_[A-Za-z0-9]{40}"),
    ("aws-key", r"bedrock-api-key-[A-Za-z0-9+/]{40,}={0,2}"),
    ("browserbase-key", r"bb_(?:live|test)_[\w-]{24,}"),
    ("convex-key", r"(?:prod|dev|preview|project):[a-z0-9:-]{4,60}\|[\w+/=-]{40,}"),
    ("crates-token", r"cio[A-Za-z0-9]{32}"),
    ("cursor-key", r"(?:key|crsr)_[a-f0-9]{64}"),
    ("django-key", r"django-insecure-[^\s\"'<>\x7f]{30,60}"),
    ("fauna-secret", r"fnA[A-Za-z][\w-]{36,40}"),
    ("google-key", r"GOOG1E[A-Z0-9]{54,60}|AQ\.Ab8[\w-]{40,}|AAAA[\w-]{7}:APA91b[\w-]{100,}"),
    ("infisical-token", r"st\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[0-9a-f]{32}\.[0-9a-f]{32}"),
    ("jsr-token", r"jsr[dp]_[A-Za-z0-9]{36}"),
    ("klaviyo-key", r"pk_[a-f0-9]{34}"),
    ("mail-key", r"md-(?=[\w-]{0,21}\d)(?=[\w-]{0,21}[A-Z])[\w-]{22}"),
    ("mem0-key", r"m0-[A-Za-z0-9]{40}"),
    ("nightfall-key", r"NF-[A-Za-z0-9]{32}"),
    ("nostr-key", r"nsec1[a-z0-9]{58}"),
    ("ory-token", r"ory_(?:at|rt|ac|pat|st|wak)_[\w.-]{30,}"),
    ("packagist-token", r"packagist_[ou][ru]t_[a-f0-9]{60,}"),
    ("rapidapi-key", r"[a-f0-9]{10}msh[a-f0-9]{15}p1[a-f0-9]{5,6}jsn[a-f0-9]{12}"),
    ("socket-token", r"sktsec_[\w-]{30,}"),
    ("stripe-key", r"(?:sk_org|ek)_(?:live|test)_[A-Za-z0-9]{20,}"),
    ("stytch-secret", r"secret-(?:live|test)-[\w-]{36}={0,2}"),
    ("tencent-key", r"AKID[A-Za-z0-9]{32}"),
    ("twitter-token", r"A{20,22}[A-Za-z0-9%+/=]{40,}"),
    ("vercel-token", r"vercel_blob_rw_[A-Za-z0-9]{10,20}_[A-Za-z0-9]{20,}"),
    ("volcengine-key", r"AKLT[A-Za-z0-9]{40,48}"),
    ("wallet-key", r"xprv[a-zA-Z0-9]{100,112}"),
    ("woocommerce-key", r"c[ks]_[a-f0-9]{40}"),
    ("yandex-token", r"y[0-3]_[\w-]{50,}"),
    ("jwt", r"eyJ[\w-]{10,3000}+\.eyJ[\w-]{10,}(?:\.[\w=-]*)?"),
)
"""Add a vendor here; where its tokens have one fixed shape, add the prefix to `_FIXED` too."""

VENDOR = re.compile("|".join(shape for _, shape in VENDORS))
"""Any vendor's shape. Without groups, because then a branch that cannot begin here costs one comparison."""


@cache
def _named() -> re.Pattern[str]:
    """The same with a group for each vendor, made when the first token is found."""
    return re.compile("|".join(f"({shape})" for _, shape in VENDORS))


def vendor(token: str) -> str:
    """The kind of a token that `VENDOR` matches."""
    named = _named().match(token)
    return VENDORS[(named.lastindex or 1) - 1][0] if named else "token"


_FIXED = re.compile(
    r"aizasy|dapi[0-9a-f]|do[opr]_v1_|gsk_|sgp_|shp(?:at|ca|pa|ss)_|sm_(?:aat|pat|sat)_|rubygems_|clojars_|npm_|ucat_"
    r"|xkeysib-|pmak-|ez[at]k|dt0c01\.|lsv2_|pul-|ico-|rnd_|ramp_sec_|age-secret-key-|rdme_|00d\w{12,15}!"
    r"|\d{1,20}:a[\w-]{20}|sk-[0-9a-f]{1,31}(?![a-z0-9])",
    re.IGNORECASE,
)
"""Beginnings that belong to one vendor whose tokens have one fixed length and alphabet."""

_LONG = re.compile(
    r"gh[pousr]_|github_pat_|gl(?:pat|c|sa)[-_]|pypi-|dckr_[po]at_|hf_|r8_|pplx-|xai-|nvapi-|pcsk_|tvly-|apk_user_|tgp_v1_"
    r"|xox[abeoprs]-|xapp-|shippo_|duffel_|sg\.|lin_api_|ntn_|fig[ds]_|tfp_|fio-u-|sntry[su]_|nrak-|phx_|persona_|unkey_"
    r"|vtwn_|essu_|waka_|pscale_|sbp_|tskey-|hv[sb]\.|dp\.(?:pt|st|ct)\.|napi_|ccipat_|bkua_|sha256~|e2b_|atatt3",
    re.IGNORECASE,
)
_LONG_ENOUGH = 24
"""Beginnings that belong to vendors whose tokens are longer than this, as far as anyone has seen."""
_LONGER = re.compile(r"sk-api-|sk-(?:proj|svcacct|admin)-|sk-ant-(?:api|admin|oat)\d\d-|glc_eyJ|AQ\.Ab8|ATATT3|ABSK")
_EVEN_LONGER = 40
"""The same of vendors whose tokens have many times as many characters."""


def is_near_miss(token: str) -> bool:
    """Whether a token begins as one vendor's do and then cannot be one: too short, too long, a wrong letter."""
    if VENDOR.fullmatch(token):
        return False
    short = (len(token) < _LONG_ENOUGH and _LONG.match(token)) or (len(token) < _EVEN_LONGER and _LONGER.match(token))
    return bool(_FIXED.match(token) or short)
