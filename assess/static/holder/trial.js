/* Test opening: the code opens a sample envelope, in this browser; the server learns only what lay in the sample. */
function startTrial(section) {
  const typed = document.getElementById("holder-code-typed");
  const fault = document.getElementById("holder-code-error");
  const form = document.getElementById("holder-test");
  const button = section.querySelector("[data-do=open]");
  const status = section.querySelector("[data-status]");

  async function open() {
    const read = readCode(typed.value);
    if (read.fault) return wordOf(section, read.fault, read);
    const sample = await ask(section.dataset.test);
    const holders = await unwrapKeys(read.secret, await ask(section.dataset.wrapped));
    if (!holders.length) return wordOf(section, "wrong");
    for (const holder of holders) {
      const plain = await openEnvelope(fromBase64(sample.body), holder, fromBase64(sample.context));
      if (plain) {
        form.elements.namedItem("proof").value = UTF8.decode(plain).replace(/ +$/, "");
        return "";
      }
    }
    return wordOf(section, "wrong");
  }

  async function run() {
    button.disabled = true;
    status.textContent = wordOf(section, "working");
    const words = await open().catch((error) => sentenceOf(error) || wordOf(section, "failed"));
    button.disabled = false;
    status.textContent = "";
    showFault(typed, fault, words);
    if (!words) form.submit();
  }

  if (!canSeal()) {
    document.getElementById("holder-unable").hidden = false;
    button.disabled = true;
    return;
  }
  button.addEventListener("click", run);
  typed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    run();
  });
}
