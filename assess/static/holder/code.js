/* The opening code: 128 bits as 26 characters of Crockford's base 32 and two check characters, in seven groups of four.
   The check characters are those of a Reed-Solomon code over 32 elements (x^5 + x^2 + 1): sum c_i = 0, sum c_i a^i = 0. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_CHARACTERS = 28;
const GROUP = 4;
const POWER = [1];
while (POWER.length < 31) {
  const doubled = POWER[POWER.length - 1] << 1;
  POWER.push(doubled & 32 ? doubled ^ 0b100101 : doubled);
}
const LOG = new Map(POWER.map((value, exponent) => [value, exponent]));
const times = (a, b) => (a && b ? POWER[(LOG.get(a) + LOG.get(b)) % 31] : 0);
const divide = (a, b) => (a ? POWER[(LOG.get(a) - LOG.get(b) + 31) % 31] : 0);

function sums(values) {
  let plain = 0;
  let weighted = 0;
  values.forEach((value, place) => {
    plain ^= value;
    weighted ^= times(value, POWER[place]);
  });
  return [plain, weighted];
}

/* 16 bytes are 26 values of five bits; the last two bits are zero. */
function toValues(secret) {
  const bits = Array.from(secret, (byte) => byte.toString(2).padStart(8, "0")).join("") + "00";
  return bits.match(/.{5}/g).map((five) => parseInt(five, 2));
}

function writeCode(secret) {
  const values = toValues(secret);
  const [plain, weighted] = sums(values);
  const last = divide(weighted ^ times(plain, POWER[26]), POWER[26] ^ POWER[27]);
  const letters = [...values, plain ^ last, last].map((value) => ALPHABET[value]).join("");
  return letters.match(/.{4}/g).join("-");
}

/* Any case, blanks and dashes make no difference; O is 0, I and L are 1. */
function plainLetters(typed) {
  const letters = typed.slice(0, 200).replace(/[ \-\t\r\n\u00a0\u2010-\u2014]/g, "").toUpperCase();
  return letters.replace(/O/g, "0").replace(/[IL]/g, "1");
}

/* { secret } of 16 bytes, or { fault, … } with what the words of the page need to say what to look at. */
function readCode(typed) {
  const letters = Array.from(plainLetters(typed));
  if (!letters.length) return { fault: "empty" };
  const odd = letters.find((letter) => !ALPHABET.includes(letter));
  if (odd) return { fault: "sign", sign: odd };
  if (letters.length !== CODE_CHARACTERS) return { fault: "length", have: letters.length, want: CODE_CHARACTERS };
  const values = letters.map((letter) => ALPHABET.indexOf(letter));
  const [plain, weighted] = sums(values);
  if (plain || weighted) {
    const place = plain && weighted ? (LOG.get(weighted) - LOG.get(plain) + 31) % 31 : CODE_CHARACTERS;
    return place < CODE_CHARACTERS ? { fault: "group", group: Math.floor(place / GROUP) + 1 } : { fault: "several" };
  }
  const bits = values.slice(0, 26).map((value) => value.toString(2).padStart(5, "0")).join("");
  if (bits.slice(128) !== "00") return { fault: "several" };
  return { secret: Uint8Array.from(bits.slice(0, 128).match(/.{8}/g), (eight) => parseInt(eight, 2)) };
}
