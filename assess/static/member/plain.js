/* The server seals: the form travels as it is. Every body has the same length, so its size says nothing about the answers. */
const BODY_LENGTH = 24576;

const makeReady = async () => true;

function handIn(event, form) {
  padBody(form);
  leaveForm();
}

function padBody(form) {
  const filler = form.elements.namedItem("filler");
  filler.value = "";
  const length = new URLSearchParams(new FormData(form)).toString().length;
  filler.value = "x".repeat(Math.max(0, BODY_LENGTH - length));
}
