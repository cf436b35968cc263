/* Setting up a key: make, print, type the code once; only then anything is sent. */
function startSetup(section) {
  const steps = Array.from(section.querySelectorAll("[data-step]"));
  const button = (name) => section.querySelector(`[data-do=${name}]`);
  const shown = document.getElementById("holder-code");
  const typed = document.getElementById("holder-typed");
  const fault = document.getElementById("holder-typed-error");
  const form = document.getElementById("holder-form");
  const status = section.querySelector("[data-status]");
  let key = null;

  function show(name) {
    for (const step of steps) step.hidden = step.dataset.step !== name;
    shown.textContent = name === "code" ? key.code : "";
    typed.value = "";
    showFault(typed, fault, "");
    const target = name === "type" ? typed : steps.find((step) => step.dataset.step === name).querySelector("h2, h3");
    if (target) {
      if (target !== typed) target.tabIndex = -1;
      target.focus();
    }
  }

  async function make() {
    button("make").disabled = true;
    status.textContent = wordOf(section, "working");
    try {
      key = await makeKey();
    } catch {
      status.textContent = wordOf(section, "failed");
      return;
    }
    status.textContent = "";
    show("code");
  }

  /* The code is known here, so the first group that differs can be named exactly. */
  function faultOf(text) {
    const read = readCode(text);
    if (["empty", "sign", "length"].includes(read.fault)) return wordOf(section, read.fault, read);
    const wanted = plainLetters(key.code);
    const given = plainLetters(text);
    const place = Array.from(wanted).findIndex((letter, at) => letter !== given[at]);
    return place < 0 ? "" : wordOf(section, "group", { group: Math.floor(place / GROUP) + 1 });
  }

  function check() {
    const words = faultOf(typed.value);
    showFault(typed, fault, words);
    if (words) return;
    form.elements.namedItem("public_key").value = toBase64(key.publicKey);
    form.elements.namedItem("wrapped_key").value = toBase64(key.wrappedKey);
    button("check").disabled = true;
    form.submit();
  }

  if (!canSeal()) {
    document.getElementById("holder-unable").hidden = false;
    return;
  }
  button("make").addEventListener("click", make);
  button("print").addEventListener("click", () => window.print());
  button("next").addEventListener("click", () => show("type"));
  button("back").addEventListener("click", () => show("code"));
  button("check").addEventListener("click", check);
  typed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    check();
  });
  for (const step of steps) step.hidden = step.dataset.step !== "make";
}
