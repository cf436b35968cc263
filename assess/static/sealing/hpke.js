/* HPKE, RFC 9180: base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; one message, no additional data. */
const P256 = { name: "ECDH", namedCurve: "P-256" };
const VERSION = ascii("HPKE-v1");
const KEM = concat(ascii("KEM"), [0, 0x10]);
const SUITE = concat(ascii("HPKE"), [0, 0x10, 0, 0x01, 0, 0x02]);
const NOTHING = new Uint8Array(0);
const GCM_TAG = 16;

async function hmac(key, message) {
  const usable = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", usable, message));
}

/* An absent salt is 32 zero bytes (RFC 5869, 2.2). */
function labeledExtract(suite, salt, label, material) {
  return hmac(salt.length ? salt : new Uint8Array(32), concat(VERSION, suite, ascii(label), material));
}

/* All outputs here fit one block of HKDF-Expand. */
async function labeledExpand(suite, secret, label, info, length) {
  const block = await hmac(secret, concat([0, length], VERSION, suite, ascii(label), info, [1]));
  return block.slice(0, length);
}

const importPublic = (point) => crypto.subtle.importKey("raw", point, P256, true, []);
const exportPublic = async (key) => new Uint8Array(await crypto.subtle.exportKey("raw", key));

/* The shared secret of the KEM: ExtractAndExpand(DH(private, public), enc ‖ recipient), section 4.1. */
async function sharedSecret(privateKey, publicKey, enc, recipient) {
  const agreed = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: publicKey }, privateKey, 256));
  const secret = await labeledExtract(KEM, NOTHING, "eae_prk", agreed);
  return labeledExpand(KEM, secret, "shared_secret", concat(enc, recipient), 32);
}

/* KeySchedule of base mode (0), section 5.1: key and nonce of the first and only message. */
async function schedule(shared, info) {
  const noPsk = await labeledExtract(SUITE, NOTHING, "psk_id_hash", NOTHING);
  const context = concat([0], noPsk, await labeledExtract(SUITE, NOTHING, "info_hash", info));
  const secret = await labeledExtract(SUITE, shared, "secret", NOTHING);
  return {
    key: await labeledExpand(SUITE, secret, "key", context, 32),
    nonce: await labeledExpand(SUITE, secret, "base_nonce", context, 12),
  };
}

const gcmKey = (key, use) => crypto.subtle.importKey("raw", key, "AES-GCM", false, [use]);

async function gcmSeal(key, nonce, plain, extra) {
  const how = { name: "AES-GCM", iv: nonce, additionalData: extra };
  return new Uint8Array(await crypto.subtle.encrypt(how, await gcmKey(key, "encrypt"), plain));
}

async function gcmOpen(key, nonce, sealed, extra) {
  const how = { name: "AES-GCM", iv: nonce, additionalData: extra };
  return new Uint8Array(await crypto.subtle.decrypt(how, await gcmKey(key, "decrypt"), sealed));
}
