/* The draft: answers not yet sent, in this tab only, under the SHA-256 of the path, so that the code is not in it. */
const DRAFTS = "assess/draft/";

function storage() {
  try { return window.sessionStorage; } catch { return null; }
}

async function draftKey() {
  if (!storage() || !window.crypto || !crypto.subtle) return null; // plain http: nothing is kept
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(location.pathname));
  return DRAFTS + Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function forgetDrafts(except) {
  const store = storage();
  if (!store) return;
  for (const key of Object.keys(store)) if (key.startsWith(DRAFTS) && key !== except) store.removeItem(key);
}

function readDraft(key) {
  try { return (key && JSON.parse(storage().getItem(key))) || null; } catch { return null; }
}

function keepDraft(key, draft) {
  try { if (key) storage().setItem(key, JSON.stringify(draft)); } catch { /* storage full: the page itself still has all */ }
}

/* What the form holds: a chosen "cannot tell" is there as an empty string, an untouched item is absent. */
function collect(form) {
  const answers = {};
  for (const radio of form.querySelectorAll("input[type=radio]:checked")) answers[fieldName(radio)] = radio.value;
  for (const box of form.querySelectorAll("textarea")) if (box.value.trim()) answers[fieldName(box)] = box.value;
  return answers;
}

/* Where this browser seals, fields have no name that could be sent. */
const fieldName = (field) => field.dataset.name || field.name;

function refill(form, answers) {
  for (const radio of form.querySelectorAll("input[type=radio]")) {
    if (Object.hasOwn(answers, fieldName(radio))) radio.checked = answers[fieldName(radio)] === radio.value;
  }
  for (const box of form.querySelectorAll("textarea")) {
    if (Object.hasOwn(answers, fieldName(box))) box.value = answers[fieldName(box)];
  }
}

function hasAnswer(answers) {
  return Object.values(answers).some((value) => /[^\s\p{C}]/u.test(value));
}
