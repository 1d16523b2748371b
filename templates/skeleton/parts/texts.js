// What the page says, in each language.

const SAY = inLanguage({
  English: {
    save: "Save",
    empty: ["Nothing here yet", "Write the first entry."],
    wanted: "Write something first.",
    full: "There is no room for more entries.",
    by: (name, at) => html`${name}, ${at}`,
  },
  Deutsch: {
    save: "Speichern",
    empty: ["Noch nichts da", "Schreibe den ersten Eintrag."],
    wanted: "Schreibe zuerst etwas.",
    full: "Für weitere Einträge ist kein Platz.",
    by: (name, at) => html`${name}, ${at}`,
  },
});
