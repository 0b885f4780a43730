/** Marks an error as one of ours, whichever copy of this package made it. */
export const brand: unique symbol = Symbol.for('flyte-js.error') as never
