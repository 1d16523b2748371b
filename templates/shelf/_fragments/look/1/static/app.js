// Comforts only: every page works without this file.

const format = new Intl.DateTimeFormat(document.documentElement.lang === "de" ? "de-DE" : "en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

for (const time of document.querySelectorAll("time[datetime]")) {
  time.textContent = format.format(new Date(time.dateTime));
}

document.querySelector(".errors")?.focus();

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

for (const picker of document.querySelectorAll("form[method=get] select")) {
  picker.addEventListener("change", () => picker.form.requestSubmit());
}

// A page that updates itself waits while nobody looks, while somebody reads or types in it, and when told to.
const LIVE_MS = 5000;
for (const live of document.querySelectorAll("[data-live]")) {
  const [says, link] = live.children;
  let paused = false;
  says.querySelector("button").addEventListener("click", () => {
    paused = !paused;
    for (const one of says.children) [one.textContent, one.dataset.other] = [one.dataset.other, one.textContent];
  });
  says.hidden = false;
  link.hidden = true;
  const inUse = () => document.querySelector(":focus-visible, form :focus, details[open]") || !getSelection().isCollapsed;
  const update = () => {
    if (location.pathname + location.search === live.dataset.live) location.reload();
    else location.replace(live.dataset.live);
  };
  setInterval(() => {
    if (!paused && !document.hidden && navigator.onLine && !inUse()) update();
  }, LIVE_MS);
}

// A page kept by the browser's back button may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
