// Bars: one row a value, its name, a bar as long as its share, count and share in words.

function share(count, total) {
  return total === 0 ? 0 : Math.round((count / total) * 100);
}

// rows: [[label, count]]; a bar fills the width when its count is `total`.
function bars(caption, rows, total) {
  const brief = rows.every(([label]) => label.length <= 3);
  return html`<table class="bars${brief && " brief"}">
<caption class="unseen">${caption}</caption>
<tbody>${rows.map(([label, count]) => bar(label, count, total))}</tbody>
</table>`;
}

function bar(label, count, total) {
  return html`<tr>
<th scope="row" dir="auto">${label}</th>
<td class="track"><svg width="100%" height="20" aria-hidden="true" focusable="false"><rect class="rail" width="100%" height="20" rx="5"></rect>${count > 0 && html`<rect class="bar" width="${share(count, total)}%" height="20" rx="5"></rect>`}</svg></td>
<td class="tally"><b>${grouped(count)}</b> <span>${share(count, total)} %</span></td>
</tr>`;
}
