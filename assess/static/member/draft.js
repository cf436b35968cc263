/* The draft: answers not yet sent, in this tab only. It is named after the SHA-256 of the path, so that the code is not in
   it, and encrypted under another hash of the path: browsers leave what was deleted in their files for a while. */
const DRAFTS = "assess/draft/";

function storage() {
  try { return window.sessionStorage; } catch { return null; }
}

async function hashOf(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", ascii(text)));
}

/* { name, key }, or null where nothing is kept: plain http, or storage switched off. */
async function findDraft() {
  if (!storage() || !window.crypto || !crypto.subtle) return null;
  const name = DRAFTS + toHex(await hashOf(location.pathname));
  const secret = await hashOf(`assess/draft-key${location.pathname}`);
  return { name, key: await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]), turn: 0 };
}

function forgetDrafts(except) {
  const store = storage();
  if (!store) return;
  for (const name of Object.keys(store)) if (name.startsWith(DRAFTS) && name !== except) store.removeItem(name);
}

async function readDraft(draft) {
  try {
    const kept = fromBase64(storage().getItem(draft.name));
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.slice(0, 12) }, draft.key, kept.slice(12));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch { // none, or not ours
    return null;
  }
}

/* Of several changes at once the last one is kept. */
async function keepDraft(draft, content) {
  if (!draft) return;
  draft.turn += 1;
  const turn = draft.turn;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, draft.key, ascii(JSON.stringify(content)));
  try {
    if (turn === draft.turn) storage().setItem(draft.name, toBase64(concat(iv, new Uint8Array(sealed))));
  } catch { /* storage full: the page itself still has all */ }
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
