// Bars: one row a value, its name, a bar as long as its share, count and share in words.

function share(count, total) {
  return total === 0 ? 0 : Math.round((count / total) * 100);
}

// rows: [[label, count]]. The longest bar fills the width.
function bars(caption, rows) {
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return html`<table class="bars">
<caption class="unseen">${caption}</caption>
<tbody>${rows.map(([label, count]) => bar(label, count, most, total))}</tbody>
</table>`;
}

function bar(label, count, most, total) {
  const length = Math.round((count / most) * 1000) / 10;
  return html`<tr>
<th scope="row" dir="auto">${label}</th>
<td class="track"><svg width="100%" height="20" aria-hidden="true" focusable="false"><rect class="rail" width="100%" height="20" rx="5"></rect>${count > 0 && html`<rect class="bar" width="${length}%" height="20" rx="5"></rect>`}</svg></td>
<td class="tally"><b>${grouped(count)}</b> <span>${share(count, total)} %</span></td>
</tr>`;
}
