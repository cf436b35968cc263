/* Seals in this browser. The fields of the page stand in no form, so the one hidden field is all that can leave. */
const failed = (root) => root.querySelector("[data-failed]");

function sealAnswers(root, answers) {
  const { recipients, cycle, contract, items, prompts } = root.dataset;
  const words = (text) => text.split(" ").filter((word) => word);
  const context = concat(ascii("assess/1"), fromHex(cycle), fromHex(contract));
  return sealEnvelope(writeAnswers(answers, words(items), words(prompts)), words(recipients).map(fromBase64), context);
}

/* Try it before anybody spends five minutes: an old browser, or plain http, cannot seal. */
async function makeReady(root) {
  try {
    await sealAnswers(root, {});
  } catch {
    root.querySelector("[data-unable]").classList.add("certain");
    return false;
  }
  root.querySelector("[data-unable]").hidden = true;
  // Options of one item belong together by their name; outside a form a name sends nothing.
  for (const radio of root.querySelectorAll("input[type=radio]")) radio.name = radio.dataset.name;
  return true;
}

async function handIn(event, root) {
  const form = event.target;
  event.preventDefault();
  try {
    const envelope = await sealAnswers(root, collect(root));
    // Letters that need no escaping in a form: every body has one length.
    form.elements.namedItem("sealed").value = toBase64(envelope).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  } catch {
    notSent(root);
    failed(root).hidden = false;
    failed(root).focus();
    return;
  }
  emptyFields(root);
  leaveForm();
  form.submit();
}

/* What is sealed is no longer needed on the page; until the server has answered, the draft still has it. */
function emptyFields(root) {
  for (const radio of root.querySelectorAll("input:checked")) radio.checked = false;
  for (const box of root.querySelectorAll("textarea")) box.value = "";
}
