// Elements made by hand: no markup is ever parsed, so text stays text.

export function el(name, props = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(made.dataset, value);
    else if (key in made && !key.startsWith("aria")) made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

export function picture(user, size = 36) {
  return el("img", { className: "picture", src: `/page/picture/${user}.svg`, alt: "", width: size, height: size });
}

export function safeLink(address, ...children) {
  const fine = /^(https?:|mailto:)/i.test(address);
  if (!fine) return el("span", {}, ...children);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

let hiding;
export function toast(words, action) {
  const box = byId("toast");
  box.replaceChildren(words, ...(action ? [el("button", { type: "button", onclick: action.run }, action.label)] : []));
  box.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(hush, 6000);
}

export function hush() {
  byId("toast").classList.remove("shown");
}
