/* One part at a time: start, the parts, the review. Without this script the same page is one long form. */
function startSteps(form, { words, firstStep, onChange }) {
  const steps = Array.from(form.querySelectorAll("[data-step]"));
  const parts = steps.filter((step) => step.dataset.step === "part");
  const last = steps.length - 1;
  const progress = form.querySelector(".progress");
  const status = progress.querySelector("p");
  const track = progress.querySelector(".track");
  const pager = form.querySelector(".pager");
  const [back, next, send] = ["back", "next", "send"].map((name) => pager.querySelector(`[data-do=${name}]`));
  let current = 0;

  track.replaceChildren(...steps.slice(1).map(() => document.createElement("span")));

  function goTo(target) {
    const index = steps.findIndex((step) => step.contains(target));
    show(index, { remember: true, focus: target.matches("[data-step]") ? null : target });
  }

  function show(index, { remember = false, focus = null, quiet = false } = {}) {
    current = Math.max(0, Math.min(last, index));
    steps.forEach((step, place) => { step.hidden = place !== current; });
    const title = steps[current].querySelector("h2").textContent.trim();
    document.body.classList.toggle("answering", current > 0);
    progress.hidden = current === 0;
    pager.hidden = current === 0;
    next.hidden = current === last;
    send.hidden = current !== last;
    status.textContent = words.progress
      .replace("{number}", current).replace("{of}", last).replace("{name}", title);
    Array.from(track.children).forEach((mark, place) => {
      mark.className = place + 1 < current ? "done" : place + 1 === current ? "now" : "";
    });
    if (current === last) fillReview(steps[last].querySelector("[data-review]"), parts, words, goTo);
    if (remember) history.pushState({ step: current }, "");
    if (!quiet) focusOn(focus);
    onChange(current);
  }

  function focusOn(question) {
    const heading = steps[current].querySelector("h2");
    const target = question ? question.querySelector("input, textarea") : heading;
    if (target === heading) heading.tabIndex = -1;
    target.focus({ preventScroll: true });
    if (question) question.scrollIntoView({ block: "center" });
    else window.scrollTo(0, 0);
  }

  back.addEventListener("click", () => show(current - 1, { remember: true }));
  next.addEventListener("click", () => show(current + 1, { remember: true }));
  form.querySelector("[data-do=start]").addEventListener("click", () => show(1, { remember: true }));
  window.addEventListener("popstate", (event) => show(event.state ? event.state.step : 0));
  history.replaceState({ step: firstStep }, "");
  show(firstStep, { quiet: firstStep === 0 });

  return {
    /* Enter on an option would send the form: before the review it means "next". */
    heldBack() {
      if (current === last) return false;
      show(current + 1, { remember: true });
      return true;
    },
  };
}
