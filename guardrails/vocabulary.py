"""The words by which people and programs announce a secret, lead to it, or say something else beside it.

English and German in full, the word for *password* and *key* in a dozen languages more. Add words here.
"""

from typing import Literal

Family = Literal["password", "secret", "token", "key", "login", "state"]
"""What kind of value a cue announces: made up by a person (`password`), made by a machine (`token`, `secret`, and the
ambiguous `key`), a user with a password (`login`); `state` words say that the thing beside them is a credential."""


def bag(words: str) -> frozenset[str]:
    """Words, by blanks."""
    return frozenset(words.split())


def _phrases(words: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in words.split(","))


CUES: dict[Family, tuple[str, ...]] = {
    "password": _phrases(
        """password, passwd, passwrd, pasword, passord, passw, passcode, passphrase, pass-phrase, pass phrase, pwd, pw,
        pass, psk, passwort, passwörter, kennwort, kennwörter, losungswort, contraseña, mot de passe,
        pin code, pin-code, pincode, pin, wachtwoord, lösenord, salasana, senha, hasło, heslo, parola, clave, пароль,
        密码, 密碼, パスワード, 비밀번호, wifi key, wpa key, wlan key, wlan-schlüssel"""
    ),
    "secret": _phrases(
        """secret, credentials, credential, creds, cred, geheimnis, zugangsdaten, anmeldedaten, identifiants,
        credenciales"""
    ),
    "token": _phrases(
        """token, bearer, authorization, api key, api-key, api_key, apikey, api, access key, access_key, accesskey,
        private key, private_key, privatekey, private, account key, accountkey, zugriffstoken, zugangstoken,
        signing key, encryption key, license key, service key, auth key, authkey, sas, jwt, api schlüssel,
        api-schlüssel, zugriffsschlüssel, zugangsschlüssel, ключ, токен"""
    ),
    "key": _phrases("key, auth, access, pat, webhook, schlüssel, clé"),
    "login": _phrases(
        """login, log in, log-in, logon, log on, logging in, sign in, sign-in, signin, authenticate, account, username,
        user name, user, admin, root, benutzer, benutzername, nutzer, konto, zugang, anmeldung, anmelden, einloggen,
        connexion, usuario, melde dich, meld dich, melden sie sich, logge dich, log dich, loggen sie sich, wifi, wi-fi,
        wlan"""
    ),
    "state": _phrases(
        """valid, expired, revoked, revoke, rotate, rotated, leaked, leak, compromised, working, abgelaufen, gültig,
        expiré"""
    ),
}

STANDALONE = bag(
    """pin pw pass psk pat key auth sas api private pwd cred user admin root clave account leak access valid senha jwt
    working token"""
)
"""Cues that count only as a whole word or a whole part of a name: `api_key`, but not `monkey`."""

LINKS = bag(
    """is are was be should will now still it's its as via using with per value set reads equals est es é è called s
    here this following below underneath one new newly actually literally simply just currently temporarily
    basically ist sind lautet lauten war heißt heisst wird jetzt als mit neu neue neues wäre wären unten ⬇ 👇 ↓ = :
    := => == -> --> → ⇒ ⇨ ➔ ➜ ➡ ▶ 👉 🔑 🔐 - – — |"""
)
"""Words after which the value itself comes."""

HANDOVERS = bag("to into and or & from in auf von zu und oder")
"""Words that lead from one value or place to the next: *changed from A to B*."""

NAMING = bag(
    """commit commits sha sha1 sha256 md5 checksum hash rev revision request trace span id ids uuid guid digest build
    image ticket order invoice release tag branch version etag fingerprint job run correlation message event device
    serial"""
)
"""Words that name a benign identifier when they stand before it."""

TECHNICAL = bag(
    """oauth2 oauth1 oauth2.0 oauth2/oidc 2fa mfa u2f saml2 totp auth0 web3 http2 http/2 tls1.2 tls1.3 wpa2 wpa3 802.1x
    utf-8 utf8 utf-16 base64 base32 base62 md5 sha1 sha-1 sha256 sha-256 sha384 sha512 sha-512 hs256 rs256 es256 rsa2048
    rsa4096 aes128 aes256 aes-256 argon2 argon2id bcrypt2 ed25519 x509 pkcs8 pkcs12 pbkdf2 ipv4 ipv6 iso27001 soc2 k8s
    i18n l10n a11y s3 ec2 r53 d3 p95 p99 x64 x86 amd64 arm64 python3 es6 es2020 html5 css3 vue3 log2 log4j neo4j mp3 mp4
    h264 3d 2d 4k b2b b2c e2e g7 office365 o365 m365 1password windows10 windows11 win11 covid19 covid-19"""
)
"""Words with digits that are no passwords."""

NOT_VALUES = bag(
    """string text str varchar char hidden required optional none null nil true false undefined input field fields
    yes no number integer int bool boolean object array bytes any unknown masked secret password passwort pass token
    key value long short min max minimum maximum at up enabled disabled default same todo tbd n/a na empty missing
    unset auto generated random plain plaintext encrypted hashed stored email select date money checkbox url person
    phone login name username label placeholder example public primary foreign read write internal external basic
    bearer digest const static final wrong correct incorrect invalid right weak strong good bad fine lost gone old
    new changed unchanged shared safe secure insecure private known different identical ready here there there's
    what where when which who how why not never always also only just still already again soon now then this that
    these those the a an it its in on by for with from to of or and everyone everybody anyone nobody someone
    mandatory visible invisible broken stolen forgotten hidden written taken given chosen spoken compromised case
    recovery somewhere there everything something nothing needed necessary important sensitive confidential unique
    common simple complex easy hard blank free open closed changeme changeit protected protection rotation reset
    change policy manager falsch richtig korrekt abgelaufen vergessen geheim sicher unsicher nicht noch schon immer
    auch nur neu alt weg leer notwendig erforderlich pflicht bekannt unbekannt zu bei für mit ein eine einen der die
    das pflichtfeld freitext siehe bitte danke please pls thanks"""
)
"""Plain words after *password is* or `password:` that describe it or its field instead of being it."""

ADMINS = bag("admin root administrator sa postgres guest superuser sysadmin")
"""Users whose password may be any word."""

SERVICES = bag(
    """adafruit adobe airtable algolia alibaba amplitude anthropic asana atlassian auth0 azure beamer bitbucket
    bittrex braintree bugsnag circleci clearbit clickup cloudflare cloudinary codacy codecov coinbase confluent
    contentful coveralls databricks datadog deepgram discord docusign dropbox dynatrace elastic etsy facebook fastly
    finicity finnhub flickr flutterwave freshbooks freshdesk frontapp grafana heroku hubspot intercom jfrog jira
    jumpcloud klaviyo kraken kucoin launchdarkly linear linkedin lob looker mailchimp mailgun mailjet mandrill
    mapbox mattermost messagebird mixpanel netlify newrelic notion npm nytimes okta onesignal openai openweather
    opsgenie pagerduty paypal pipedrive plaid planetscale plivo posthog postmark pubnub rapidapi rollbar segment
    sendbird sendgrid sendinblue sentry shodan shopify shortcut snyk sonar sonarcloud sparkpost splunk square
    squarespace stripe sumologic surveymonkey telegram todoist travis travisci trello twilio twitch twitter typeform
    uptimerobot vercel vonage wakatime webex wistia xero yandex zendesk zoho zoom"""
)
"""Services whose keys are often written behind nothing but their name (the context words of gitleaks' rules)."""

FIELDS = bag(
    """username user name login password passwd passwort pass pw pwd secret logout logoff email mail register
    registration signup role roles group token key date time"""
)
"""Names of form fields and pages that stand in pairs: `login / logout`."""

WEB_SCHEMES = bag("http https ws wss ssh git svn sftp ftp")
"""URL schemes of addresses; any other scheme with a user and a password is a connection string."""
