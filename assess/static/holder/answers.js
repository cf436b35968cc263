/* Reads the plain text of an envelope by the rules of the server; whoever wrote it, every shape is possible. */
const COMMENT_CHARACTERS = 1000;
const COMMENT_BYTES = 3500;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function isRating(value, [lo, hi]) {
  return value === null || (Number.isInteger(value) && value >= lo && value <= hi);
}

/* [[prompt, text], …], or null when one of them is for nobody or too long. */
function readComments(comments, prompts) {
  const read = [];
  for (const [prompt, text] of Object.entries(comments)) {
    if (typeof text !== "string") return null;
    const kept = tidy(text);
    if (!kept) continue;
    if (!prompts.includes(prompt) || Array.from(kept).length > COMMENT_CHARACTERS) return null;
    if (ascii(JSON.stringify(kept)).length > COMMENT_BYTES) return null;
    read.push([prompt, kept]);
  }
  return read;
}

/* { ratings, comments }, or null for what is no valid answer. `items` are [lowest, highest] in order. */
function readAnswers(plain, items, prompts) {
  let content;
  try {
    content = JSON.parse(UTF8.decode(plain));
  } catch {
    return null;
  }
  if (!isRecord(content) || Object.keys(content).sort().join() !== "comments,ratings") return null;
  const { ratings, comments: given } = content;
  if (!Array.isArray(ratings) || ratings.length !== items.length || !isRecord(given)) return null;
  if (!ratings.every((rating, place) => isRating(rating, items[place]))) return null;
  const comments = readComments(given, prompts);
  if (comments === null) return null;
  return comments.length || ratings.some((rating) => rating !== null) ? { ratings, comments } : null;
}
