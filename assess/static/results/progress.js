/* Moves the bar of a batch while it is made; without script the link "Look again" does the same. */
const place = document.querySelector("[data-progress]");
const PAUSE = 2000;

async function look() {
  let state;
  try {
    const answer = await fetch(place.dataset.progress, { cache: "no-store", credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    state = await answer.json();
  } catch { // the network is away for a moment
    setTimeout(look, PAUSE);
    return;
  }
  if (state.stage !== "waiting" && state.stage !== "running") {
    location.reload();
    return;
  }
  if (state.total) {
    const bar = place.querySelector("progress");
    bar.max = state.total;
    bar.value = state.done;
    const words = bar.dataset.pattern.replace("{done}", state.done).replace("{total}", state.total);
    const said = place.querySelector("[data-words]");
    if (said.textContent !== words) said.textContent = words;
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
