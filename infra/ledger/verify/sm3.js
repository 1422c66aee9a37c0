// @ts-check
/** SM3 (GB/T 32905), which no browser has. Its other names are long, since all modules share one scope in the page. */

const SM3_INITIAL = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
const SM3_BLOCK = 64;

/** Of each round, turned to where it is added. */
const SM3_ROUND_CONSTANTS = Int32Array.from({ length: 64 }, (_, j) => turned(j < 16 ? 0x79cc4519 : 0x7a879d8a, j));

const sm3Schedule = new Int32Array(68);

/**
 * @param {number} word
 * @param {number} by Any number of bits.
 */
function turned(word, by) {
  return (word << (by & 31)) | (word >>> (-by & 31));
}

/**
 * Typed arrays are declared `any` here: every place that is read is there.
 * @param {any} state
 * @param {any} bytes
 * @param {number} from
 */
function sm3Compress(state, bytes, from) {
  /** @type {any} */
  const w = sm3Schedule;
  /** @type {any} */
  const t = SM3_ROUND_CONSTANTS;
  for (let j = 0, at = from; j < 16; j += 1, at += 4) {
    w[j] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let j = 16; j < 68; j += 1) {
    const x = w[j - 16] ^ w[j - 9] ^ turned(w[j - 3], 15);
    w[j] = x ^ turned(x, 15) ^ turned(x, 23) ^ turned(w[j - 13], 7) ^ w[j - 6];
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let j = 0; j < 64; j += 1) {
    const a12 = turned(a, 12);
    const ss1 = turned((a12 + e + t[j]) | 0, 7);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4])) | 0;
    const tt2 = (gg + h + ss1 + w[j]) | 0;
    [d, c, b, a] = [c, turned(b, 9), a, tt1];
    [h, g, f, e] = [g, turned(f, 19), e, tt2 ^ turned(tt2, 9) ^ turned(tt2, 17)];
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => {
    state[at] ^= word;
  });
}

/**
 * @param {Uint8Array} bytes
 * @returns {Uint8Array} 32 bytes.
 */
export function sm3(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / SM3_BLOCK) * SM3_BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = Int32Array.from(SM3_INITIAL);
  for (let from = 0; from < padded.length; from += SM3_BLOCK) sm3Compress(state, padded, from);
  const result = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => {
    result.setInt32(4 * at, word);
  });
  return new Uint8Array(result.buffer);
}
