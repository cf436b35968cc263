/* The last step: everything that was answered and everything left open, in words, before it is sent. */
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function answerOf(question) {
  const box = question.querySelector("textarea");
  if (box) return box.value.trim();
  const chosen = question.querySelector("input:checked");
  return chosen ? chosen.parentElement.textContent.trim() : "";
}

function questionText(question) {
  return question.querySelector("legend, label").textContent.trim();
}

function reviewRow(question, words, goTo) {
  const answer = answerOf(question);
  const row = element("div", answer ? "" : "open");
  const value = element("dd", "", answer || words.skipped);
  if (!answer) {
    const button = element("button", "plain", words.answer);
    button.type = "button";
    button.setAttribute("aria-label", `${words.answer}: ${questionText(question)}`);
    button.addEventListener("click", () => goTo(question));
    value.append(button);
  }
  row.append(element("dt", "", questionText(question)), value);
  return { row, answered: answer !== "" };
}

function reviewGroup(step, words, goTo, totals) {
  const title = step.querySelector("h2");
  const card = element("section", "card");
  const head = element("div", "group");
  const change = element("button", "plain", words.change);
  change.type = "button";
  change.setAttribute("aria-label", `${words.change}: ${title.textContent.trim()}`);
  change.addEventListener("click", () => goTo(step));
  head.append(element("h3", "", title.textContent.trim()), change);
  const list = element("dl", "answers");
  for (const question of step.querySelectorAll("[data-question]")) {
    const { row, answered } = reviewRow(question, words, goTo);
    totals[answered ? "answered" : "skipped"] += 1;
    list.append(row);
  }
  card.append(head, list);
  return card;
}

function fillReview(place, steps, words, goTo) {
  const totals = { answered: 0, skipped: 0 };
  const groups = steps.map((step) => reviewGroup(step, words, goTo, totals));
  const summary = element("p", "soft");
  summary.textContent = words.totals.replace("{answered}", totals.answered).replace("{skipped}", totals.skipped);
  place.replaceChildren(summary, ...groups);
}
