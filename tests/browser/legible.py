"""Whether text stands out from what is behind it: WCAG 2.2, 1.4.3."""

from playwright.sync_api import Page

_FAINT = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const said = [...element.childNodes].filter((one) => one.nodeType === 3).map((one) => one.textContent).join("");
    if (!/[\\p{L}\\p{N}]/u.test(said) || !element.offsetParent) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const [dark, bright] = [light(numbers(style.color)), light(behind(element))].sort((one, two) => one - two);
    const ratio = (bright + 0.05) / (dark + 0.05);
    const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio < least) faint.push(`${said.trim()}: ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


def faint(page: Page) -> list[str]:
    """Every text on the page that is too faint, with its contrast. Pictures and lone signs are not looked at."""
    found: list[str] = page.evaluate(_FAINT)
    return found
