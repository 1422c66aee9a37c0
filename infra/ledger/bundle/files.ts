/** One file of a bundle, made when its turn has come. */
export interface BundleFile {
  readonly name: string;
  content(): AsyncIterable<Uint8Array>;
}

export function fileOf(name: string, make: () => string | Uint8Array): BundleFile {
  return {
    name,
    async *content() {
      yield Buffer.from(make());
    },
  };
}

export function jsonFile(name: string, value: () => unknown): BundleFile {
  return fileOf(name, () => `${JSON.stringify(value(), undefined, 2)}\n`);
}
