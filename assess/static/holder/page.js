/* What the pages of key holders share: their words, their faults, their requests. */
function wordOf(section, name, values = {}) {
  const key = `word${name.split("-").map((part) => part[0].toUpperCase() + part.slice(1)).join("")}`;
  return (section.dataset[key] || "").replace(/\{(\w+)\}/g, (_all, place) => String(values[place]));
}

/* Say beside a field what is wrong with it; without words the field is fine. The field names `place` as its description. */
function showFault(field, place, words) {
  place.textContent = words;
  place.hidden = !words;
  if (!words) return field.removeAttribute("aria-invalid");
  field.setAttribute("aria-invalid", "true");
  return field.focus();
}

class Refused extends Error {}
class Unreachable extends Error {}

/* What the server said; faults of scripts and browsers are not for reading. */
const sentenceOf = (error) => (error instanceof Refused ? error.message : "");

const wait = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

/* One request; a lost connection or a failing server is tried again with growing pauses. */
async function ask(address, { method = "GET", csrf = "", body, onRetry = () => {}, pauses = [1, 2, 4, 8, 16] } = {}) {
  for (let round = 0; ; round += 1) {
    const headers = { Accept: "application/json", "X-CSRFToken": csrf };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
      const options = { method, headers, credentials: "same-origin", redirect: "manual", cache: "no-store" };
      const answer = await fetch(address, { ...options, body: body === undefined ? undefined : JSON.stringify(body) });
      if (answer.status < 500 && answer.type !== "opaqueredirect") return await readAnswer(answer);
      if (answer.type === "opaqueredirect") throw new Refused("");
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    if (round >= pauses.length) throw new Unreachable();
    onRetry();
    await wait(pauses[round]);
  }
}

async function readAnswer(answer) {
  if (answer.status === 204) return null;
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(content.error || "");
  return content;
}

const canSeal = () => Boolean(window.crypto && crypto.subtle);
