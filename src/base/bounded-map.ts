/** A map with at most `maxSize` entries: the entry that was set longest ago makes room for a new one. */
export class BoundedMap<K, V> extends Map<K, V> {
  constructor(private readonly maxSize: number) {
    super();
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    const oldest = this.keys().next();
    if (this.size > this.maxSize && !oldest.done) this.delete(oldest.value);
    return this;
  }
}
