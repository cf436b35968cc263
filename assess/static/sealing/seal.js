/* Seals: HPKE to one recipient, and a whole envelope 1 ‖ n ‖ n × (enc 65 ‖ ct 48) ‖ nonce 12 ‖ ct 8,208. */
const PLAIN_BYTES = 8192;
const FORMAT = 1;

/* `pair` is the fresh key pair of this one message; the page always draws a new one. */
async function sealBaseWith(pair, recipient, info, plain) {
  const enc = await exportPublic(pair.publicKey);
  const shared = await sharedSecret(pair.privateKey, await importPublic(recipient), enc, recipient);
  const { key, nonce } = await schedule(shared, info);
  return concat(enc, await gcmSeal(key, nonce, plain, NOTHING));
}

async function sealBase(recipient, info, plain) {
  return sealBaseWith(await crypto.subtle.generateKey(P256, false, ["deriveBits"]), recipient, info, plain);
}

/* `text` is padded with blanks, so that every envelope has one length. Throws when it does not fit. */
async function sealEnvelope(text, recipients, context) {
  const plain = new Uint8Array(PLAIN_BYTES).fill(0x20);
  plain.set(ascii(text)); // RangeError when longer
  const contentKey = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = await Promise.all(recipients.map((recipient) => sealBase(recipient, context, contentKey)));
  const sealed = await gcmSeal(contentKey, nonce, plain, context);
  return concat([FORMAT, recipients.length], ...wrapped, nonce, sealed);
}
