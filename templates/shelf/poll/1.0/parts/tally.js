// The tally: how it stands while people vote, how it ended, and as CSV.

const MOST_NAMES = 100;

function showTally(call) {
  if (!maySee(call)) {
    const [title, text] = SAY.voteFirst;
    const main = html`<section class="card empty"><h1>${title}</h1><p>${text}</p><p><a class="button" href="/vote">${SAY.vote}</a></p></section>`;
    return page(call, { title, main, nav: navigation(call), status: 403 });
  }
  const votes = every("votes");
  const done = !isClosed(call) && first(call.query, "done") === "in";
  const main = html`${done && html`<p class="note done" role="status">${thanks()}</p>`}
<h1 dir="auto">${QUESTION}</h1>
${!isClosed(call) && updates()}
${chart(call, votes)}
${ways(call, votes)}
${!ANONYMOUS && votes.length > 0 && names(votes)}`;
  return page(call, { title: TITLE, main, nav: navigation(call) });
}

function thanks() {
  if (ANONYMOUS) return SAY.isIn;
  return DEADLINE ? SAY.isInUntil(dateWords(DEADLINE)) : SAY.isInAnyTime;
}

function updates() {
  const { byItself, pause, paused, resume, refresh } = SAY;
  return live("/tally", { byItself, pause, paused, resume, refresh });
}

// How often each option was picked, in the order of the options.
function counted(votes) {
  const counts = new Map(OPTIONS.map((one) => [one, 0]));
  for (const { picks } of votes) {
    for (const one of picks) if (counts.has(one)) counts.set(one, counts.get(one) + 1);
  }
  return [...counts];
}

function chart(call, votes) {
  const counts = counted(votes);
  const gone = votes.filter((vote) => !vote.picks.some((one) => OPTIONS.includes(one))).length;
  const until = DEADLINE && (isClosed(call) ? SAY.closedOn : SAY.openUntil)(dateWords(DEADLINE));
  return html`<section class="card">
<h2 id="standing">${verdict(counts, votes.length, isClosed(call))}</h2>
${bars(QUESTION, counts, votes.length)}
<p class="by">${[votes.length > 0 && SAY.voters(votes.length), until].filter(Boolean).join(" · ")}</p>
${SEVERAL && votes.length > 0 && html`<p class="by">${SAY.shares}</p>`}
${gone > 0 && html`<p class="by">${SAY.gone(gone)}</p>`}
</section>`;
}

// Who leads, or has won, in words.
function verdict(counts, total, closed) {
  const most = Math.max(...counts.map(([, count]) => count));
  if (most === 0) return closed ? SAY.nobodyDid : SAY.nobody;
  const ahead = counts.filter(([, count]) => count === most).map(([one]) => one);
  if (ahead.length > 1) return (closed ? SAY.tie : SAY.level)(inRow(ahead), most);
  const [alone, several] = closed ? [SAY.won, SAY.picked] : [SAY.leads, SAY.picksLead];
  return (SEVERAL ? several : alone)(words(ahead[0]), most, total);
}

function inRow(options) {
  return options.map((one, place) => [place === 0 ? "" : place === options.length - 1 ? SAY.and : ", ", words(one)]);
}

// Where to go from here: to vote, to change it, to the file.
function ways(call, votes) {
  const open = !isClosed(call), voted = hasVoted(call);
  const links = [
    open && !voted && html`<a class="button" href="/vote">${SAY.vote}</a>`,
    open && voted && !ANONYMOUS && html`<a class="button quiet" href="/vote">${SAY.change}</a>`,
    call.visitor.owner && votes.length > 0 && html`<a class="button quiet" href="/votes.csv">${SAY.download}</a>`,
  ].filter(Boolean);
  return links.length > 0 && html`<div class="actions">${links}</div>`;
}

function names(votes) {
  const picked = counted(votes).filter(([, count]) => count > 0);
  return html`<details class="card"><summary>${SAY.who}</summary><dl class="facts">
${picked.map(([one, count]) => html`<dt dir="auto">${one}</dt><dd>${namesOf(one, votes, count)}</dd>`)}
</dl></details>`;
}

function namesOf(option, votes, count) {
  const shown = [];
  for (const vote of votes) {
    if (shown.length === MOST_NAMES) break;
    if (vote.picks.includes(option)) shown.push([shown.length > 0 ? ", " : "", words(vote.name)]);
  }
  return count > shown.length ? [shown, SAY.andMore(count - shown.length)] : shown;
}

function exportVotes(call) {
  if (!call.visitor.owner) return notice(call, 403, ...SAY.notYours, navigation(call));
  const votes = every("votes", ANONYMOUS ? {} : { orderBy: "at" });
  const who = ANONYMOUS ? [] : SAY.headings;
  return csv(TITLE, [...who, SAY.picks], votes.map((one) => [...(ANONYMOUS ? [] : [isoTime(one.at), one.name]), one.picks]));
}
