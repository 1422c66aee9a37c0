/** What is common to small stores in collections of MongoDB: their indexes are made with the first thing that is kept. */
export abstract class IndexedCollections {
  #indexed: Promise<void> | undefined;

  protected abstract createIndexes(): Promise<void>;

  /** Once a process; an outage leaves it to the next who asks. */
  protected indexed(): Promise<void> {
    this.#indexed ??= this.createIndexes().catch((error: unknown) => {
      this.#indexed = undefined;
      throw error;
    });
    return this.#indexed;
  }

  /** The connections are everybody's. */
  async close(): Promise<void> {}
}
