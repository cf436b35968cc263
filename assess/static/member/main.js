/* Ties it together. How the answers leave is in plain.js or sealing/form.js: makeReady(form), handIn(event, form). */

function addClearButtons(form, words, changed) {
  for (const item of form.querySelectorAll("fieldset[data-question]")) {
    const button = element("button", "plain", words.clear);
    button.type = "button";
    button.setAttribute("aria-label", `${words.clear}: ${questionText(item)}`);
    button.addEventListener("click", () => {
      for (const radio of item.querySelectorAll(":checked")) radio.checked = false;
      item.querySelector("input").focus({ preventScroll: true });
      changed();
    });
    item.querySelector(".other").append(button);
  }
}

function countDown(form, words) {
  const spoken = form.querySelector("[data-spoken]");
  for (const box of form.querySelectorAll("textarea")) {
    const count = document.getElementById(`${box.id}-count`);
    const update = () => {
      const left = box.maxLength - box.value.length;
      count.textContent = words.left.replace("{number}", new Intl.NumberFormat(document.documentElement.lang).format(left));
      spoken.textContent = left <= 100 && left % 25 === 0 ? count.textContent : spoken.textContent;
    };
    box.addEventListener("input", update);
    update();
  }
}

async function prepareForm(form, draft) {
  const words = form.dataset;
  const faulty = form.querySelector("[aria-invalid=true]");
  const kept = form.dataset.state === "refused" ? null : await readDraft(draft);
  let step = 0;
  const changed = () => keepDraft(draft, { answers: collect(form), step });
  if (kept) refill(form, kept.answers);
  addClearButtons(form, words, changed);
  countDown(form, words);
  for (const part of form.querySelectorAll("[data-scripted]")) part.hidden = false;
  const known = Array.from(form.querySelectorAll("[data-step]"));
  const faultyStep = faulty ? known.findIndex((part) => part.contains(faulty)) : 0;
  const remembered = history.state && history.state.step !== undefined ? history.state.step : kept && kept.step;
  const steps = startSteps(form, {
    words,
    firstStep: form.dataset.state === "refused" ? Math.max(faultyStep, 1) : remembered || 0,
    onChange: (index) => { step = index; changed(); },
  });
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => submit(event, form, steps));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.type === "radio" && !event.target.form && steps.heldBack()) event.preventDefault();
  });
}

function submit(event, form, steps) {
  const nothing = form.querySelector("[data-nothing]");
  const send = form.querySelector("[data-do=send]");
  nothing.hidden = true;
  if (steps.heldBack() || send.getAttribute("aria-disabled") === "true") return event.preventDefault();
  if (!hasAnswer(collect(form))) {
    nothing.hidden = false;
    nothing.focus();
    return event.preventDefault();
  }
  send.setAttribute("aria-disabled", "true");
  handIn(event, form);
}

function notSent(form) {
  form.querySelector("[data-do=send]").removeAttribute("aria-disabled");
}

/* After sending, Back must lead to "already there", not to an empty form. */
function leaveForm() {
  const address = new URL(location.href);
  address.searchParams.delete("anew");
  history.replaceState(history.state, "", address);
}

async function main() {
  const form = document.querySelector("[data-answers]");
  const kept = document.body.dataset.draft === "keep";
  if (!kept) forgetDrafts(null); // at once: whoever closes this page early leaves nothing behind
  const draft = await findDraft();
  if (kept) forgetDrafts(draft ? draft.name : null);
  if (form && (await makeReady(form))) await prepareForm(form, draft);
}

// A page that comes back from the browser's memory is fetched again: it may show answers that were sent.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
main();
