// The page around every app: head, header with navigation, footer; and the few answers that are not pages.

const LOOK = inLanguage({
  English: {
    lang: "en",
    skip: "Skip to content",
    pages: "Pages",
    signedIn: (name) => html`Signed in as ${name}.`,
    kept: (days) => `Entries are kept for ${plural(days, "day", "days")}.`,
    about: "What this app can and cannot do",
    made: "Made with Slipway",
    back: "Back to the start",
    nothing: ["There is nothing here", "It may have been deleted, or the link was mistyped."],
    wrongWay: ["That does not work here", "Start again from the first page."],
  },
  Deutsch: {
    lang: "de",
    skip: "Zum Inhalt",
    pages: "Seiten",
    signedIn: (name) => html`Angemeldet als ${name}.`,
    kept: (days) => `Einträge werden ${plural(days, "Tag", "Tage")} aufbewahrt.`,
    about: "Was diese App darf und was nicht",
    made: "Gebaut mit Slipway",
    back: "Zurück zum Anfang",
    nothing: ["Hier ist nichts", "Es wurde vielleicht gelöscht, oder der Link ist falsch geschrieben."],
    wrongWay: ["Das geht hier nicht", "Bitte beginne noch einmal auf der ersten Seite."],
  },
});

function page(call, { title, main, nav = [], status = 200, wide = false }) {
  const heading = title === TITLE ? TITLE : `${title} · ${TITLE}`;
  const body = html`<!doctype html>
<html lang="${LOOK.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${heading}</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/app.css">
<script src="/static/app.js" defer></script>
</head>
<body class="${wide ? "wide" : "narrow"}">
<a class="skip" href="#main">${LOOK.skip}</a>
<header class="top">
<div class="inner">
<a class="brand" href="/" dir="auto">${TITLE}</a>
${nav.length > 1 && html`<nav aria-label="${LOOK.pages}">${nav.map((one) => navLink(call, one))}</nav>`}
</div>
</header>
<main id="main" class="inner" tabindex="-1">
${main}
</main>
<footer class="inner">
<p>${LOOK.signedIn(words(call.visitor.name))} ${RETENTION_DAYS > 0 && LOOK.kept(RETENTION_DAYS)}</p>
<p><a href="/_slipway/about">${LOOK.about}</a> · ${LOOK.made}</p>
</footer>
</body>
</html>
`;
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

function navLink(call, [path, label, count]) {
  const here = call.path === path;
  const badge = count ? html` <span class="count">${count}</span>` : "";
  return html`<a href="${path}"${attributes({ "aria-current": here && "page" })}>${label}${badge}</a>`;
}

// Says that the page, at this address, updates itself: static/app.js does it. Without scripts there is a link.
function live(address, { byItself, pause, paused, resume, refresh }) {
  const button = html`<button type="button" class="plain" data-other="${resume}">${pause}</button>`;
  return html`<p class="by" data-live="${address}"><span hidden><span data-other="${paused}">${byItself}</span> · ${button}</span><a href="${address}">${refresh}</a></p>`;
}

// After a form is taken, the browser goes on to a page that can be reloaded safely.
function redirect(path) {
  return { status: 303, headers: { location: path }, body: "" };
}

function notice(call, status, title, text, nav = []) {
  const main = html`<section class="card empty"><h1>${title}</h1><p>${text}</p><p><a class="button quiet" href="/">${LOOK.back}</a></p></section>`;
  return page(call, { title, main, nav, status });
}

function notFound(call, nav) {
  return notice(call, 404, ...LOOK.nothing, nav);
}

// routes: { "GET /": call => answer }; navigation: call => [[path, label, count]]
function route(call, routes, navigation) {
  const found = Object.hasOwn(routes, `${call.method} ${call.path}`) && routes[`${call.method} ${call.path}`];
  if (found) return found(call);
  if (Object.hasOwn(routes, `${call.method === "GET" ? "POST" : "GET"} ${call.path}`)) {
    return notice(call, 405, ...LOOK.wrongWay, navigation(call));
  }
  return notFound(call, navigation(call));
}

// Every value under this name, without space around it; lines end as they do everywhere but in forms.
function all(values, name) {
  return (Object.hasOwn(values, name) ? values[name] : []).map((one) => one.replace(/\r\n?/g, "\n").trim());
}

// The first value under this name, or nothing.
function first(values, name) {
  return all(values, name)[0] || "";
}

// Tell the thread. A full day's quota must not stop what was just saved.
function tell(text) {
  try {
    notify(text);
  } catch (error) {
    log(`not told: ${error.message}`);
  }
}
