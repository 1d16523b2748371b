// CSV that a spreadsheet opens as text: no cell is ever run as a formula.

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = Array.isArray(value) ? value.join("; ") : String(value);
  const tame = /^[\s\u0000]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\n\r;\t']/.test(tame) ? `"${tame.replace(/"/g, '""')}"` : tame;
}

function csv(name, headings, rows) {
  const lines = [headings, ...rows].map((cells) => cells.map(csvCell).join(","));
  const file = name.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase() || "export";
  return {
    status: 200,
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${file.slice(0, 60)}.csv"`,
    },
    body: `\ufeff${lines.join("\r\n")}\r\n`,
  };
}
