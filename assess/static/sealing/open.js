/* Opens one envelope with the private key of any of its recipients; null for whatever is no envelope for this key. */
const WRAPPED = 65 + 48;
const NONCE = 12;
const MOST_RECIPIENTS = 3;

async function openBase(holder, info, message) {
  const enc = message.slice(0, 65);
  const shared = await sharedSecret(holder.privateKey, await importPublic(enc), enc, holder.publicKey);
  const { key, nonce } = await schedule(shared, info);
  return gcmOpen(key, nonce, message.slice(65), NOTHING);
}

/* Nothing in the envelope says which part is for whom, so each is tried. */
async function contentKeyOf(body, holder, context) {
  for (let place = 0; place < body[1]; place += 1) {
    const start = 2 + place * WRAPPED;
    try {
      const key = await openBase(holder, context, body.slice(start, start + WRAPPED));
      if (key.length === 32) return key;
    } catch { /* for somebody else, or no point of the curve */ }
  }
  return null;
}

/* `holder` is { privateKey: CryptoKey, publicKey: 65 bytes }. */
async function openEnvelope(body, holder, context) {
  if (body[0] !== FORMAT || !(body[1] >= 1 && body[1] <= MOST_RECIPIENTS)) return null;
  const answersAt = 2 + body[1] * WRAPPED;
  if (body.length !== answersAt + NONCE + PLAIN_BYTES + GCM_TAG) return null;
  const key = await contentKeyOf(body, holder, context);
  if (key === null) return null;
  try {
    return await gcmOpen(key, body.slice(answersAt, answersAt + NONCE), body.slice(answersAt + NONCE), context);
  } catch {
    return null;
  }
}
