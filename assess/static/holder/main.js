/* Opening a survey: fetch, open, hand back, with a progress bar; after a lost connection it goes on where it stopped. */
function startOpening(section) {
  const form = document.getElementById("opening-form");
  const typed = document.getElementById("opening-code");
  const fault = document.getElementById("opening-code-error");
  const button = document.getElementById("open-now");
  const bar = section.querySelector("progress");
  const status = section.querySelector("[role=status]");
  const { base, csrf, wrapped } = section.dataset;
  let work = null;

  const say = (name, values) => { status.textContent = wordOf(section, name, values); };
  const request = (path, options) => ask(`${base}${path}`, { csrf, onRetry: () => say("retry"), ...options });
  function advance(word, done, of) {
    bar.hidden = false;
    bar.max = of || 1;
    bar.value = done;
    say(word, { done, of });
  }

  async function begin(secret) {
    say("working");
    const holders = await unwrapKeys(secret, await ask(wrapped, { onRetry: () => say("retry") }));
    if (!holders.length) throw new Refused(wordOf(section, "wrong"));
    const started = await request("/start", { method: "POST" });
    return { holders, started, harvest: newHarvest(), fetched: 0, back: null, sent: 0 };
  }

  async function fetchAll({ started, harvest, holders }) {
    const opened = () => harvest.answers.length + harvest.unreadable + harvest.copies;
    while (work.fetched < started.pieces) {
      const rows = await request(`/${started.opening}/sealed/${work.fetched}`);
      await gather(harvest, rows, holders, started);
      work.fetched += 1;
      advance("fetching", opened(), started.sealed);
    }
    // With a key of another survey everything would count as unreadable and be lost.
    if (started.sealed && !harvest.answers.length) throw new Refused(wordOf(section, "no-key"));
  }

  async function sendAll({ started, back }) {
    const pieces = ["ratings", "comments"].flatMap((kind) => back[kind].map((rows, number) => [kind, number, rows]));
    while (work.sent < pieces.length) {
      const [kind, number, rows] = pieces[work.sent];
      await request(`/${started.opening}/${kind}/${number}`, { method: "POST", body: rows });
      work.sent += 1;
      advance("sending", work.sent, pieces.length);
    }
  }

  async function complete({ started, harvest, back }) {
    const counts = { readable: harvest.answers.length, unreadable: harvest.unreadable, copies: harvest.copies };
    const pieces = { ratings_pieces: back.ratings.length, comments_pieces: back.comments.length };
    await request(`/${started.opening}/complete`, { method: "POST", body: { ...counts, ...pieces } });
    return counts;
  }

  async function run(secret) {
    if (!work) work = await begin(secret);
    typed.value = "";
    await fetchAll(work);
    if (!work.back) work.back = handBack(work.harvest, work.started);
    await sendAll(work);
    const counts = await complete(work);
    work = null;
    form.hidden = true;
    say("finished", counts);
  }

  function failed(error) {
    if (error instanceof Unreachable) return say("failed");
    work = null;
    bar.hidden = true;
    status.textContent = "";
    return showFault(typed, fault, sentenceOf(error) || wordOf(section, "refused"));
  }

  typed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit();
  });
  const stay = (event) => event.preventDefault();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    const read = work ? {} : readCode(typed.value);
    showFault(typed, fault, read.fault ? wordOf(section, read.fault, read) : "");
    if (read.fault) return;
    if (!canSeal()) return void (status.textContent = wordOf(section, "unable"));
    button.disabled = true;
    window.addEventListener("beforeunload", stay);
    await run(read.secret).catch(failed);
    window.removeEventListener("beforeunload", stay);
    button.disabled = false;
  });
}

for (const [id, start] of [["holder-setup", startSetup], ["holder-try", startTrial], ["holder-opening", startOpening]]) {
  const section = document.getElementById(id);
  if (section) start(section);
}
