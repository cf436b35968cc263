/* The plain text of an envelope: ratings in the order of the items, comments by prompt; no language, no time. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]|\p{Surrogate}/gu;
const BLANKS = /^(?:(?!\ufeff)[\s\u0085])+|(?:(?!\ufeff)[\s\u0085])+$/g;

/* Drop what cannot be printed, as the server does when it reads: control characters, halves of characters. */
const tidy = (text) => text.replace(/\r\n?/g, "\n").replace(CONTROL, "").replace(BLANKS, "");

function writeAnswers(answers, items, prompts) {
  const ratings = items.map((code) => (answers[code] ? Number(answers[code]) : null));
  const comments = {};
  for (const prompt of prompts) {
    const text = tidy(answers[prompt] || "");
    if (text) comments[prompt] = text;
  }
  return JSON.stringify({ ratings, comments });
}
