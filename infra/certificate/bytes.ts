/** A cursor over big-endian bytes, with the two number formats of WOFF2. */
export class Bytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The bytes from here on, so many of them, passed over. */
  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length < length) throw new RangeError(`${length} bytes wanted, ${taken.length} are left`);
    this.#at += length;
    return taken;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  i16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  tag(): string {
    return String.fromCharCode(...this.take(4));
  }

  /** UIntBase128: seven bits a byte, the highest first. */
  base128(): number {
    let value = 0;
    for (let count = 0; count < 5; count += 1) {
      const byte = this.u8();
      value = value * 128 + (byte & 0x7f);
      if (byte < 128) return value;
    }
    throw new RangeError('a number of more than five bytes');
  }

  /** 255UInt16: one byte below 253, three forms above. */
  short255(): number {
    const first = this.u8();
    if (first === 253) return this.u16();
    if (first === 254) return this.u8() + 2 * 253;
    if (first === 255) return this.u8() + 253;
    return first;
  }

  #advance(length: number): number {
    const from = this.#at;
    this.#at += length;
    return from;
  }
}
