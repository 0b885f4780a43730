/** How answers are printed. */
export const formats = ['table', 'wide', 'json', 'yaml', 'name'] as const

/** One of {@link formats}. */
export type Format = (typeof formats)[number]
