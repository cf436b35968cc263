/* Passkeys: hands what the page asks for to the browser, puts its answer into the form, and sends the form. */
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((entry) => ({ ...entry, id: bytesOf(entry.id) }));

function readOptions(text) {
  const options = JSON.parse(text);
  options.challenge = bytesOf(options.challenge);
  if (options.user) options.user.id = bytesOf(options.user.id);
  if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
  return options;
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = textOf(credential.response[name]);
  }
  const id = textOf(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response, clientExtensionResults: {} });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const fault = form.querySelector("[data-fault]");
  const ask = async () => {
    const options = { publicKey: readOptions(form.dataset.options) };
    const make = form.dataset.passkey === "create";
    const credential = await (make ? navigator.credentials.create(options) : navigator.credentials.get(options));
    form.elements.credential.value = written(credential);
    form.submit();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fault.hidden = true;
    ask().catch(() => { fault.hidden = false; });
  });
  if (window.PublicKeyCredential) {
    form.hidden = false;
    for (const other of document.querySelectorAll("[data-no-passkey]")) other.hidden = true;
  }
}
