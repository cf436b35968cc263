/* Envelopes made and opened with @hpke/core: somebody else's HPKE, to compare with. One JSON request on standard input. */
import { webcrypto as crypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (data) => Buffer.from(data).toString("base64");
const aes = (key, use) => crypto.subtle.importKey("raw", key, "AES-GCM", false, [use]);

async function seal({ plain, recipients, context }) {
  const info = bytes(context);
  const contentKey = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = [];
  for (const recipient of recipients) {
    const recipientPublicKey = await suite.kem.deserializePublicKey(bytes(recipient));
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, contentKey);
    wrapped.push(Buffer.from(enc), Buffer.from(ct));
  }
  const how = { name: "AES-GCM", iv, additionalData: info };
  const sealed = await crypto.subtle.encrypt(how, await aes(contentKey, "encrypt"), bytes(plain));
  return text(Buffer.concat([Buffer.from([1, recipients.length]), ...wrapped, Buffer.from(iv), Buffer.from(sealed)]));
}

async function open({ body, key, place, context }) {
  const info = bytes(context);
  const all = bytes(body);
  const start = 2 + place * 113;
  const recipientKey = await crypto.subtle.importKey("pkcs8", bytes(key), { name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const enc = all.slice(start, start + 65);
  const contentKey = await suite.open({ recipientKey, enc, info }, all.slice(start + 65, start + 113));
  const rest = all.slice(2 + all[1] * 113);
  const how = { name: "AES-GCM", iv: rest.slice(0, 12), additionalData: info };
  return text(await crypto.subtle.decrypt(how, await aes(contentKey, "decrypt"), rest.slice(12)));
}

const request = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(await { seal, open }[request.action](request));
