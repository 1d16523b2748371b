// The store gives at most so many rows at once; this asks until it has them all.

const MOST_AT_ONCE = 1000;

function every(table, wanted = {}) {
  const rows = [];
  let some;
  do {
    some = store.list(table, { ...wanted, limit: MOST_AT_ONCE, offset: rows.length });
    rows.push(...some);
  } while (some.length === MOST_AT_ONCE);
  return rows;
}

// store.transaction(work); a store that was busy is asked once more, for nothing of the first time was kept.
function together(work) {
  try {
    return store.transaction(work);
  } catch (error) {
    if (error.message !== "store: the store is busy") throw error;
    return store.transaction(work);
  }
}
