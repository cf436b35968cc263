/* The key pair of a holder; the private half wrapped under the opening code: 1 ‖ salt 16 ‖ nonce 12 ‖ AES-256-GCM(PKCS#8). */
const WRAPPING = ascii("assess/holder/1");

async function wrappingKey(secret, salt) {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: WRAPPING }, material, 256);
}

async function wrapKey(secret, pkcs8) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  return concat([1], salt, nonce, await gcmSeal(await wrappingKey(secret, salt), nonce, pkcs8, NOTHING));
}

/* A new pair: { code, publicKey, wrappedKey }; the private key leaves this function only wrapped. */
async function makeKey() {
  const secret = crypto.getRandomValues(new Uint8Array(16));
  const pair = await crypto.subtle.generateKey(P256, true, ["deriveBits"]);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const wrappedKey = await wrapKey(secret, pkcs8);
  pkcs8.fill(0);
  return { code: writeCode(secret), publicKey: await exportPublic(pair.publicKey), wrappedKey };
}

/* { privateKey, publicKey }, or null: a wrong code and a broken key look the same. */
async function unwrapKey(secret, wrapped, publicKey) {
  try {
    if (wrapped[0] !== 1) return null;
    const key = await wrappingKey(secret, wrapped.slice(1, 17));
    const pkcs8 = await gcmOpen(key, wrapped.slice(17, 29), wrapped.slice(29), NOTHING);
    return { privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, P256, false, ["deriveBits"]), publicKey };
  } catch {
    return null;
  }
}

/* Those of the keys ([{ public_key, wrapped_key }] in base64) that this code opens, in their order. */
async function unwrapKeys(secret, keys) {
  const opened = await Promise.all(
    keys.map((key) => unwrapKey(secret, fromBase64(key.wrapped_key), fromBase64(key.public_key))),
  );
  return opened.filter((key) => key !== null);
}
