/* From sealed envelopes to what is handed back: opened, copies and junk dropped, small groups hidden again, shuffled. */
const RATINGS_A_PIECE = 1000;
const COMMENTS_A_PIECE = 200;
const AT_ONCE = 16;

/* Below `limit`, each number equally likely. */
function randomBelow(limit) {
  const most = 2 ** 32 - (2 ** 32 % limit);
  const drawn = new Uint32Array(1);
  do crypto.getRandomValues(drawn); while (drawn[0] >= most);
  return drawn[0] % limit;
}

/* Fisher and Yates, in place. */
function shuffle(list) {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = randomBelow(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}

const newHarvest = () => ({ seen: new Set(), answers: [], unreadable: 0, copies: 0 });

async function openWith(holders, body, started) {
  const context = fromBase64(started.context);
  for (const holder of holders) {
    const plain = await openEnvelope(body, holder, context);
    if (plain) return readAnswers(plain, started.items, started.prompts);
  }
  return null;
}

async function isCopy(harvest, body) {
  const digest = toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", body)));
  if (harvest.seen.has(digest)) return true;
  harvest.seen.add(digest);
  return false;
}

/* Add one piece [[token, body in base64], …] to the harvest. */
async function gather(harvest, rows, holders, started) {
  const places = new Map(started.tree.tokens.map((token, place) => [token, place]));
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const fresh = [];
    for (const [token, text] of rows.slice(from, from + AT_ONCE)) {
      const body = fromBase64(text);
      if (await isCopy(harvest, body)) harvest.copies += 1;
      else fresh.push([places.get(token), body]);
    }
    const read = await Promise.all(fresh.map(([, body]) => openWith(holders, body, started)));
    read.forEach((answer, place) => {
      if (answer === null || fresh[place][0] === undefined) harvest.unreadable += 1;
      else harvest.answers.push([fresh[place][0], answer]);
    });
  }
}

/* Pieces to hand back; every answer under the token of the nearest node that may be shown. */
function handBack(harvest, { tree, minimum }) {
  const direct = new Array(tree.tokens.length).fill(0);
  for (const [node] of harvest.answers) direct[node] += 1;
  const { owners } = residualPattern(direct, tree, minimum);
  const top = tree.parents.indexOf(-1);
  const label = (node) => tree.tokens[owners[node] >= 0 ? owners[node] : top];
  const ratings = harvest.answers.map(([node, answer]) => [label(node), answer.ratings]);
  const comments = harvest.answers.flatMap(([node, answer]) =>
    answer.comments.map(([prompt, text]) => [label(node), prompt, text]));
  return { ratings: inPieces(shuffle(ratings), RATINGS_A_PIECE), comments: inPieces(shuffle(comments), COMMENTS_A_PIECE) };
}

/* One piece at least, even if it is empty. */
function inPieces(list, size) {
  const pieces = [];
  for (let from = 0; from < list.length || from === 0; from += size) pieces.push(list.slice(from, from + size));
  return pieces;
}
